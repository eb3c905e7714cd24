// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The chips, cores and links of a SpiNNaker-like machine, dead parts left out.
#ifndef SPINDLE_COMPILER_MAPPING_MACHINEDESCRIPTION_H
#define SPINDLE_COMPILER_MAPPING_MACHINEDESCRIPTION_H

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace spindle::map {

struct Chip {
  int x = 0, y = 0;
  auto operator<=>(const Chip &) const = default;
};

/// Links 0..5 lead east, north-east, north, west, south-west, south.
inline constexpr std::array<std::pair<int, int>, 6> kLinks{
    {{1, 0}, {1, 1}, {0, 1}, {-1, 0}, {-1, -1}, {0, -1}}};
inline constexpr int opposite(int link) { return (link + 3) % 6; }

/// What was short, for an error that a user can act on.
struct Shortfall {
  std::string resource; ///< e.g. "cores", "routing table entries of chip (1, 2)"
  uint64_t needed = 0, available = 0;
};

class MachineDescription {
public:
  /// One 48-chip board; 18 cores a chip (17 on eight of them), of which core 0 is the monitor.
  static MachineDescription spinn5();

  const std::vector<Chip> &chips() const { return chips_; } ///< ordered by (x, y)
  bool has(Chip chip) const { return cores_.count(chip) != 0; }
  /// Cores of a chip that a program may use (1..n; 0 is the monitor).
  const std::vector<int> &cores(Chip chip) const { return cores_.at(chip); }
  uint64_t totalCores() const;

  /// The chip at the far end of a link; nothing where there is no chip, or the link is dead.
  std::optional<Chip> neighbour(Chip chip, int link) const;

  void removeChip(Chip chip);
  void removeCore(Chip chip, int core);
  /// One direction only: the way back stays.
  void removeLink(Chip chip, int link) { deadLinks_.insert({chip, link}); }

private:
  std::vector<Chip> chips_;
  std::map<Chip, std::vector<int>> cores_;
  std::set<std::pair<Chip, int>> deadLinks_;
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_MACHINEDESCRIPTION_H
