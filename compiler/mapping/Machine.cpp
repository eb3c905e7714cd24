// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Machine.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

namespace spindle::map {
namespace {

constexpr int kTriad = 12, kBoardSize = 8, kRest = 4; // chips in a row
constexpr int kFirstX[kBoardSize] = {0, 0, 0, 0, 1, 2, 3, 4};
constexpr int kLastX[kBoardSize] = {4, 5, 6, 7, 7, 7, 7, 7};
constexpr unsigned kProcessors = 18;

/// Chips of a board with 17 cores instead of 18.
constexpr std::array<ChipId, 8> kSmallChips{
    {{1, 1}, {1, 3}, {3, 1}, {3, 3}, {3, 5}, {5, 2}, {5, 4}, {5, 6}}};

/// Ethernet chips of the three boards of a triad.
constexpr std::array<ChipId, 3> kTriadBoards{{{0, 0}, {4, 8}, {8, 4}}};

/// Links that the 4-chip board does not have: two of its outer edges are open.
constexpr std::array<std::array<int, 3>, 8> kOpenLinks{
    {{0, 0, 3}, {0, 0, 4}, {0, 1, 3}, {0, 1, 4}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {1, 1, 1}}};

constexpr int wrapped(int value, int size) { return ((value % size) + size) % size; }

bool isSmall(ChipId local) {
  return std::find(kSmallChips.begin(), kSmallChips.end(), local) != kSmallChips.end();
}

bool validExtent(int extent) {
  return extent >= kTriad && extent <= kMaxSize &&
         (extent % kTriad == 0 || extent % kTriad == kRest);
}

std::optional<std::string> wrongSize(std::string_view board, Size size) {
  std::string given = std::to_string(size.width) + "x" + std::to_string(size.height);
  if (board == "spinn3")
    return size == Size{2, 2} ? std::nullopt
                              : std::optional("a spinn3 board has 2x2 chips, not " + given);
  if (board != "spinn5")
    return "unknown board '" + std::string(board) + "' (spinn3, spinn5)";
  if (size == Size{kBoardSize, kBoardSize} || (validExtent(size.width) && validExtent(size.height)))
    return std::nullopt;
  return "no spinn5 machine has " + given +
         " chips: 8x8 is one board; else width and height are each a multiple of 12, or a multiple "
         "of 12 plus 4 (at most " +
         std::to_string(kMaxSize) + ")";
}

std::array<int, 3> minimised(int x, int y) {
  if ((x > 0) != (y > 0))
    return {x, y, 0};
  int diagonal = x > 0 ? std::min(x, y) : std::max(x, y);
  return {x - diagonal, y - diagonal, -diagonal};
}

int length(int x, int y) {
  return (x > 0) == (y > 0) ? std::max(std::abs(x), std::abs(y)) : std::abs(x) + std::abs(y);
}

} // namespace

std::string text(ChipId chip) {
  return "(" + std::to_string(chip.x) + "," + std::to_string(chip.y) + ")";
}

Size sizeOfBoards(unsigned boards) {
  if (boards <= 1)
    return {kBoardSize, kBoardSize};
  unsigned triads = (boards + 2) / 3;
  auto width = static_cast<unsigned>(std::ceil(std::sqrt(double(triads))));
  unsigned height = (triads + width - 1) / width;
  return {int(width) * kTriad + kRest, int(height) * kTriad + kRest};
}

//===- Building it ----------------------------------------------------------------------------===//

Machine::Machine(std::string_view board, Size size)
    : board_(board), size_(size), wrapX_(board == "spinn3" || size.width % kTriad == 0),
      wrapY_(board == "spinn3" || size.height % kTriad == 0),
      grid_(static_cast<size_t>(size.width) * size.height) {}

std::optional<Machine> Machine::make(std::string_view board, Size size, const DeadParts &dead,
                                     std::string &error) {
  if (auto wrong = wrongSize(board, size)) {
    error = *wrong;
    return std::nullopt;
  }
  Machine machine(board, size);
  machine.fill();
  if (auto wrong = machine.kill(dead)) {
    error = *wrong;
    return std::nullopt;
  }
  machine.connect(dead);
  return machine;
}

std::optional<Machine> Machine::named(std::string_view board) {
  std::string error;
  return make(board, board == "spinn3" ? Size{2, 2} : sizeOfBoards(1), {}, error);
}

void Machine::fill() {
  auto put = [&](ChipId chip, ChipId ethernet, unsigned processors) {
    at(chip).processors = processors;
    at(chip).ethernet = ethernet;
    for (unsigned p = 1; p < processors; ++p)
      at(chip).cores.push_back(int(p));
  };
  if (board_ == "spinn3") {
    for (int x = 0; x < 2; ++x)
      for (int y = 0; y < 2; ++y)
        put({x, y}, {0, 0}, kProcessors);
    return;
  }
  // On an axis that does not wrap the last boards end 4 chips after their triad.
  int lastX = wrapX_ ? size_.width : size_.width - kRest;
  int lastY = wrapY_ ? size_.height : size_.height - kRest;
  for (ChipId start : kTriadBoards)
    for (int ex = start.x; ex < lastX; ex += kTriad)
      for (int ey = start.y; ey < lastY; ey += kTriad)
        for (int y = 0; y < kBoardSize; ++y)
          for (int x = kFirstX[y]; x <= kLastX[y]; ++x) {
            ChipId chip{wrapX_ ? wrapped(ex + x, size_.width) : ex + x,
                        wrapY_ ? wrapped(ey + y, size_.height) : ey + y};
            put(chip, {ex, ey}, isSmall({x, y}) ? kProcessors - 1 : kProcessors);
          }
}

std::optional<std::string> Machine::kill(const DeadParts &dead) {
  auto absent = [&](const std::string &what) {
    return what + " is not on a machine of " + std::to_string(size_.width) + "x" +
           std::to_string(size_.height) + " chips";
  };
  for (auto [x, y, link] : dead.links)
    if (link < 0 || link >= kLinks || !has({x, y}))
      return absent("dead link " + std::to_string(link) + " of chip " + text({x, y}));
  for (auto [x, y, p] : dead.cores) {
    std::string what = "dead core " + std::to_string(p) + " of chip " + text({x, y});
    if (!has({x, y}) || p < 0 || p >= int(kProcessors))
      return absent(what);
    if (p == 0)
      return what + ": a chip without its monitor core cannot be used (list the chip instead)";
  }
  for (ChipId chip : dead.chips)
    if (!has(chip))
      return absent("dead chip " + text(chip));
  for (auto [x, y, p] : dead.cores) {
    auto &cores = at({x, y}).cores;
    if (std::erase(cores, p) > 0)
      --at({x, y}).processors;
  }
  for (ChipId chip : dead.chips) {
    at(chip).processors = 0;
    at(chip).cores.clear();
  }
  return std::nullopt;
}

ChipId Machine::stepped(ChipId from, int link) const {
  ChipId next{from.x + kLinkStep[link].x, from.y + kLinkStep[link].y};
  if (wrapX_)
    next.x = wrapped(next.x, size_.width);
  if (wrapY_)
    next.y = wrapped(next.y, size_.height);
  return next;
}

void Machine::connect(const DeadParts &dead) {
  for (int x = 0; x < size_.width; ++x)
    for (int y = 0; y < size_.height; ++y)
      if (has({x, y}))
        chips_.push_back({x, y});
  for (ChipId chip : chips_)
    for (int link = 0; link < kLinks; ++link)
      if (has(stepped(chip, link)))
        at(chip).links |= uint8_t(1u << link);
  auto cutLink = [&](int x, int y, int link) { at({x, y}).links &= uint8_t(~(1u << link)); };
  for (auto [x, y, link] : dead.links)
    cutLink(x, y, link);
  if (board_ == "spinn3")
    for (auto [x, y, link] : kOpenLinks)
      cutLink(x, y, link);
}

//===- Asking it ------------------------------------------------------------------------------===//

unsigned Machine::boards() const {
  std::set<ChipId> boards;
  for (ChipId chip : chips_)
    boards.insert(ethernetOf(chip));
  return unsigned(boards.size());
}

std::optional<ChipId> Machine::along(ChipId from, int link) const {
  if (!((links(from) >> link) & 1))
    return std::nullopt;
  return stepped(from, link);
}

uint64_t Machine::totalCores() const {
  uint64_t sum = 0;
  for (ChipId chip : chips_)
    sum += cores(chip).size();
  return sum;
}

std::vector<ChipId> Machine::ethernets() const {
  std::vector<ChipId> result;
  for (ChipId chip : chips_)
    if (ethernetOf(chip) == chip)
      result.push_back(chip);
  return result;
}

std::array<int, 3> Machine::vector(ChipId from, ChipId to) const {
  int dx = to.x - from.x, dy = to.y - from.y;
  // Which of several shortest ways is taken is that of the reference library.
  if (!wrapX_ && !wrapY_)
    return minimised(dx, dy);
  int right = wrapX_ ? wrapped(dx, size_.width) : dx, left = right - size_.width;
  int up = wrapY_ ? wrapped(dy, size_.height) : dy, down = up - size_.height;
  if (!wrapY_)
    return length(right, dy) < length(left, dy) ? minimised(right, dy) : minimised(left, dy);
  if (!wrapX_)
    return length(dx, up) < length(dx, down) ? minimised(dx, up) : minimised(dx, down);
  std::pair<int, int> best{right, up};
  for (std::pair<int, int> other : {std::pair(left, up), {right, down}, {left, down}})
    if (length(other.first, other.second) < length(best.first, best.second))
      best = other;
  return minimised(best.first, best.second);
}

int Machine::distance(ChipId from, ChipId to) const {
  std::array<int, 3> v = vector(from, to);
  return std::abs(v[0]) + std::abs(v[1]) + std::abs(v[2]);
}

} // namespace spindle::map
