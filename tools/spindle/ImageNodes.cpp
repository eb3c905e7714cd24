// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/ImageNodes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace spindle::tool {

std::optional<uint32_t> findNode(const image::Image &image, const std::string &name) {
  const auto &nodes = *image.meta().nodes();
  for (uint32_t n = 0; n < nodes.size(); ++n)
    if (nodes.Get(n)->name()->str() == name)
      return n;
  return std::nullopt;
}

std::vector<std::string> nodeNames(const image::Image &image) {
  std::vector<std::string> names;
  for (const auto *node : *image.meta().nodes())
    names.push_back("'" + node->name()->str() + "'");
  return names;
}

std::vector<uint32_t> nodesOf(const image::Image &image, image::fb::NodeKind kind) {
  std::vector<uint32_t> found;
  const auto &nodes = *image.meta().nodes();
  for (uint32_t n = 0; n < nodes.size(); ++n)
    if (nodes.Get(n)->kind() == kind)
      found.push_back(n);
  return found;
}

std::vector<uint32_t> inputsOf(const image::Image &image) {
  std::vector<uint32_t> found = nodesOf(image, image::fb::NodeKind_Source);
  if (image.meta().poisson())
    for (const auto *source : *image.meta().poisson())
      std::erase(found, source->node());
  return found;
}

std::vector<int64_t> shapeOf(const image::Image &image, uint32_t node) {
  std::vector<int64_t> shape;
  const auto *entry = image.meta().nodes()->Get(node);
  if (entry->shape())
    shape.assign(entry->shape()->begin(), entry->shape()->end());
  if (shape.empty())
    shape.push_back(static_cast<int64_t>(entry->size()));
  return shape;
}

const image::fb::Model *modelOf(const image::Image &image, uint32_t node) {
  int model = image.meta().nodes()->Get(node)->model();
  return model < 0 ? nullptr : image.meta().models()->Get(static_cast<uint32_t>(model));
}

bool isGraded(const image::Image &image, uint32_t node) {
  const auto *entry = image.meta().nodes()->Get(node);
  return entry->kind() == image::fb::NodeKind_Relay || entry->emit() == image::fb::Emit_Graded;
}

std::string shapeText(const std::vector<int64_t> &shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

} // namespace spindle::tool
