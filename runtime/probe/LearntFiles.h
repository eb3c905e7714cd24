// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a network has learnt, as files: one for each projection that learns.
#ifndef SPINDLE_RUNTIME_PROBE_LEARNTFILES_H
#define SPINDLE_RUNTIME_PROBE_LEARNTFILES_H

#include "runtime/image/Image.h"
#include "runtime/machine/Machine.h"

#include <filesystem>
#include <string>
#include <vector>

namespace spindle::probe {

/// Writes <source>-<target>.weights.npy into `folder`, float64 of shape (synapses, 3): source
/// neuron, target neuron, weight; the second projection of two nodes is
/// <source>-<target>.2.weights.npy. Returns the names of the files.
std::vector<std::string> writeLearnt(const std::filesystem::path &folder, const image::Image &image,
                                     const std::vector<LearntWeights> &learnt);

} // namespace spindle::probe

#endif // SPINDLE_RUNTIME_PROBE_LEARNTFILES_H
