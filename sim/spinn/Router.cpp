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

/// The first entry that matches wins. `whole` becomes false where it does not for all of the block.
std::optional<uint32_t> match(std::span<const uint32_t> entries, uint32_t key, uint32_t block,
                              bool &whole) {
  for (size_t i = 0; i + 3 <= entries.size(); i += 3) {
    uint32_t mask = entries[i + 1];
    if ((key ^ entries[i]) & mask & block || entries[i] & ~mask)
      continue;
    if (mask & ~block)
      whole = false;
    if ((key & mask) == entries[i])
      return entries[i + 2];
  }
  return std::nullopt;
}

} // namespace

std::optional<ChipAt> Mesh::along(ChipAt from, int link) const {
  if (!((links[size_t(from.y) * width + from.x] >> link) & 1))
    return std::nullopt;
  return ChipAt{(from.x + kDx[link] + width) % width, (from.y + kDy[link] + height) % height};
}

void Router::addChip(ChipAt chip, std::span<const uint32_t> entries) { tables_[chip] = entries; }

Path Router::walk(uint32_t key, ChipAt from, std::vector<Hop> *hops, uint32_t mask) const {
  struct Open {
    ChipAt chip;
    int direction; // of travel
    size_t parent;
  };
  Path path;
  std::set<ChipAt> visited;
  std::vector<Hop> found;
  std::deque<Open> open{{from, kLocal, 0}};
  while (!open.empty()) {
    auto [chip, direction, parent] = open.front();
    open.pop_front();
    if (!visited.insert(chip).second)
      throw ImageError("image: key " + std::to_string(key) + " meets itself at chip (" +
                       std::to_string(chip.x) + "," + std::to_string(chip.y) + ")");
    auto table = tables_.find(chip);
    auto route =
        table == tables_.end() ? std::nullopt : match(table->second, key, mask, path.whole);
    Hop hop;
    hop.chip = chip;
    hop.hit = route.has_value();
    if (direction != kLocal)
      found[parent].next[static_cast<size_t>(direction)] = static_cast<int32_t>(found.size());
    if (!route && direction == kLocal) {
      hop.lost = 1;
    } else {
      path.defaultRouted += !route;
      hop.route = route ? *route : uint32_t(1) << direction;
    }
    for (int link = 0; link < kLinks; ++link) {
      if (!((hop.route >> link) & 1))
        continue;
      if (auto next = mesh_.along(chip, link))
        open.push_back({*next, link, found.size()});
      else
        ++hop.lost;
    }
    path.unrouted |= hop.lost > 0;
    for (int core = 0; core < kCores; ++core)
      if ((hop.route >> (kLinks + core)) & 1)
        path.cores.push_back({chip, core});
    found.push_back(hop);
  }
  if (hops)
    *hops = std::move(found);
  return path;
}

} // namespace spindle::spinn
