// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Networks in which a hardware target rounds nothing, against the reference: one comparison for all
// targets.
#ifndef SPINDLE_TESTS_COSIM_EXACT_H
#define SPINDLE_TESTS_COSIM_EXACT_H

#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"

#include <functional>

namespace spindle::test {

/// Compiles a (complete) network for the target under test.
using CompileForTarget = std::function<std::shared_ptr<const image::Image>(
    const nir::Graph &graph, const nir::ImportOptions &import, uint64_t seed)>;

/// Looks at the counters of the target's machine after a run; false where the machine lost input
/// (and counted it), so that the network cannot be compared.
using CheckCounters = std::function<bool(std::map<std::string, uint64_t> counters)>;

struct ExactSummary {
  size_t compared = 0, unfit = 0, lossy = 0;
  double spikes = 0, largestDifference = 0; ///< of readouts
};

/// Compares `wanted` random networks of integer weights and power-of-two decays (from seed 1000
/// on): every spike equal, later by the latency of its node, and readouts within 2^-12. A network
/// that does not fit the target is passed over.
///
/// Why readouts differ at all: their potential is halved for ever and outgrows 15 fraction bits.
/// Per step an LI rounds two products (of the potential and of its input) down, by less than one
/// unit u = 2^-15 each: an error e becomes less than e/2 + 2u, hence stays below 4u. A CubaLI's
/// current rounds one product, and stays below 2u; its potential takes r/2 = 1 times that and
/// rounds two: below (2u + 2u) / (1 - 1/2) = 8u = 2^-12. What spikes is compared with thresholds
/// that no short sum comes near, and is reset.
ExactSummary compareExactNetworks(size_t wanted, const CompileForTarget &compile,
                                  const CheckCounters &check);

} // namespace spindle::test

#endif // SPINDLE_TESTS_COSIM_EXACT_H
