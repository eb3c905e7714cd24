// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stored spikes and voltages, whatever the manifest and the folders list.
#include "tests/e2e/golden/Golden.h"
#include "tests/support/catch.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

using namespace spindle;
using namespace spindle::test;
namespace fs = std::filesystem;

namespace {

constexpr double kVoltage = 1e-7;

/// A table of numbers; names only where the first line holds some.
struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;

  const std::vector<double> &column(const std::string &name) const {
    auto it = std::find(names.begin(), names.end(), name);
    if (it == names.end())
      throw std::runtime_error("no column " + name);
    return columns[static_cast<size_t>(it - names.begin())];
  }
  bool has(const std::string &name) const {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
};

Table readTable(const fs::path &file) {
  Table table;
  std::ifstream in(file);
  for (std::string line, cell; std::getline(in, line);) {
    std::vector<std::string> cells;
    for (std::stringstream s(line); std::getline(s, cell, ',');)
      cells.push_back(cell);
    table.columns.resize(std::max(table.columns.size(), cells.size()));
    if (table.columns[0].empty() && table.names.empty() && std::isalpha(line[0])) {
      table.names = cells;
      continue;
    }
    for (size_t c = 0; c < cells.size(); ++c)
      table.columns[c].push_back(std::stod(cells[c]));
  }
  return table;
}

/// States `v` of some populations over time, beside the spikes.
struct Traces {
  std::vector<std::vector<double>> v, spikes; ///< [population][step], first neuron
};

Traces record(const fs::path &network, const std::string &profile, double dt,
              const std::vector<double> &input, uint64_t steps) {
  auto image = compileFile(network, profile, dt);
  auto machine = machineFor(image);
  auto populations = populationsOf(*image);
  Traces out;
  out.v.resize(populations.size());
  out.spikes.resize(populations.size());
  for (uint64_t t = 0; t < steps; ++t) {
    for (uint32_t n = 0; n < image->meta().nodes()->size(); ++n)
      if (t < input.size() && input[t] != 0.0 &&
          image->meta().nodes()->Get(n)->kind() == image::fb::NodeKind_Source)
        machine->inject(n, std::vector<Event>{{0, input[t]}});
    machine->step();
    for (size_t p = 0; p < populations.size(); ++p) {
      double v;
      machine->observe(populations[p], termOf(*image, populations[p], "v"), {&v, 1});
      out.v[p].push_back(v);
      auto events = machine->events(populations[p]);
      out.spikes[p].push_back(events.empty() ? 0.0 : events[0].value);
    }
  }
  return out;
}

void checkClose(const std::vector<double> &stored, const std::vector<double> &ours) {
  REQUIRE(stored.size() == ours.size());
  double worst = 0;
  for (size_t t = 0; t < stored.size(); ++t)
    worst = std::max(worst, std::fabs(stored[t] - ours[t]));
  CHECK(worst <= kVoltage);
}

void checkSpikes(const nlohmann::json &entry, const fs::path &golden, const fs::path &network) {
  auto input = readFrames(golden / entry["input"].get<std::string>());
  auto stored = readFrames(golden / entry["file"].get<std::string>());
  Run r = runFile(network, entry["profile"], entry["dt"], input);
  uint32_t node = nodeIndex(*r.image, entry["node"]);
  REQUIRE(stored.size() == input.size());
  REQUIRE(stored[0].size() == r.size(node));
  CHECK(differing(stored, r.trace.raster(node, r.size(node))) == 0);
}

/// Columns input, v, spike of one population, or v1, spike1, v2, ... of several without input.
void checkColumns(const nlohmann::json &entry, const fs::path &golden, const fs::path &network) {
  Table table = readTable(golden / entry["file"].get<std::string>());
  uint64_t steps = table.columns.at(0).size();
  std::vector<double> input;
  if (table.has("input"))
    input = table.column("input");
  Traces ours = record(network, entry["profile"], entry["dt"], input, steps);
  size_t checked = 0;
  for (size_t p = 0; p < ours.v.size(); ++p) {
    std::string suffix = table.has("v") && p == 0 ? "" : std::to_string(p + 1);
    if (table.has("v" + suffix)) {
      checkClose(table.column("v" + suffix), ours.v[p]);
      ++checked;
    }
    if (table.has("spike" + suffix)) {
      CHECK(table.column("spike" + suffix) == ours.spikes[p]);
      ++checked;
    }
  }
  size_t expected = table.names.size() - (table.has("input") ? 1 : 0);
  CHECK(checked == expected); // every stored column has been compared
}

/// How the recordings of other frameworks correspond to a profile; those not named here follow
/// other rules (quantised weights, extra delays) and are no golden data.
struct Framework {
  const char *profile;
  uint64_t shift;
};
const std::map<std::string, Framework> kBraille = {
    {"snntorch", {"euler-value", 0}},
    {"norse", {"euler-value-norec0", 0}},
    {"spyx", {"euler-subtract", 1}},
};
const std::map<std::string, Framework> kLif = {
    {"exact", {"euler-value", 0}},          {"nengo", {"euler-value", 0}},
    {"norse", {"euler-value", 0}},          {"snntorch", {"euler-value", 0}},
    {"spinnaker2", {"euler-value", 0}},     {"lava_cpu_float", {"euler-value", 1}},
    {"lava_cpu_fixed", {"euler-value", 1}}, {"lava_loihi_fixed", {"euler-value", 1}},
    {"spyx", {"euler-value", 1}},
};

} // namespace

