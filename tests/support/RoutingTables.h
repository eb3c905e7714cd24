// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routing tables to try things on: from files, and drawn.
#ifndef SPINDLE_TESTS_SUPPORT_ROUTINGTABLES_H
#define SPINDLE_TESTS_SUPPORT_ROUTINGTABLES_H

#include "compiler/mapping/Entry.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace spindle::test {

/// Lines "key,mask,route" in hexadecimal, gzipped or plain. Throws std::runtime_error.
std::vector<map::TableEntry> readRoutingTable(const std::filesystem::path &file);

/// What a router does with a packet: the route of the first entry that matches.
std::optional<uint32_t> routed(const std::vector<map::TableEntry> &table, uint32_t key);

/// Slices of 256 neurons in key order. Neighbours share their route with probability `together`;
/// of `routes` routes the first are the most frequent; one block in `gaps` is not in use.
struct DrawnTable {
  unsigned entries = 1000, routes = 50, gaps = 8;
  double together = 0.6;
  uint64_t seed = 1;
};
std::vector<map::TableEntry> drawRoutingTable(const DrawnTable &how);

} // namespace spindle::test

#endif // SPINDLE_TESTS_SUPPORT_ROUTINGTABLES_H
