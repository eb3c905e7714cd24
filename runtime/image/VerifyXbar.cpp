// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of a crossbar program: fabric sizes, tiles, codes, flits.
#include "runtime/image/Verify.h"

#include <algorithm>
#include <map>
#include <vector>

namespace spindle::image {
namespace {

constexpr uint32_t kRowSpace = 1024; // rows that a flit can name in a tile
constexpr uint32_t kMaxSlots = 64;   // delays that a flit can name
constexpr uint32_t kMaxCycles = 1u << 16;

std::string nameOf(const fb::Tile &tile) {
  return "tile (" + std::to_string(tile.x()) + "," + std::to_string(tile.y()) + ")";
}

void inRange(uint64_t value, uint64_t least, uint64_t most, const char *name) {
  Checker::require(value >= least && value <= most, "fabric",
                   std::string("'") + name + "' is " + std::to_string(value) + ", allowed are " +
                       std::to_string(least) + " to " + std::to_string(most));
}

void verifyFabric(const fb::Xbar &fabric) {
  inRange(fabric.rows(), 1, kRowSpace, "rows");
  inRange(fabric.cols(), 2, kRowSpace, "cols");
  inRange(fabric.banks(), 1, kRowSpace / fabric.rows(), "banks");
  inRange(fabric.slots(), 1, kMaxSlots, "slots");
  inRange(fabric.count_bits(), 1, 6, "count_bits");
  inRange(fabric.mesh_width(), 1, 16, "mesh_width");
  inRange(fabric.mesh_height(), 1, 16, "mesh_height");
  inRange(fabric.levels(), 2, 32768, "levels");
  inRange(fabric.adc_bits(), 1, 24, "adc_bits");
  inRange(fabric.adc_share(), 1, fabric.cols(), "adc_share");
  inRange(fabric.t_setup(), 0, kMaxCycles, "t_setup");
  inRange(fabric.t_int(), 0, kMaxCycles, "t_int");
  inRange(fabric.t_mux(), 0, kMaxCycles, "t_mux");
  inRange(fabric.t_sample(), 0, kMaxCycles, "t_sample");
}

using Place = std::pair<uint32_t, uint32_t>; // x, y
using Tiles = std::map<Place, const fb::Tile *>;

/// Flits go to a row that exists, one step ahead at least.
void verifyFlits(const Checker &check, const fb::Xbar &fabric, const Tiles &tiles,
                 const fb::Blob *starts, const fb::Blob *routes, uint64_t senders,
                 const std::string &where) {
  auto flits = check.arrayOf<uint32_t>(routes, where, "routes");
  Checker::monotone(check.array<uint32_t>(starts, senders + 1, where, "route_start"), flits.size(),
                    where, "route_start");
  for (uint32_t flit : flits) {
    auto tile = tiles.find({(flit >> 24) & 15, flit >> 28});
    Checker::require(tile != tiles.end(), where, "a route to a tile that does not exist");
    uint32_t row = (flit >> 14) & 1023, delay = (flit >> 8) & 63;
    Checker::require(row < tile->second->banks() * fabric.rows(), where,
                     "a route to a row that does not exist");
    Checker::require(delay >= 1 && delay < fabric.slots(), where,
                     "a route of delay " + std::to_string(delay));
  }
}

void verifyCodes(const Checker &check, const fb::Xbar &fabric, const fb::Tile &tile,
                 uint64_t columns, const std::string &where) {
  uint64_t cells = uint64_t(tile.banks()) * fabric.rows() * 2 * columns;
  auto codes = check.array<int16_t>(tile.codes(), cells, where, "codes");
  bool inside = std::all_of(codes.begin(), codes.end(), [&](int16_t code) {
    return code >= 0 && uint32_t(code) < fabric.levels();
  });
  Checker::require(inside, where, "a code beyond the levels of a device");
}

void verifyColumns(const Checker &check, const fb::Tile &tile, const fb::Model &model,
                   uint64_t columns, const std::string &where) {
  auto each = [&](const flatbuffers::Vector<const fb::Blob *> &blobs,
                  const flatbuffers::Vector<flatbuffers::Offset<fb::Term>> &terms,
                  const char *name) {
    Checker::require(blobs.size() == terms.size(), where,
                     std::string("'") + name + "' does not match the model");
    for (uint32_t i = 0; i < blobs.size(); ++i)
      check.sized(blobs.Get(i), columns, bytesOf(terms.Get(i)->number()), where, name);
  };
  each(Checker::present(tile.param(), where, "param"), *model.param(), "param");
  each(Checker::present(tile.init(), where, "init"), *model.state(), "init");
  for (const fb::TileDrive *drive : Checker::present(tile.drives(), where, "drives"))
    check.sized(drive->values(), columns, bytesOf(model.number()), where, "drive");
}

void verifyScale(const Checker &check, const fb::Tile &tile, const fb::Model &model,
                 uint64_t columns, const std::string &where) {
  check.sized(tile.scale(), columns, 4, where, "scale");
  Checker::require(tile.scale_shift() < 64 && tile.adc_shift() < 32, where, "a shift out of range");
  if (model.number() == fb::Number_F64)
    check.sized(tile.scale_real(), columns, 8, where, "scale_real");
}

void verifyTile(const Checker &check, const fb::Xbar &fabric, const fb::Tile &tile,
                const Tiles &tiles) {
  std::string where = nameOf(tile);
  const fb::Node &node = check.node(tile.node(), where);
  const fb::Model *model = check.modelOf(node);
  Checker::require(model && tile.model() == uint32_t(node.model()), where,
                   "its model is not that of its node");
  Checker::require(model->input()->size() <= 1, where, "a model with several input ports");
  Checker::require(tile.banks() <= fabric.banks(), where, "more banks than the fabric has");
  Checker::require(tile.onset() <= kMaxDelay, where, "onset out of range");
  auto neurons = check.arrayOf<uint32_t>(tile.neurons(), where, "neurons");
  Checker::require(!neurons.empty() && neurons.size() <= fabric.cols() / 2, where,
                   std::to_string(neurons.size()) + " logical columns of " +
                       std::to_string(fabric.cols() / 2));
  for (uint32_t neuron : neurons)
    Checker::require(neuron < node.size(), where, "a neuron that does not exist");
  verifyCodes(check, fabric, tile, neurons.size(), where);
  verifyScale(check, tile, *model, neurons.size(), where);
  verifyColumns(check, tile, *model, neurons.size(), where);
  verifyFlits(check, fabric, tiles, tile.route_start(), tile.routes(), neurons.size(), where);
}

/// Every neuron of a population is on exactly one tile.
void verifyCover(const Checker &check, const fb::Xbar &fabric) {
  std::vector<std::vector<uint32_t>> placed(check.meta.nodes()->size());
  for (const fb::Tile *tile : *fabric.tiles())
    for (uint32_t neuron : check.arrayOf<uint32_t>(tile->neurons(), "tile", "neurons"))
      placed[tile->node()].push_back(neuron);
  for (uint32_t i = 0; i < placed.size(); ++i) {
    const fb::Node &node = *check.meta.nodes()->Get(i);
    if (node.kind() != fb::NodeKind_Population)
      continue;
    std::sort(placed[i].begin(), placed[i].end());
    bool once = std::adjacent_find(placed[i].begin(), placed[i].end()) == placed[i].end();
    Checker::require(once && placed[i].size() == node.size(), image::nameOf(node),
                     "its neurons are not each on one tile");
  }
}

} // namespace

void verifyXbar(const Checker &check, const fb::Xbar &fabric) {
  verifyFabric(fabric);
  Checker::present(fabric.neuron_verilog(), "fabric", "neuron_verilog");
  Tiles tiles;
  for (const fb::Tile *tile : Checker::present(fabric.tiles(), "fabric", "tiles")) {
    Checker::require(tile->x() < fabric.mesh_width() && tile->y() < fabric.mesh_height(),
                     nameOf(*tile), "lies outside the mesh");
    Checker::require(tiles.emplace(Place(tile->x(), tile->y()), tile).second, nameOf(*tile),
                     "is there twice");
  }
  for (const fb::Tile *tile : *fabric.tiles())
    verifyTile(check, fabric, *tile, tiles);
  verifyCover(check, fabric);
  std::vector<bool> seen(check.meta.nodes()->size());
  for (const fb::XbarSource *source : Checker::present(fabric.sources(), "fabric", "sources")) {
    const fb::Node &node = check.node(source->node(), "source");
    Checker::require(node.kind() == fb::NodeKind_Source && !seen[source->node()],
                     image::nameOf(node), "is no source or has two route lists");
    seen[source->node()] = true;
    verifyFlits(check, fabric, tiles, source->route_start(), source->routes(), node.size(),
                image::nameOf(node));
  }
}

} // namespace spindle::image
