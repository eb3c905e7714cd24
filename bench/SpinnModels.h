// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps of the neuron models of the benchmark networks in s16.15, written by hand: what compiled
// kernels are compared with. spinnaker.md-style: add input, use, decay (docs/semantics.md).
#ifndef SPINDLE_BENCH_SPINNMODELS_H
#define SPINDLE_BENCH_SPINNMODELS_H

#include "runtime/machine/Kernel.h"

#include <cstdint>
#include <vector>

namespace spindle::bench {

/// Numbers of an integrate-and-fire neuron; times in ms, voltages in mV, currents in nA.
struct LifNumbers {
  double dt, tauMem, resistance, rest, reset, threshold, refractory,
      tauExc = 1, tauInh = 1, offset = 0, revExc = 0, revInh = 0;
};

/// A kernel, its parameters as uniform columns, and how many states it has (v first, then the two
/// synaptic states where there are any, then the refractory counter).
struct BenchModel {
  KernelFn kernel;
  std::vector<std::vector<int32_t>> param;
  uint32_t states;
};

/// Exponentially decaying currents, or conductances.
BenchModel expLif(const LifNumbers &numbers, bool conductance);
/// Input is added to the voltage at once.
BenchModel deltaLif(const LifNumbers &numbers);

} // namespace spindle::bench

#endif // SPINDLE_BENCH_SPINNMODELS_H
