// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile's program as bus writes, and the sizes of the tile model.
#include "sim/fabric/RtlBus.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace spindle::fabric {

namespace {

constexpr uint32_t kNever = ~0u; ///< a step that the RTL does not reach

uint32_t stepOf(uint64_t step) { return uint32_t(std::min<uint64_t>(step, kNever)); }

void writeColumn(std::vector<BusWrite> &writes, const Tile &tile, uint32_t c) {
  writes.push_back({bus::address(bus::Scale, c), uint32_t(tile.scale[c])});
  for (uint32_t k = 0; k < tile.init.size(); ++k)
    writes.push_back({bus::address(bus::State, c, k), uint32_t(tile.init[k].fixed[c])});
  for (uint32_t k = 0; k < tile.param.size(); ++k)
    writes.push_back({bus::address(bus::Param, c, k), uint32_t(tile.param[k].fixed[c])});
  for (uint32_t d = 0; d < tile.drives.size(); ++d)
    writes.push_back({bus::address(bus::Drive, c, d), uint32_t(tile.drives[d].values.fixed[c])});
  writes.push_back(
      {bus::address(bus::Range, c), tile.routeStart[c + 1] << 16 | tile.routeStart[c]});
}

void limit(uint64_t value, uint64_t most, const char *what) {
  if (value > most)
    throw UserError("the fabric's RTL holds at most " + std::to_string(most) + " " + what +
                    ", this image has " + std::to_string(value) + " (use --engine=functional)");
}

} // namespace

std::vector<BusWrite> tileProgram(const Fabric &fabric, const Tile &tile, uint32_t drives) {
  const uint32_t registers[] = {fabric.tSetup,
                                fabric.tInt,
                                fabric.tMux,
                                fabric.tSample,
                                fabric.adcBits,
                                tile.adcShift,
                                tile.scaleShift,
                                uint32_t(tile.banks.size()),
                                uint32_t(tile.columns()),
                                tile.model,
                                stepOf(tile.onset)};
  std::vector<BusWrite> writes;
  for (uint32_t i = 0; i < std::size(registers); ++i)
    writes.push_back({bus::address(bus::Register, i), registers[i]});
  for (uint32_t d = 0; d < drives; ++d)
    writes.push_back({bus::address(bus::From, d),
                      d < tile.drives.size() ? stepOf(tile.drives[d].from) : kNever});
  for (uint32_t c = 0; c < tile.columns(); ++c)
    writeColumn(writes, tile, c);
  for (uint32_t r = 0; r < tile.routes.size(); ++r)
    writes.push_back({bus::address(bus::Route, r), tile.routes[r]});
  return writes;
}

std::vector<std::pair<std::string, long>> tileParameters(const Fabric &fabric) {
  uint64_t drives = 2, routes = 1024, models = 0;
  for (const Tile &tile : fabric.tiles) {
    if (tile.real)
      throw UserError(
          "the fabric's RTL has fixed-point neurons; an image with float neurons runs with "
          "--engine=functional");
    drives = std::max<uint64_t>(drives, tile.drives.size());
    routes = std::max<uint64_t>(routes, tile.routes.size());
    models = std::max<uint64_t>(models, tile.model + 1);
  }
  limit(fabric.cols, 256, "columns in a tile");
  limit(fabric.adcShare, 255, "columns per converter");
  limit(drives, 16, "constant inputs in a tile");
  limit(routes, 65535, "routes in a tile");
  limit(models, 256, "neuron models");
  return {{"ROWS", fabric.rows},
          {"COLS", fabric.cols},
          {"BANKS", long(std::bit_ceil(fabric.banks))},
          {"SLOTS", fabric.slots},
          {"COUNT_BITS", fabric.countBits},
          {"ADC_SHARE", fabric.adcShare},
          {"DRIVES", long(std::bit_ceil(drives))}, // few sizes: each one is a build
          {"ROUTES", long(std::bit_ceil(routes))}};
}

long parameter(const std::vector<std::pair<std::string, long>> &parameters, const char *name) {
  for (const auto &[key, value] : parameters)
    if (key == name)
      return value;
  throw std::logic_error(std::string("fabric: no parameter ") + name);
}

} // namespace spindle::fabric
