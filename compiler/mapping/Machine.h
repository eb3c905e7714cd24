// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a many-core machine offers: boards, chips, links, cores, and what is dead of them.
#ifndef SPINDLE_COMPILER_MAPPING_MACHINE_H
#define SPINDLE_COMPILER_MAPPING_MACHINE_H

#include <array>
#include <cstdint>
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
  std::string where;  ///< chip or core, or empty
  int64_t slice = -1; ///< the slice that it concerns, where it is one
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
  const T *operator->() const { return &*value_; }
  const Shortage &shortage() const { return shortage_; }

private:
  std::optional<T> value_;
  Shortage shortage_;
};

struct ChipId {
  int x = 0, y = 0;
  friend auto operator<=>(const ChipId &, const ChipId &) = default;
};
std::string text(ChipId chip); ///< "(3,4)"

/// A core of a chip; p is 0 for the monitor.
struct CoreId {
  ChipId chip;
  int p = 0;
  friend auto operator<=>(const CoreId &, const CoreId &) = default;
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
  bool empty() const { return chips.empty() && cores.empty() && links.empty(); }

  // The lists of a configuration: "x,y:…", "x,y,p:…", "x,y,link:…"; "" and "None" are empty. A
  // range of cores is "2-5"; a core below 1 is a physical number, -3 is physical core 3. Each adds
  // to its list, or returns what is wrong with the text.
  std::optional<std::string> addChips(std::string_view text);
  std::optional<std::string> addCores(std::string_view text);
  std::optional<std::string> addLinks(std::string_view text);
};

/// What one core and one chip have.
inline constexpr uint64_t kDtcmBytes = 64 * 1024;
inline constexpr uint64_t kSdramBytes = 123469792;
inline constexpr uint64_t kRouterEntries = 1023;
inline constexpr unsigned kRingBits = 14;
inline constexpr unsigned kMaxNeuronsPerCore = 256;
inline constexpr int kMaxSize = 256; ///< chips in a row, or in a column

struct Size {
  int width = 0, height = 0;
  friend bool operator==(const Size &, const Size &) = default;
};

/// Where boards of 48 chips are put together: 8x8 for one, else rectangles of triads (three boards
/// each) without wrap-around.
Size sizeOfBoards(unsigned boards);

class Machine {
public:
  /// "spinn3" (4 chips, 2x2) or "spinn5" (48 chips). A spinn5 machine of several boards has a size:
  /// width and height are each a multiple of 12 (links wrap round) or a multiple of 12 plus 4 (they
  /// do not). Returns what is wrong if there is no such machine, or a dead part is not on it.
  static std::optional<Machine> make(std::string_view board, Size size, const DeadParts &dead,
                                     std::string &error);
  /// One board, nothing dead.
  static std::optional<Machine> named(std::string_view board);

  const std::string &board() const { return board_; }
  Size size() const { return size_; }
  /// Boards of which at least one chip lives.
  unsigned boards() const;

  bool has(ChipId chip) const { return inside(chip) && at(chip).processors != 0; }
  /// Chips in (x, y) order.
  const std::vector<ChipId> &chips() const { return chips_; }
  /// Application cores of a chip, ascending; the monitor (core 0) is not among them.
  const std::vector<int> &cores(ChipId chip) const { return at(chip).cores; }
  /// Live cores of a chip, the monitor included; 0 where there is no chip.
  unsigned processors(ChipId chip) const { return inside(chip) ? at(chip).processors : 0; }
  /// Bit l: link l works.
  uint8_t links(ChipId chip) const { return inside(chip) ? at(chip).links : 0; }
  /// The chip at the other end; nothing if the link or that chip is missing.
  std::optional<ChipId> along(ChipId from, int link) const;
  /// The place at the other end of a link, dead or not, wrapped; it may lie outside.
  ChipId stepped(ChipId from, int link) const;
  uint64_t totalCores() const;

  /// Chips with an Ethernet port, one per board.
  std::vector<ChipId> ethernets() const;
  /// The Ethernet chip of the board that a chip is on (it may be dead).
  ChipId ethernetOf(ChipId chip) const { return at(chip).ethernet; }

  /// Hops along x, y and the diagonal (which counts against x and y) of the shortest way between
  /// two chips, dead parts aside: {2, 0, -1} is two east and one north-east.
  std::array<int, 3> vector(ChipId from, ChipId to) const;
  int distance(ChipId from, ChipId to) const;

private:
  struct Chip {
    unsigned processors = 0;
    uint8_t links = 0;
    ChipId ethernet;
    std::vector<int> cores;
  };
  Machine(std::string_view board, Size size);
  bool inside(ChipId c) const {
    return c.x >= 0 && c.y >= 0 && c.x < size_.width && c.y < size_.height;
  }
  const Chip &at(ChipId c) const { return grid_[static_cast<size_t>(c.x) * size_.height + c.y]; }
  Chip &at(ChipId c) { return grid_[static_cast<size_t>(c.x) * size_.height + c.y]; }
  void fill();
  std::optional<std::string> kill(const DeadParts &dead);
  void connect(const DeadParts &dead);

  std::string board_;
  Size size_;
  bool wrapX_ = false, wrapY_ = false;
  std::vector<Chip> grid_; ///< by x * height + y
  std::vector<ChipId> chips_;
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_MACHINE_H
