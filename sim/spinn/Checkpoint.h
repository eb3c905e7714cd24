// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The state of an engine as bytes: the same for any number of shards and threads. What is on its
// way is kept as the spikes of the last ticks, not as the host's lists of rows.
#ifndef SPINDLE_SIM_SPINN_CHECKPOINT_H
#define SPINDLE_SIM_SPINN_CHECKPOINT_H

#include "sim/spinn/Engine.h"

#include <cstddef>
#include <span>
#include <vector>

namespace spindle::spinn {

/// `network` tells one network from another.
std::vector<std::byte> saveEngine(const Engine &engine, uint64_t network);

/// Throws UserError and leaves the engine as it was when the bytes are not of that network, or cut.
void restoreEngine(Engine &engine, uint64_t network, std::span<const std::byte> bytes);

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_CHECKPOINT_H
