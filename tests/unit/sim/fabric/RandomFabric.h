// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random fabric programs, drawn straight as images, with the neuron models of
// tests/rtl/neuron_unit.svh as C++ functions.
#ifndef SPINDLE_TESTS_UNIT_SIM_FABRIC_RANDOMFABRIC_H
#define SPINDLE_TESTS_UNIT_SIM_FABRIC_RANDOMFABRIC_H

#include "runtime/machine/Kernel.h"
#include "runtime/machine/Machine.h"

#include <memory>
#include <random>
#include <string_view>

namespace spindle::test {

struct FabricShape {
  uint32_t rows = 32, cols = 32, banks = 4, levels = 16, adcBits = 8, adcShare = 4;
  uint32_t tSetup = 1, tInt = 2, tMux = 0, tSample = 1;
  uint32_t meshWidth = 2, meshHeight = 2;
  uint32_t sources = 12; ///< neurons of the source
  double connect = 0.3;  ///< chance of a route between two neurons
  bool clipping = false; ///< ADC shifts too small for the sums
  bool real = false;     ///< float64 neurons
  int adcShift = -1;     ///< of every tile; -1: what the sums need
  bool negative = false; ///< thresholds below 0: counting neurons emit counts below 0
  uint32_t maxOnset = 3;
};

/// One tile at every place of the mesh, each a population of its own but for the last two, which
/// share one.
std::shared_ptr<const image::Image> randomFabric(const FabricShape &shape, uint32_t seed);
/// The same as the bytes of a file.
std::vector<std::byte> randomFabricFile(const FabricShape &shape, uint32_t seed);

/// The models "lif" and "count" for fixed-point columns, "lif_f64" and "count_f64" for reals.
KernelFn testKernel(std::string_view symbol);

/// Events of the source for one step: counts up to `most` on a share of the neurons.
std::vector<Event> randomInput(std::mt19937 &random, uint32_t size, double density, uint32_t most);

} // namespace spindle::test

#endif // SPINDLE_TESTS_UNIT_SIM_FABRIC_RANDOMFABRIC_H
