// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The benchmark networks on the engine of the many-core emulator, with the library's models but
// without an image: N1 and N2 (Vogels-Abbott), N3 (Brunel), N4 (cortical microcircuit).
// docs/bench.md has their sources.
#ifndef SPINDLE_BENCH_SPINNNETWORKS_H
#define SPINDLE_BENCH_SPINNNETWORKS_H

#include "sim/number/Connections.h"
#include "sim/spinn/Engine.h"

#include <memory>
#include <string>
#include <vector>

namespace spindle::bench {

struct BenchProjection {
  uint32_t source, target, plane;
  double scale; ///< of a weight to 16 bits
  number::ConnectionRule rule;
};

struct BenchNetwork {
  std::string name;
  double dt; ///< ms
  std::vector<std::string> labels;
  std::vector<spinn::Population> populations;
  std::vector<BenchProjection> projections;
  std::vector<std::shared_ptr<KernelLibrary>> kernels;
  double synapses() const;
};

BenchNetwork networkN1();
BenchNetwork networkN2();
BenchNetwork networkN3();
BenchNetwork networkN4(double scale);

struct BuiltNetwork {
  std::unique_ptr<spinn::Engine> engine;
  std::vector<uint32_t> outDegree; ///< per source
};
BuiltNetwork build(const BenchNetwork &network, const spinn::EngineOptions &options);

} // namespace spindle::bench

#endif // SPINDLE_BENCH_SPINNNETWORKS_H
