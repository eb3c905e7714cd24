// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/RoutingTables.h"

#include <zlib.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>

namespace spindle::test {

std::vector<map::TableEntry> readRoutingTable(const std::filesystem::path &file) {
  std::unique_ptr<gzFile_s, int (*)(gzFile)> in(gzopen(file.c_str(), "rb"), gzclose);
  if (!in)
    throw std::runtime_error(file.string() + ": cannot be opened");
  std::vector<map::TableEntry> table;
  char line[128];
  while (gzgets(in.get(), line, sizeof line)) {
    map::TableEntry entry{};
    if (std::sscanf(line, "%x,%x,%x", &entry.key, &entry.mask, &entry.route) != 3)
      throw std::runtime_error(file.string() + ": not \"key,mask,route\": " + line);
    table.push_back(entry);
  }
  return table;
}

std::optional<uint32_t> routed(const std::vector<map::TableEntry> &table, uint32_t key) {
  for (const map::TableEntry &entry : table)
    if ((key & entry.mask) == entry.key)
      return entry.route;
  return std::nullopt;
}

std::vector<map::TableEntry> drawRoutingTable(const DrawnTable &how) {
  std::mt19937_64 random(how.seed);
  auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  std::vector<uint32_t> routes;
  for (unsigned i = 0; i < how.routes; ++i)
    routes.push_back(static_cast<uint32_t>(random()) & 0xffffff);
  std::vector<map::TableEntry> table;
  uint32_t key = 0x10000, route = routes.front();
  while (table.size() < how.entries) {
    if (unit() >= how.together) {
      auto rank = static_cast<unsigned>(-std::log(1 - unit()) * how.routes / 5);
      route = routes[std::min(rank, how.routes - 1)];
    }
    if (random() % how.gaps != 0)
      table.push_back({key, 0xffffff00, route});
    key += 256;
  }
  return table;
}

} // namespace spindle::test