TEST_CASE("every entry of the golden manifest") {
  fs::path golden = requireShared("nir-golden"), networks = requireShared("nir");
  auto manifest = nlohmann::json::parse(std::ifstream(golden / "manifest.json"));
  REQUIRE(!manifest.empty());
  for (const auto &entry : manifest) {
    INFO(entry.dump());
    std::string quantity = entry["quantity"];
    fs::path network = networks / entry["nir"].get<std::string>();
    if (quantity == "spikes")
      checkSpikes(entry, golden, network);
    else if (quantity == "csv columns")
      checkColumns(entry, golden, network);
    else
      FAIL("unknown quantity " << quantity);
  }
}

TEST_CASE("hidden spikes that other frameworks stored") {
  fs::path golden = requireShared("nir-golden"), networks = requireShared("nir");
  auto input = readFrames(golden / "braille_test0_input_256x12_u8.npy");
  size_t compared = 0;
  for (const auto &file : fs::directory_iterator(golden / "paper" / "braille")) {
    std::string name = file.path().stem().string(), mark = "_activity_";
    size_t at = name.find(mark);
    if (at == std::string::npos)
      continue;
    auto framework = kBraille.find(name.substr(0, at));
    if (framework == kBraille.end())
      continue;
    INFO(name);
    auto [profile, shift] = framework->second;
    auto stored = readFrames(file.path());
    Run r = runFile(networks / ("braille_" + name.substr(at + mark.size()) + ".nir"), profile, 1e-4,
                    input);
    uint32_t node = nodeIndex(*r.image, "lif1.lif");
    CHECK(differing(stored, r.trace.raster(node, r.size(node)), shift) == 0);
    ++compared;
  }
  CHECK(compared >= kBraille.size());
}

TEST_CASE("spike times of one neuron in other frameworks") {
  fs::path golden = requireShared("nir-golden"), networks = requireShared("nir");
  size_t compared = 0;
  for (const auto &file : fs::directory_iterator(golden / "paper" / "lif")) {
    std::string name = file.path().stem().string().substr(4); // after "lif_"
    auto framework = kLif.find(name);
    if (framework == kLif.end())
      continue;
    INFO(name);
    auto [profile, shift] = framework->second;
    Table table = readTable(file.path());
    REQUIRE(table.columns.size() == 3);
    Traces ours = record(networks / "lif_norse.nir", profile, 1e-4, table.columns[0],
                         table.columns[0].size());
    std::vector<uint64_t> theirs, mine;
    for (uint64_t t = 0; t < table.columns[2].size(); ++t) {
      if (table.columns[2][t] != 0.0)
        theirs.push_back(t);
      if (ours.spikes[0][t] != 0.0)
        mine.push_back(t + shift);
    }
    CHECK(theirs == mine);
    if (name == "norse")
      checkClose(table.columns[1], ours.v[0]);
    ++compared;
  }
  CHECK(compared >= kLif.size());
}

TEST_CASE("nested and flat forms of a network spike alike") {
  fs::path golden = requireShared("nir-golden"), networks = requireShared("nir");
  auto input = readFrames(golden / "braille_test0_input_256x12_u8.npy");
  size_t compared = 0;
  for (const auto &file : fs::directory_iterator(networks)) {
    std::string name = file.path().filename().string();
    size_t at = name.find("_subgraph.nir");
    if (at == std::string::npos)
      continue;
    std::string flat = name.substr(0, at) + ".nir";
    if (flat.starts_with("spyx2026_"))
      flat = flat.substr(9);
    if (!fs::exists(networks / flat))
      continue;
    for (const char *profile :
         {"euler-value", "euler-value-norec0", "euler-subtract", "euler-torchsub"}) {
      INFO(name << " " << profile);
      Run a = runFile(networks / flat, profile, 1e-4, input);
      Run b = runFile(file.path(), profile, 1e-4, input);
      REQUIRE(a.populations.size() == b.populations.size());
      double spikes = 0;
      for (size_t p = 0; p < a.populations.size(); ++p) {
        uint64_t size = a.size(a.populations[p]);
        REQUIRE(size == b.size(b.populations[p]));
        CHECK(mismatches(a.trace, a.populations[p], b.trace, b.populations[p], size, 0) == 0);
        spikes += a.trace.total(a.populations[p]);
      }
      CHECK(spikes > 0);
    }
    ++compared;
  }
  CHECK(compared > 0);
}
