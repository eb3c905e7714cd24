// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/MachineUse.h"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::report {
namespace {
using Json = nlohmann::ordered_json;

/// Sums and maxima over chips and cores.
struct Totals {
  uint64_t chipsUsed = 0, coresAvailable = 0, sdram = 0, largestSdram = 0, largestDtcm = 0;
  uint64_t entries = 0, unmerged = 0, largestTable = 0, largestUnmerged = 0;

  uint64_t extensions = 0;

  explicit Totals(const MachineUse &use) {
    for (const ChipUse &chip : use.chips) {
      chipsUsed += chip.coresUsed > 0;
      coresAvailable += chip.processors - 1;
      sdram += chip.sdramBytes;
      largestSdram = std::max(largestSdram, chip.sdramBytes);
      entries += chip.entries;
      unmerged += chip.unmerged;
      largestTable = std::max<uint64_t>(largestTable, chip.entries);
      largestUnmerged = std::max<uint64_t>(largestUnmerged, chip.unmerged);
    }
    for (const CoreUse &core : use.cores) {
      largestDtcm = std::max(largestDtcm, core.dtcmBytes);
      extensions += core.stages > 0;
    }
  }
};

double percent(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * double(part) / double(whole);
}

/// Where the slices of each node are: "hid 0-256 (0,0,1) …".
std::string placements(const MachineUse &use) {
  std::string text;
  for (const CoreUse &core : use.cores) {
    const ChipUse &chip = use.chips[core.chip];
    text += fmt::format("  {:<24} {:>7} to {:<7} chip ({},{}) core {:<2} SDRAM {:>9} DTCM {:>5}"
                        " hops {}{}\n",
                        use.nodes[core.node], core.lo, core.hi, chip.x, chip.y, core.p,
                        core.sdramBytes, core.dtcmBytes, core.tree.size(),
                        core.stages == 0 ? ""
                                         : fmt::format(", delay extension: {} stages of {} ticks",
                                                       core.stages, core.step));
  }
  return text;
}

std::string histogram(const MachineUse &use) {
  uint64_t most = 1;
  for (auto [links, slices] : use.hops)
    most = std::max(most, slices);
  std::string text;
  for (auto [links, slices] : use.hops)
    text += fmt::format("  {:>4} {:>6} {}\n", links, slices,
                        std::string(size_t((slices * 50 + most - 1) / most), '#'));
  return text;
}

} // namespace

std::string machineText(const MachineUse &use) {
  Totals t(use);
  std::string text = fmt::format(
      "machine: {} {}x{}, {} chips, {} cores for neurons\n"
      "used: {} cores ({:.1f} %) on {} chips\n"
      "SDRAM: {} bytes in all, {} on the fullest chip ({:.1f} % of {})\n"
      "DTCM: {} bytes on the fullest core ({:.1f} % of {})\n"
      "routing entries: {} in all, {} in the largest table (of {}); one per slice: {} and {}\n"
      "expected packets per tick: {:.6g} hops in all, {:.6g} over the busiest link\n",
      use.board, use.width, use.height, use.chips.size(), t.coresAvailable, use.cores.size(),
      percent(use.cores.size(), t.coresAvailable), t.chipsUsed, t.sdram, t.largestSdram,
      percent(t.largestSdram, kSdramOfChip), kSdramOfChip, t.largestDtcm,
      percent(t.largestDtcm, kDtcmOfCore), kDtcmOfCore, t.entries, t.largestTable, kEntriesOfChip,
      t.unmerged, t.largestUnmerged, use.packetHops, use.largestLoad);
  if (t.extensions > 0)
    text += fmt::format("delay extensions: {} of the cores in use\n", t.extensions);
  text += "slices by the links that their packets take:\n" + histogram(use);
  text += "slices:\n" + placements(use);
  text += "chips in use (cores, SDRAM bytes, entries, one per slice, packets per tick out by link "
          "E NE N W SW S):\n";
  for (const ChipUse &chip : use.chips) {
    if (chip.coresUsed == 0 && chip.entries == 0)
      continue;
    text += fmt::format("  ({},{}) {:>2}/{:<2} {:>9} {:>4} {:>4}", chip.x, chip.y, chip.coresUsed,
                        chip.processors - 1, chip.sdramBytes, chip.entries, chip.unmerged);
    for (double load : chip.load)
      text += fmt::format(" {:.3g}", load);
    text += "\n";
  }
  return text;
}

Json machineJson(const MachineUse &use) {
  Totals t(use);
  Json hops = Json::object(), chips = Json::array();
  for (auto [links, slices] : use.hops)
    hops[std::to_string(links)] = slices;
  for (const ChipUse &chip : use.chips)
    if (chip.coresUsed > 0 || chip.entries > 0)
      chips.push_back({{"chip", {chip.x, chip.y}},
                       {"cores_used", chip.coresUsed},
                       {"cores", chip.processors - 1},
                       {"sdram_bytes", chip.sdramBytes},
                       {"routing_entries", chip.entries},
                       {"routing_entries_unmerged", chip.unmerged},
                       {"link_packets_per_tick", chip.load}});
  return {{"width", use.width},
          {"height", use.height},
          {"chips", use.chips.size()},
          {"cores_available", t.coresAvailable},
          {"delay_extensions", t.extensions},
          {"routing_entries_unmerged", t.unmerged},
          {"largest_routing_table_unmerged", t.largestUnmerged},
          {"largest_sdram_bytes", t.largestSdram},
          {"largest_dtcm_bytes", t.largestDtcm},
          {"slices_by_hops", hops},
          {"packet_hops_per_tick", use.packetHops},
          {"largest_link_packets_per_tick", use.largestLoad},
          {"chip_use", chips}};
}

} // namespace spindle::report
