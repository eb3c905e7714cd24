// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The wiring of single tile and router models in C++ against one model of the whole 2x2 mesh: the
// same clocks, the same counters, the same emissions.
#include "sim/fabric/FabricMachine.h"
#include "sim/fabric/RtlBus.h"
#include "sim/fabric/RtlModels.h"
#include "sim/fabric/RtlSources.h"
#include "tests/support/catch.h"
#include "tests/unit/sim/fabric/RandomFabric.h"

#include <fstream>
#include <iterator>

using namespace spindle;
using namespace spindle::fabric;
using test::FabricShape;

namespace {

struct MeshPorts { // as in MeshShim.cpp.in
  uint64_t handle[4];
  uint32_t step, busAddress, busData, hostFlit;
  uint8_t resetN, stepValid, busValid, busWrite, hostValid;
  uint32_t value[4], busRead[4];
  uint8_t busy, hostReady, emit, column[4];
};

class Mesh {
public:
  explicit Mesh(const Fabric &fabric) : fabric_(fabric) {
    ModelSource source = tileSource(fabric, false);
    source.top = "xb_mesh";
    for (const char *name : {"xb_router.sv", "xb_mesh.sv"})
      source.files.push_back({name, std::string(sourceText(name))});
    std::ifstream shim(SPINDLE_TEST_MESH_SHIM);
    source.shim = "#include \"RtlAbi.h\"\n" + std::string(sourceText("ArrayShim.cpp.in")) +
                  std::string(std::istreambuf_iterator<char>(shim), {});
    library_ = buildModel(source);
    destroy_ = reinterpret_cast<void (*)(void *)>(library_->symbol("mesh_destroy"));
    clock_ = reinterpret_cast<void (*)(void *, MeshPorts *)>(library_->symbol("mesh_clock"));
    model_ = reinterpret_cast<void *(*)()>(library_->symbol("mesh_create"))();
    start(uint32_t(parameter(source.parameters, "DRIVES")));
  }
  ~Mesh() { destroy_(model_); }

  /// Runs a step and counts its clocks; emissions[t] gets (column, count).
  void step(const std::vector<uint32_t> &hostFlits,
            std::vector<std::vector<std::pair<int, int>>> &emissions) {
    io.step = uint32_t(now_++);
    io.stepValid = 1;
    size_t sent = 0;
    do {
      io.hostValid = sent < hostFlits.size();
      io.hostFlit = io.hostValid ? hostFlits[sent] : 0;
      sent += io.hostValid && io.hostReady; // ready as seen before this edge
      clock_(model_, &io);
      io.stepValid = 0;
      ++cycles;
      for (int t = 0; t < 4; ++t)
        if (io.emit >> t & 1)
          emissions[size_t(t)].push_back({io.column[t], int(io.value[t])});
    } while (io.busy || sent < hostFlits.size());
  }

  uint64_t status(uint32_t counter) {
    uint64_t sum = 0;
    for (uint32_t t = 0; t < 4; ++t)
      for (uint32_t half = 0; half < 2; ++half) {
        io.busValid = uint8_t(1 << t);
        io.busAddress = bus::address(bus::Status, counter, half);
        clock_(model_, &io);
        sum += uint64_t(io.busRead[t]) << (32 * half);
      }
    io.busValid = 0;
    return sum;
  }

  uint64_t cycles = 0;

private:
  void start(uint32_t drives) {
    for (const Tile &tile : fabric_.tiles) {
      arrays_.push_back(std::make_unique<ArrayPort>(fabric_, tile));
      io.handle[tile.y * 2 + tile.x] = arrays_.back()->handle();
    }
    clock_(model_, &io);
    io.resetN = 1;
    do
      clock_(model_, &io);
    while (io.busy);
    io.busWrite = 1;
    for (const Tile &tile : fabric_.tiles) {
      io.busValid = uint8_t(1u << (tile.y * 2 + tile.x));
      for (const BusWrite &write : tileProgram(fabric_, tile, drives)) {
        io.busAddress = write.address;
        io.busData = write.data;
        clock_(model_, &io);
      }
    }
    io.busValid = io.busWrite = 0;
    clock_(model_, &io);
  }

  const Fabric &fabric_;
  std::shared_ptr<ModelLibrary> library_;
  void (*destroy_)(void *);
  void (*clock_)(void *, MeshPorts *);
  void *model_;
  std::vector<std::unique_ptr<ArrayPort>> arrays_;
  MeshPorts io = {};
  uint64_t now_ = 0;
};

std::vector<uint32_t> flitsOf(const Fabric &fabric, const std::vector<Event> &events) {
  std::vector<uint32_t> flits;
  const Source &source = fabric.sources[0];
  for (const Event &e : events)
    for (uint32_t r = source.routeStart[e.neuron]; r < source.routeStart[e.neuron + 1]; ++r)
      flits.push_back(source.routes[r] | uint32_t(e.value));
  return flits;
}

} // namespace

TEST_CASE("one model of the mesh and wired single models are the same machine") {
  FabricShape shape;
  shape.connect = 0.6; // enough traffic for routers to wait
  auto image = test::randomFabric(shape, 17);
  Fabric fabric = readFabric(image);
  Mesh mesh(fabric);
  auto wired = makeFabricMachine(image, {}, FabricEngine::Rtl);
  std::mt19937 random(1);
  for (int s = 0; s < 40; ++s) {
    auto input = test::randomInput(random, shape.sources, 0.4, 3);
    std::vector<std::vector<std::pair<int, int>>> emissions(4);
    mesh.step(flitsOf(fabric, input), emissions);
    wired->inject(0, input);
    wired->step();
    std::map<uint32_t, std::map<uint32_t, double>> byNode;
    for (const Tile &tile : fabric.tiles)
      for (auto [column, count] : emissions[tile.y * 2 + tile.x])
        byNode[tile.node][tile.neurons[size_t(column)]] = count;
    for (uint32_t n = 1; n < fabric.tilesOfNode.size(); ++n) {
      std::map<uint32_t, double> events;
      for (const Event &e : wired->events(n))
        events[e.neuron] = e.value;
      REQUIRE(events == byNode[n]);
    }
    REQUIRE(wired->counters()["cycles"] == mesh.cycles);
  }
  auto counters = wired->counters();
  REQUIRE(counters["spikes"] > 100);
  REQUIRE(mesh.status(bus::Reads) == counters["reads"]);
  REQUIRE(mesh.status(bus::ReadCycles) == counters["read_cycles"]);
  REQUIRE(mesh.status(bus::Events) == counters["events"]);
  REQUIRE(mesh.status(bus::RowLost) == counters["row_saturations"]);
}
