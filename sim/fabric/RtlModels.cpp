// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Instances of the compiled tile and router, and the devices behind a tile.
#include "sim/fabric/RtlModels.h"

#include "sim/fabric/RtlBus.h"
#include "sim/fabric/RtlSources.h"

#include <algorithm>
#include <cstring>

namespace spindle::fabric {

namespace {

template <typename Api> const Api *apiOf(const ModelLibrary &library) {
  return reinterpret_cast<const Api *(*)()>(library.symbol("spindle_model_api"))();
}

std::pair<std::string, std::string> file(const char *name) {
  return {name, std::string(sourceText(name))};
}

} // namespace

ModelSource tileSource(const Fabric &fabric, bool assertions) {
  const auto *text = fabric.image->meta().program_as_Xbar()->neuron_verilog();
  if (!text || text->size() == 0)
    throw UserError(
        "the image holds no neuron datapaths (SystemVerilog), so its RTL cannot be built");
  ModelSource source;
  source.top = "xb_tile";
  source.files = {file("RtlAbi.h"), {"neuron_unit.svh", text->str()}};
  for (const char *name : {"xb_bus_pkg.sv", "xb_array_dpi.sv", "xb_rows.sv", "xb_converters.sv",
                           "xb_neurons.sv", "xb_serialiser.sv", "xb_tile.sv"})
    source.files.push_back(file(name));
  if (assertions)
    for (const char *name : {"xb_tile_sva.sv", "xb_stable_sva.sv"})
      source.files.push_back(file(name));
  source.parameters = tileParameters(fabric);
  source.shim = "#include \"RtlAbi.h\"\n" + std::string(sourceText("ArrayShim.cpp.in")) +
                std::string(sourceText("TileShim.cpp.in"));
  source.assertions = assertions;
  return source;
}

ModelSource routerSource(bool assertions) {
  ModelSource source;
  source.top = "xb_router";
  source.files = {file("RtlAbi.h"), file("xb_router.sv")};
  if (assertions)
    source.files.push_back(file("xb_router_sva.sv"));
  source.shim = "#include \"RtlAbi.h\"\n" + std::string(sourceText("RouterShim.cpp.in"));
  source.assertions = assertions;
  return source;
}

//--- devices -----------------------------------------------------------------------------------

ArrayPort::ArrayPort(const Fabric &fabric, const Tile &tile)
    : tile_(tile), converters_(fabric.cols / fabric.adcShare), mask_(device::rowWords(fabric.rows)),
      sums_(fabric.cols) {
  port_.owner = this;
  port_.read = [](void *owner, int bank, const uint32_t *rows) {
    static_cast<ArrayPort *>(owner)->read(bank, rows);
  };
  port_.sample = [](void *owner, int group, uint32_t *sums) {
    static_cast<ArrayPort *>(owner)->sample(group, sums);
  };
}

void ArrayPort::read(int bank, const uint32_t *rows) {
  const device::CrossbarArray &array = tile_.banks[size_t(bank)];
  std::memcpy(mask_.data(), rows,
              (array.rows() + 31) / 32 * 4); // little-endian: 32-bit words in order
  array.read(mask_, sums_);
}

void ArrayPort::sample(int group, uint32_t *sums) const {
  std::memcpy(sums, sums_.data() + size_t(group) * converters_, converters_ * sizeof(uint32_t));
}

//--- tile --------------------------------------------------------------------------------------

TileInstance::TileInstance(std::shared_ptr<ModelLibrary> library, const Fabric &fabric,
                           const Tile &t, uint32_t drives)
    : tile(t), fabric_(fabric), drives_(drives), library_(std::move(library)),
      api_(apiOf<abi::TileApi>(*library_)), model_(api_->create()), array_(fabric, t) {}

TileInstance::~TileInstance() { api_->destroy(model_); }

void TileInstance::start() {
  in = {};
  in.handle = array_.handle();
  adcHash = stateHash = {};
  group_ = 0;
  clock(); // in reset
  in.resetN = 1;
  do
    clock(); // the row counters are cleared
  while (out.busy);
  in.busValid = in.busWrite = 1;
  for (const BusWrite &write : tileProgram(fabric_, tile, drives_)) {
    in.busAddress = write.address;
    in.busData = write.data;
    clock();
  }
  in.busValid = in.busWrite = 0;
  clock();
}

uint32_t TileInstance::read(uint32_t address) {
  in.busValid = 1;
  in.busWrite = 0;
  in.busAddress = address;
  in.rxValid = in.stepValid = 0;
  clock();
  in.busValid = 0;
  return out.busData;
}

uint64_t TileInstance::status(uint32_t counter) {
  uint64_t low = read(bus::address(bus::Status, counter, 0));
  return low | uint64_t(read(bus::address(bus::Status, counter, 1))) << 32;
}

void TileInstance::hashCodes() {
  size_t converters = fabric_.cols / fabric_.adcShare;
  size_t first = group_ * converters;
  for (size_t a = 0; a < converters && first + a < tile.devices(); ++a)
    adcHash.add(out.codes[a]);
  group_ = (group_ + 1) % fabric_.adcShare;
}

//--- router ------------------------------------------------------------------------------------

RouterInstance::RouterInstance(std::shared_ptr<ModelLibrary> library, uint32_t x, uint32_t y)
    : library_(std::move(library)), api_(apiOf<abi::RouterApi>(*library_)), model_(api_->create()) {
  in.x = uint8_t(x);
  in.y = uint8_t(y);
}

RouterInstance::~RouterInstance() { api_->destroy(model_); }

void RouterInstance::start() {
  in.valid = in.outReady = in.resetN = 0;
  clock();
  in.resetN = 1;
  clock();
}

} // namespace spindle::fabric
