// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Delays.h"

#include "dialects/spinn/Spinn.h"

#include <algorithm>

using namespace mlir;

namespace spindle::spinnmap {

namespace {

constexpr uint64_t kMostStages = spinn::kMostStages;

std::string nodeText(snn::PopulationOp population) {
  return "node '" + population.getName().str() + "'";
}

/// Rings that hold a slice of `neuronsPerCore` neurons reach that far.
uint64_t reachOf(snn::PopulationOp population, const Inputs &in, unsigned neuronsPerCore) {
  auto neurons = static_cast<uint64_t>(transforms::sizeOf(population.getPop()));
  unsigned taken =
      map::bitsFor(in.types()) + map::bitsFor(std::min<uint64_t>(neuronsPerCore, neurons));
  return taken >= map::kRingBits ? 1 : uint64_t{1} << (map::kRingBits - taken);
}

/// Whether the delays of generated synapses go through delay extensions.
bool extends(const Inputs &in, uint64_t reach) {
  return in.ringDelay() > reach && std::max<uint64_t>(1, in.longestStoredDelay()) <= reach;
}

} // namespace

std::optional<map::RingBits> ringOf(snn::PopulationOp population, const Inputs &in,
                                    unsigned neuronsPerCore) {
  uint64_t reach = reachOf(population, in, neuronsPerCore);
  map::Result<map::Partition> parts = map::partitionPopulation(
      static_cast<uint32_t>(transforms::sizeOf(population.getPop())), in.types(),
      extends(in, reach) ? reach : in.ringDelay(), neuronsPerCore);
  return parts ? std::optional(parts->ring) : std::nullopt;
}

FailureOr<map::Partition> partition(snn::PopulationOp population, const Inputs &in,
                                    unsigned neuronsPerCore) {
  uint64_t reach = reachOf(population, in, neuronsPerCore), longest = in.ringDelay();
  bool extend = extends(in, reach);
  if (extend && longest > (kMostStages + 1) * reach)
    return population.emitError()
           << "does not fit: " << nodeText(population) << " needs a delay of " << longest
           << " steps, a ring of " << reach << " with " << kMostStages
           << " stages of delay extension reaches " << (kMostStages + 1) * reach
           << " (put fewer neurons on a core, shorten the delay, or use a larger dt)";
  map::Result<map::Partition> parts =
      map::partitionPopulation(static_cast<uint32_t>(transforms::sizeOf(population.getPop())),
                               in.types(), extend ? reach : longest, neuronsPerCore);
  if (!parts) {
    const map::Shortage &s = parts.shortage();
    return population.emitError() << "does not fit: " << nodeText(population) << " needs "
                                  << s.needed << " " << s.resource << ", " << s.available
                                  << " are available (shorten the delay, or use a larger dt)";
  }
  return std::move(*parts);
}

} // namespace spindle::spinnmap
