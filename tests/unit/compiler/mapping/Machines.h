// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Machines for tests, and their counts as text.
#ifndef SPINDLE_TESTS_UNIT_COMPILER_MAPPING_MACHINES_H
#define SPINDLE_TESTS_UNIT_COMPILER_MAPPING_MACHINES_H

#include "compiler/mapping/Machine.h"
#include "tests/support/catch.h"

#include <string>
#include <tuple>

namespace spindle::test {

inline map::Machine whole(std::string_view board, map::Size size) {
  std::string error;
  auto machine = map::Machine::make(board, size, {}, error);
  INFO(error);
  REQUIRE(machine);
  return *machine;
}

/// A spinn5 machine without those of the dead parts that it has.
inline map::Machine without(map::Size size, map::DeadParts dead) {
  map::Machine intact = whole("spinn5", size);
  std::erase_if(dead.chips, [&](map::ChipId chip) { return !intact.has(chip); });
  auto absent = [&](const std::tuple<int, int, int> &part) {
    return !intact.has({std::get<0>(part), std::get<1>(part)});
  };
  std::erase_if(dead.cores, absent);
  std::erase_if(dead.links, absent);
  std::string error;
  auto machine = map::Machine::make("spinn5", size, dead, error);
  INFO(error);
  REQUIRE(machine);
  return *machine;
}

/// Chips, cores and links as the reference library's summary counts them.
inline std::string counts(const map::Machine &machine) {
  unsigned processors = 0, links = 0;
  for (map::ChipId chip : machine.chips()) {
    processors += machine.processors(chip);
    for (int link = 0; link < map::kLinks; ++link)
      links += machine.along(chip, link).has_value();
  }
  return std::to_string(machine.chips().size()) + " Chips, " + std::to_string(processors) +
         " cores and " + std::to_string(links / 2) + (links % 2 ? ".5" : ".0") + " links";
}

} // namespace spindle::test

#endif // SPINDLE_TESTS_UNIT_COMPILER_MAPPING_MACHINES_H
