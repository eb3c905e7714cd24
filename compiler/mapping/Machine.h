// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a board of a many-core machine offers: chips, links, cores, and what is dead of it.
#ifndef SPINDLE_COMPILER_MAPPING_MACHINE_H
#define SPINDLE_COMPILER_MAPPING_MACHINE_H

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace spindle::map {

/// What is short, and by how much; the caller adds whose fault it is and the way out.
struct Shortage {
  std::string resource;
  uint64_t needed = 0, available = 0;
  std::string where; ///< chip or core, or empty
};

/// A value, or what it failed for.
template <typename T> class Result {
public:
  Result(T value) : value_(std::move(value)) {}
  Result(Shortage shortage) : shortage_(std::move(shortage)) {}
  explicit operator bool() const { return value_.has_value(); }
  T &operator*() { return *value_; }
  const T &operator*() const { return *value_; }
  T *operator->() { return &*value_; }
  const Shortage &shortage() const { return shortage_; }

private:
  std::optional<T> value_;
  Shortage shortage_;
};

struct ChipId {
  int x = 0, y = 0;
  friend auto operator<=>(const ChipId &, const ChipId &) = default;
};

/// Link directions 0..5: E, NE, N, W, SW, S.
inline constexpr int kLinks = 6;
inline constexpr std::array<ChipId, kLinks> kLinkStep{
    {{1, 0}, {1, 1}, {0, 1}, {-1, 0}, {-1, -1}, {0, -1}}};
constexpr int opposite(int link) { return (link + 3) % kLinks; }

struct DeadParts {
  std::vector<ChipId> chips;
  std::vector<std::tuple<int, int, int>> cores; ///< x, y, p
  std::vector<std::tuple<int, int, int>> links; ///< x, y, direction: that way only
};

/// What one core and one chip have.
inline constexpr uint64_t kDtcmBytes = 64 * 1024;
inline constexpr uint64_t kSdramBytes = 123469792;
inline constexpr uint64_t kRouterEntries = 1023;
inline constexpr unsigned kRingBits = 14;
inline constexpr unsigned kMaxNeuronsPerCore = 256;

class Board {
public:
  /// "spinn5": 48 chips; nothing for another name.
  static std::optional<Board> named(std::string_view name, const DeadParts &dead = {});

  const std::string &name() const { return name_; }
  bool has(ChipId chip) const { return cores_.count(chip) != 0; }
  /// Chips in (x, y) order, which is the order of placement.
  std::vector<ChipId> chips() const;
  /// Application cores of a chip, ascending; the monitor (core 0) is not among them.
  const std::vector<int> &cores(ChipId chip) const { return cores_.at(chip); }
  /// The chip at the other end; nothing if the link or that chip is missing.
  std::optional<ChipId> along(ChipId from, int link) const;
  uint64_t totalCores() const;

private:
  std::string name_;
  std::map<ChipId, std::vector<int>> cores_;
  std::map<ChipId, std::array<bool, kLinks>> links_;
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_MACHINE_H
