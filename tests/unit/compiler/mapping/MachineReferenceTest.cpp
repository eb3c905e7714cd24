// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Machines against descriptions that the reference library made: whatever lies beside the project.
#include "compiler/mapping/Machine.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/mapping/Machines.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

using namespace spindle::map;
using spindle::test::counts;
using Json = nlohmann::json;

namespace {

ChipId chipOf(const Json &pair) { return {pair.at(0).get<int>(), pair.at(1).get<int>()}; }

/// A list of dead parts, as text or as nested lists.
std::string listOf(const Json &parts) {
  if (parts.is_null())
    return "";
  if (parts.is_string())
    return parts.get<std::string>();
  std::string text;
  for (const Json &part : parts) {
    text += text.empty() ? "" : ":";
    for (size_t i = 0; i < part.size(); ++i)
      text += (i ? "," : "") + std::to_string(part.at(i).get<int>());
  }
  return text;
}

Machine describedBy(const Json &reference) {
  DeadParts dead;
  REQUIRE_FALSE(dead.addChips(listOf(reference.at("down_chips"))));
  REQUIRE_FALSE(dead.addCores(listOf(reference.at("down_cores"))));
  REQUIRE_FALSE(dead.addLinks(listOf(reference.at("down_links"))));
  std::string error;
  auto machine = Machine::make(
      reference.at("version").get<int>() == 3 ? "spinn3" : "spinn5",
      {reference.at("width").get<int>(), reference.at("height").get<int>()}, dead, error);
  INFO(error);
  REQUIRE(machine);
  return *machine;
}

void compare(const Machine &machine, const Json &reference) {
  REQUIRE(machine.chips().size() == reference.at("n_chips").get<size_t>());
  std::map<ChipId, Json> chips;
  for (const Json &chip : reference.at("chips"))
    chips[{chip.at("x").get<int>(), chip.at("y").get<int>()}] = chip;
  for (ChipId id : machine.chips()) {
    INFO("chip " << text(id));
    REQUIRE(chips.count(id));
    const Json &chip = chips[id];
    CHECK(machine.processors(id) == chip.at("n_processors").get<unsigned>());
    CHECK(machine.cores(id).size() + 1 == machine.processors(id));
    CHECK(machine.ethernetOf(id) == chipOf(chip.at("nearest_ethernet")));
    Json links = Json::array();
    for (int link = 0; link < kLinks; ++link)
      if (auto next = machine.along(id, link))
        links.push_back({link, next->x, next->y});
    CHECK(links == chip.at("links"));
  }
  std::vector<ChipId> ethernets;
  for (const Json &chip : reference.at("ethernet"))
    ethernets.push_back(chipOf(chip));
  std::sort(ethernets.begin(), ethernets.end());
  CHECK(machine.ethernets() == ethernets);
  for (const Json &v : reference.at("vectors")) {
    INFO(v.dump());
    CHECK(machine.distance(chipOf(v.at(0)), chipOf(v.at(1))) == v.at(2).get<int>());
    CHECK(Json(machine.vector(chipOf(v.at(0)), chipOf(v.at(1)))) == v.at(3));
  }
}

} // namespace

TEST_CASE("every reference machine: chips, cores, links, Ethernet chips and hop vectors") {
  std::filesystem::path folder = spindle::test::requireShared("machines");
  size_t machines = 0;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().rfind("ref_", 0) != 0)
      continue;
    INFO(entry.path());
    Json reference = Json::parse(std::ifstream(entry.path()));
    Machine machine = describedBy(reference);
    compare(machine, reference);
    CHECK_THAT(reference.at("summary").get<std::string>(), Catch::Contains(counts(machine)));
    ++machines;
  }
  CHECK(machines >= 3);
}
