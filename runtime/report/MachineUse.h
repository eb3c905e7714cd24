// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a network takes of a many-core machine, read from its image: cores, memory, tables, and the
// ways of its packets, which are followed through the tables.
#ifndef SPINDLE_RUNTIME_REPORT_MACHINEUSE_H
#define SPINDLE_RUNTIME_REPORT_MACHINEUSE_H

#include "runtime/image/Image.h"

#include <nlohmann/json.hpp>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace spindle::report {

struct ChipUse {
  int x = 0, y = 0;
  unsigned processors = 0; ///< that work, the monitor included
  uint8_t links = 0;       ///< bit l: link l works
  unsigned coresUsed = 0;
  uint64_t sdramBytes = 0;
  uint32_t entries = 0;         ///< of its routing table
  uint32_t unmerged = 0;        ///< with one entry per slice instead
  std::array<double, 6> load{}; ///< expected packets per tick over each link
};

/// One hop of a packet: a chip by its place in MachineUse::chips, and the link it leaves on.
struct Hop {
  uint32_t chip;
  int link;
};

struct CoreUse {
  uint32_t chip = 0; ///< in MachineUse::chips
  unsigned p = 0;
  uint32_t node = 0, lo = 0, hi = 0;
  uint32_t stages = 0, step = 0; ///< of a delay extension for those neurons
  uint64_t sdramBytes = 0, dtcmBytes = 0;
  double packets = 0; ///< expected per tick
  bool sends = false;
  std::vector<Hop> tree; ///< the way of its packets
};

struct MachineUse {
  std::string board;
  int width = 0, height = 0;
  std::vector<ChipUse> chips; ///< those that live
  std::vector<CoreUse> cores; ///< in the image's order, extensions last
  std::vector<std::string> nodes;
  std::map<size_t, uint64_t> hops; ///< slices by the links of their tree
  double packetHops = 0;           ///< expected per tick: packets times links
  double largestLoad = 0;          ///< of a link

  /// Chips in the order of the image's places; -1 where there is none.
  int chipAt(int x, int y) const;
  /// The chip at the other end of a link, or -1.
  int along(uint32_t chip, int link) const;
  std::vector<int> places; ///< by y * width + x
};

inline constexpr uint64_t kSdramOfChip = 123469792, kDtcmOfCore = 64 * 1024;
inline constexpr uint32_t kEntriesOfChip = 1023;

/// Of a spinn image.
MachineUse machineUse(const image::Image &image);

/// For people.
std::string machineText(const MachineUse &use);
/// For programs: what describe() says of the machine as a whole and of each chip.
nlohmann::ordered_json machineJson(const MachineUse &use);
/// The machine with its cores by node, link loads, and the way of one node's packets (of its first
/// slice; "": of the slice with the longest way), as an SVG that needs nothing else. Throws
/// UserError for a node that is not there or sends nothing.
std::string machinePicture(const MachineUse &use, const std::string &node);

} // namespace spindle::report

#endif // SPINDLE_RUNTIME_REPORT_MACHINEUSE_H
