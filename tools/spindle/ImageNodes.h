// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The nodes of an image by name.
#ifndef SPINDLE_TOOLS_SPINDLE_IMAGENODES_H
#define SPINDLE_TOOLS_SPINDLE_IMAGENODES_H

#include "runtime/image/Image.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spindle::tool {

std::optional<uint32_t> findNode(const image::Image &image, const std::string &name);
std::vector<std::string> nodeNames(const image::Image &image);
std::vector<uint32_t> nodesOf(const image::Image &image, image::fb::NodeKind kind);
/// Sources that take input: those that do not draw their own spikes.
std::vector<uint32_t> inputsOf(const image::Image &image);
std::vector<int64_t> shapeOf(const image::Image &image, uint32_t node);

/// The model of a population, or nullptr.
const image::fb::Model *modelOf(const image::Image &image, uint32_t node);

/// True if the node's values are no spike counts: a relay, or a graded population.
bool isGraded(const image::Image &image, uint32_t node);

/// "(2, 34, 34)"
std::string shapeText(const std::vector<int64_t> &shape);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_IMAGENODES_H
