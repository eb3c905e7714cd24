// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Router.h"

#include "runtime/image/Errors.h"

#include <deque>
#include <optional>
#include <set>
#include <string>

namespace spindle::spinn {
namespace {

constexpr int kLinks = 6, kCores = 18, kLocal = -1;
constexpr int kDx[kLinks] = {1, 1, 0, -1, -1, 0}, kDy[kLinks] = {0, 1, 1, 0, -1, -1};

/// The first entry that matches wins.
std::optional<uint32_t> match(std::span<const uint32_t> entries, uint32_t key) {
  for (size_t i = 0; i + 3 <= entries.size(); i += 3)
    if ((key & entries[i + 1]) == entries[i])
      return entries[i + 2];
  return std::nullopt;
}

} // namespace

std::optional<ChipAt> Mesh::along(ChipAt from, int link) const {
  if (!((links[size_t(from.y) * width + from.x] >> link) & 1))
    return std::nullopt;
  return ChipAt{(from.x + kDx[link] + width) % width, (from.y + kDy[link] + height) % height};
}

void Router::addChip(ChipAt chip, std::span<const uint32_t> entries) { tables_[chip] = entries; }

Path Router::walk(uint32_t key, ChipAt from) const {
  Path path;
  std::set<ChipAt> visited;
  std::deque<std::pair<ChipAt, int>> open{{from, kLocal}}; // chip, direction of travel
  while (!open.empty()) {
    auto [chip, direction] = open.front();
    open.pop_front();
    if (!visited.insert(chip).second)
      throw ImageError("image: key " + std::to_string(key) + " meets itself at chip (" +
                       std::to_string(chip.x) + "," + std::to_string(chip.y) + ")");
    auto table = tables_.find(chip);
    auto route = table == tables_.end() ? std::nullopt : match(table->second, key);
    if (!route && direction == kLocal) {
      path.unrouted = true;
      continue;
    }
    if (!route)
      ++path.defaultRouted;
    uint32_t bits = route ? *route : uint32_t(1) << direction;
    for (int link = 0; link < kLinks; ++link) {
      if (!((bits >> link) & 1))
        continue;
      if (auto next = mesh_.along(chip, link))
        open.push_back({*next, link});
      else
        path.unrouted = true;
    }
    for (int core = 0; core < kCores; ++core)
      if ((bits >> (kLinks + core)) & 1)
        path.cores.push_back({chip, core});
  }
  return path;
}

} // namespace spindle::spinn
