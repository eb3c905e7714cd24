// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The multicast network: where a key goes, found by walking the chips' routing tables.
#ifndef SPINDLE_SIM_SPINN_ROUTER_H
#define SPINDLE_SIM_SPINN_ROUTER_H

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace spindle::spinn {

struct ChipAt {
  int x, y;
  friend auto operator<=>(const ChipAt &, const ChipAt &) = default;
};

/// The chips that there are, and their links; (x, y) at y * width + x.
struct Mesh {
  int width = 0, height = 0;
  std::span<const uint8_t> links; ///< bit l: link l works
  /// The chip at the other end, round the edge where links wrap; nothing without a working link.
  std::optional<ChipAt> along(ChipAt from, int link) const;
};

/// A router on the way of a key.
struct Hop {
  ChipAt chip;
  uint32_t route = 0; ///< what it does with the packet: bits as in a table entry
  bool hit = false;   ///< by an entry, else by default
  uint32_t lost = 0;  ///< copies that leave the machine here, or have no route
  std::array<int32_t, 6> next = {-1, -1, -1, -1, -1, -1}; ///< by link: the hop it leads to
  friend bool operator==(const Hop &, const Hop &) = default;
};

/// The way of one key.
struct Path {
  std::vector<std::pair<ChipAt, int>> cores; ///< in the order of arrival
  uint32_t defaultRouted = 0;                ///< hops without a table entry, straight on
  /// No entry at the chip of origin, or the way left the machine or met a dead part.
  bool unrouted = false;
  bool whole = true; ///< all keys of the block go this way
};

class Router {
public:
  explicit Router(Mesh mesh) : mesh_(mesh) {}
  const Mesh &mesh() const { return mesh_; }
  /// `entries`: words key, mask, route in priority order.
  void addChip(ChipAt chip, std::span<const uint32_t> entries);

  /// Follows `key` from a core of `from`; the routers on the way go to `hops`, each before those it
  /// leads to. Throws ImageError when it runs in a circle. `key` stands for a block: those that
  /// agree with it in `mask`.
  Path walk(uint32_t key, ChipAt from, std::vector<Hop> *hops = nullptr,
            uint32_t mask = ~uint32_t(0)) const;

private:
  Mesh mesh_;
  std::map<ChipAt, std::span<const uint32_t>> tables_;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_ROUTER_H
