// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One network on many broken machines: wherever it is mapped, it gives the spikes of the whole
// machine, and where it is not, the reason is said. SPINDLE_FULL=1 tries ten times as many.
#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

#include <cstdlib>
#include <iostream>
#include <random>

using namespace spindle;
using namespace spindle::test;

namespace {

struct Place {
  int x, y;
};

/// Places of chips of a machine, by a network that is mapped to it whole.
std::vector<Place> chipsOf(const image::Image &image) {
  const auto &program = *image.meta().program_as_Spinn();
  std::vector<Place> chips;
  for (int y = 0; y < program.height(); ++y)
    for (int x = 0; x < program.width(); ++x)
      if (program.processors()->Get(uint32_t(y * program.width() + x)) != 0)
        chips.push_back({x, y});
  return chips;
}

/// Every part fails with probability `share`.
void breakParts(SpinnOptions &options, const std::vector<Place> &chips, double share,
                std::mt19937_64 &random) {
  auto dead = [&] { return double(random() >> 11) * 0x1p-53 < share; };
  auto append = [](std::string &list, Place chip, int number = -1) {
    list += (list.empty() ? "" : ":") + std::to_string(chip.x) + "," + std::to_string(chip.y) +
            (number < 0 ? "" : "," + std::to_string(number));
  };
  for (Place chip : chips) {
    if (dead()) {
      append(options.deadChips, chip);
      continue;
    }
    for (int p = 1; p < 18; ++p)
      if (dead())
        append(options.deadCores, chip, p);
    for (int link = 0; link < 6; ++link)
      if (dead())
        append(options.deadLinks, chip, link);
  }
}

/// Events of all nodes, by name.
std::map<std::string, std::vector<std::vector<double>>> spikes(const image::Image &image,
                                                               const Frames &input) {
  auto shared = std::shared_ptr<const image::Image>(&image, [](const image::Image *) {});
  auto machine = machineFor(shared);
  Trace trace = test::run(*machine, image, input);
  CHECK(machine->counters().at("unrouted") == 0);
  CHECK(machine->counters().at("row_misses") == 0);
  std::map<std::string, std::vector<std::vector<double>>> result;
  for (uint32_t n = 0; n < image.meta().nodes()->size(); ++n) {
    const auto &node = *image.meta().nodes()->Get(n);
    result[node.name()->str()] = trace.raster(n, node.size());
  }
  return result;
}

struct Totals {
  size_t mapped = 0, refused = 0, dead = 0;
};

void tryMachine(uint64_t seed, const std::vector<Place> &chips, Totals &totals) {
  std::mt19937_64 random(seed);
  RandomNetwork net =
      randomNetwork(1 + seed % 40, {.exact = false, .large = seed % 4 == 0, .steps = 20});
  nir::ImportOptions import;
  import.dt = net.dt;
  nir::Graph graph = nir::complete(net.graph);
  SpinnOptions options;
  options.board = seed % 5 == 0 ? "spinn3" : seed % 5 == 1 ? "12x12" : "spinn5";
  options.boards = options.board == "spinn5" ? 1 : 0;
  options.neuronsPerCore = seed % 5 == 0 ? 2 : seed % 3 == 0 ? 5 : 32;
  SpinnOptions broken = options;
  double share = 0.01 + 0.29 * double(random() % 1000) / 999;
  std::vector<Place> small{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  breakParts(broken, options.board == "spinn3" ? small : chips, share, random);
  if (options.board == "12x12") { // all of its 144 places are chips
    broken.deadChips = broken.deadCores = broken.deadLinks = "";
    std::vector<Place> all;
    for (int x = 0; x < 12; ++x)
      for (int y = 0; y < 12; ++y)
        all.push_back({x, y});
    breakParts(broken, all, share, random);
  }
  if (options.board == "spinn3")
    options.board = "spinn5"; // the whole machine always has room
  if (seed % 7 == 0)
    broken.placement = "radial", broken.routing = "dimension";
  if (seed % 7 == 1)
    broken.minimise = "best";
  INFO("seed " << seed << ", " << broken.board << ", dead share " << share);
  std::shared_ptr<const image::Image> image;
  try {
    image = compileNir(graph, import, broken);
  } catch (const std::runtime_error &error) {
    std::string why = error.what();
    INFO(why);
    CHECK_THAT(why, Catch::Contains("does not fit: ") && Catch::Contains(" needs ") &&
                        Catch::Contains(" are available"));
    ++totals.refused;
    return;
  }
  ++totals.mapped;
  totals.dead += !broken.deadChips.empty();
  CHECK(spikes(*image, net.input) == spikes(*compileNir(graph, import, options), net.input));
}

} // namespace

TEST_CASE("on broken machines a network gives the same spikes, or is refused with the reason") {
  const char *full = std::getenv("SPINDLE_FULL");
  uint64_t machines = full && *full == '1' ? 500 : 50;
  RandomNetwork net = randomNetwork(1, {.exact = false, .large = false, .steps = 1});
  nir::ImportOptions import;
  import.dt = net.dt;
  std::vector<Place> chips = chipsOf(*compileNir(nir::complete(net.graph), import, SpinnOptions()));
  REQUIRE(chips.size() == 48);
  Totals totals;
  for (uint64_t seed = 1; seed <= machines; ++seed)
    tryMachine(seed, chips, totals);
  std::cout << totals.mapped << " machines mapped (" << totals.dead << " with dead chips), "
            << totals.refused << " refused\n";
  CHECK(totals.mapped + totals.refused == machines);
  CHECK(totals.mapped > machines / 2);
  CHECK(totals.refused > 0);
}
