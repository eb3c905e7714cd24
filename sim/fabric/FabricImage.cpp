// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Unpacking the fabric program. The loader has checked structure and indices of the file; here
// every number is checked against the fabric, so that the engines need no checks of their own.
#include "sim/fabric/FabricImage.h"

#include "sim/fabric/Flit.h"

#include <bit>
#include <stdexcept>
#include <string>

namespace spindle::fabric {

namespace {

namespace fb = image::fb;

class Reader {
public:
  explicit Reader(std::shared_ptr<const image::Image> image) { fabric_.image = std::move(image); }

  Fabric read() {
    const fb::Image &meta = this->meta();
    const fb::Xbar *program = meta.program_as_Xbar();
    if (!program)
      throw ImageError("image: it holds no program for the fabric");
    readParameters(*program);
    fabric_.tilesOfNode.resize(meta.nodes() ? meta.nodes()->size() : 0);
    fabric_.tileAt.fill(kNoTile);
    if (program->tiles())
      for (const fb::Tile *tile : *program->tiles())
        readTile(*tile);
    checkPlacement();
    for (size_t t = 0; t < fabric_.tiles.size(); ++t) {
      where_ = tileName(t);
      checkRoutes(fabric_.tiles[t].routes);
    }
    if (program->sources())
      for (const fb::XbarSource *source : *program->sources())
        readSource(*source);
    return std::move(fabric_);
  }

private:
  const fb::Image &meta() const { return fabric_.image->meta(); }

  [[noreturn]] void fail(const std::string &what) const {
    throw ImageError("image: " + (where_.empty() ? std::string("fabric") : where_) + ": " + what);
  }
  void require(bool holds, const char *what) const {
    if (!holds)
      fail(what);
  }

  static std::string tileName(size_t index) { return "tile " + std::to_string(index); }

  void readParameters(const fb::Xbar &x) {
    Fabric &f = fabric_;
    f.rows = x.rows(), f.cols = x.cols(), f.banks = x.banks(), f.slots = x.slots();
    f.countBits = x.count_bits();
    f.meshWidth = x.mesh_width(), f.meshHeight = x.mesh_height();
    f.levels = x.levels(), f.adcBits = x.adc_bits(), f.adcShare = x.adc_share();
    f.tSetup = x.t_setup(), f.tInt = x.t_int(), f.tMux = x.t_mux(), f.tSample = x.t_sample();
    require(f.rows >= 2 && f.rows <= 1024 && std::has_single_bit(f.rows),
            "rows must be a power of two in 2..1024");
    require(f.banks >= 1 && f.banks * f.rows <= 1024, "banks x rows must be in 1..1024");
    require(f.cols >= 2 && f.cols <= 1024 && f.cols % 2 == 0, "columns must be even, in 2..1024");
    require(f.adcShare >= 1 && f.cols % (2 * f.adcShare) == 0,
            "columns must be a multiple of twice the columns per converter");
    require(f.slots >= 2 && f.slots <= kMaxSlots && std::has_single_bit(f.slots),
            "slots must be a power of two in 2..64");
    require(f.countBits >= 1 && f.countBits <= kCountBits, "count bits must be in 1..6");
    require(f.meshWidth >= 1 && f.meshWidth <= 16 && f.meshHeight >= 1 && f.meshHeight <= 16,
            "the mesh must be 1..16 wide and high");
    require(f.levels >= 2 && f.levels <= 32768, "levels must be in 2..32768");
    require(f.adcBits >= 1 && f.adcBits <= 16, "ADC bits must be in 1..16");
    require(f.tInt >= 1 && f.tInt < 256 && f.tSample >= 1 && f.tSample < 256 && f.tSetup < 256 &&
                f.tMux < 256,
            "read timing must be below 256 clocks, integration and sampling at least 1");
    uint64_t largest = uint64_t(f.rows) * f.banks * ((1u << f.countBits) - 1) * (f.levels - 1);
    require(largest < (uint64_t(1) << 31), "an accumulator may exceed 32 bits");
  }

  template <typename T> std::vector<T> array(const fb::Blob *blob, const char *what) const {
    require(blob != nullptr, what);
    auto span = fabric_.image->array<T>(*blob);
    return {span.begin(), span.end()};
  }

  /// One value per column; a single one stands for all.
  template <typename T> std::vector<T> values(const fb::Blob &blob, size_t columns) const {
    auto span = fabric_.image->array<T>(blob);
    if (span.size() == 1)
      return std::vector<T>(columns, span[0]);
    require(span.size() == columns, "a parameter does not have one value per column");
    return {span.begin(), span.end()};
  }

  TileColumn column(const fb::Blob &blob, size_t columns, bool real) const {
    TileColumn c;
    if (real)
      c.real = values<double>(blob, columns);
    else
      c.fixed = values<int32_t>(blob, columns);
    return c;
  }

  std::vector<TileColumn> columnsOf(const flatbuffers::Vector<const fb::Blob *> *blobs,
                                    size_t terms, size_t columns, bool real) const {
    require((blobs ? blobs->size() : 0) == terms, "parameters do not match the model's terms");
    std::vector<TileColumn> out;
    for (size_t k = 0; k < terms; ++k)
      out.push_back(column(*blobs->Get(unsigned(k)), columns, real));
    return out;
  }

  void readTile(const fb::Tile &t) {
    where_ = tileName(fabric_.tiles.size());
    require(meta().nodes() && t.node() < fabric_.tilesOfNode.size(), "no such node");
    require(meta().models() && t.model() < meta().models()->size(), "no such model");
    const fb::Model &model = *meta().models()->Get(t.model());
    require(!model.input() || model.input()->size() <= 1, "its model has more than one input port");
    Tile tile;
    tile.x = t.x(), tile.y = t.y(), tile.node = t.node(), tile.model = t.model();
    tile.onset = t.onset();
    tile.real = model.number() == fb::Number_F64;
    tile.neurons = array<uint32_t>(t.neurons(), "no neurons");
    size_t columns = tile.columns();
    require(columns >= 1 && columns <= fabric_.cols / 2, "more columns than the tile has");
    readPeriphery(t, tile);
    readBanks(t, tile);
    tile.param =
        columnsOf(t.param(), model.param() ? model.param()->size() : 0, columns, tile.real);
    tile.init = columnsOf(t.init(), model.state() ? model.state()->size() : 0, columns, tile.real);
    if (t.drives())
      for (const fb::TileDrive *drive : *t.drives())
        tile.drives.push_back({drive->from(), column(*drive->values(), columns, tile.real)});
    readRoutes(t.route_start(), t.routes(), columns, tile.routeStart, tile.routes);
    require(model.emit() != fb::Emit_Graded || tile.routes.empty(),
            "graded events cannot be routed");
    fabric_.tiles.push_back(std::move(tile));
  }

  void readPeriphery(const fb::Tile &t, Tile &tile) {
    tile.scaleShift = t.scale_shift(), tile.adcShift = t.adc_shift();
    require(tile.scaleShift < 64, "scale shift must be below 64");
    require(tile.adcShift < 32, "ADC shift must be below 32");
    if (tile.real) {
      tile.scaleReal = array<double>(t.scale_real(), "float neurons without real scales");
      require(tile.scaleReal.size() == tile.columns(), "not one scale per column");
    } else {
      tile.scale = array<int32_t>(t.scale(), "no scales");
      require(tile.scale.size() == tile.columns(), "not one scale per column");
    }
  }

  void readBanks(const fb::Tile &t, Tile &tile) {
    require(t.banks() <= fabric_.banks, "more banks than the tile has");
    size_t perBank = size_t(fabric_.rows) * tile.devices();
    std::span<const int16_t> codes;
    if (t.banks() > 0) {
      require(t.codes() != nullptr, "banks without codes");
      codes = fabric_.image->array<int16_t>(*t.codes());
    }
    require(codes.size() == perBank * t.banks(), "not one code per device");
    try {
      for (size_t b = 0; b < t.banks(); ++b) {
        tile.banks.emplace_back(fabric_.rows, tile.devices(), device::DeviceModel{fabric_.levels});
        tile.banks.back().program(codes.subspan(b * perBank, perBank));
      }
    } catch (const std::logic_error &error) {
      fail(error.what());
    }
  }

  void readRoutes(const fb::Blob *start, const fb::Blob *routes, size_t neurons,
                  std::vector<uint32_t> &outStart, std::vector<uint32_t> &outRoutes) const {
    if (start && start->bytes() != 0) {
      outStart = array<uint32_t>(start, "no routes");
      outRoutes = array<uint32_t>(routes, "no routes");
    } else {
      outStart.assign(neurons + 1, 0);
    }
    require(outStart.size() == neurons + 1 && outStart[0] == 0 &&
                outStart[neurons] == outRoutes.size(),
            "the route table is damaged");
    for (size_t i = 0; i < neurons; ++i)
      require(outStart[i] <= outStart[i + 1], "the route table is damaged");
  }

  /// After all tiles are known: each flit must name a row that exists.
  void checkRoutes(const std::vector<uint32_t> &routes) const {
    for (uint32_t word : routes) {
      Flit flit{word};
      uint32_t target = fabric_.tileAt[flit.position()];
      require(target != kNoTile, "a route leads to a place without a tile");
      require(flit.row() < fabric_.tiles[target].banks.size() * fabric_.rows,
              "a route leads to a row that its tile does not use");
      require(flit.delay() >= 1 && flit.delay() < fabric_.slots, "a route has an impossible delay");
      require((word & 0xFF) == 0, "a route has bits set that must be 0");
    }
  }

  void checkPlacement() {
    for (size_t t = 0; t < fabric_.tiles.size(); ++t) {
      const Tile &tile = fabric_.tiles[t];
      where_ = tileName(t);
      require(tile.x < fabric_.meshWidth && tile.y < fabric_.meshHeight, "outside the mesh");
      uint32_t &at = fabric_.tileAt[tile.y << 4 | tile.x];
      require(at == kNoTile, "two tiles in one place");
      at = uint32_t(t);
      fabric_.tilesOfNode[tile.node].push_back(uint32_t(t));
    }
    for (uint32_t n = 0; n < fabric_.tilesOfNode.size(); ++n) {
      where_ = "node " + std::to_string(n);
      checkCoverage(n);
    }
    where_.clear();
  }

  /// Every neuron of a population is on exactly one column.
  void checkCoverage(uint32_t n) const {
    const fb::Node &node = *meta().nodes()->Get(n);
    if (node.kind() != fb::NodeKind_Population) {
      require(fabric_.tilesOfNode[n].empty(), "a tile holds a node that is no population");
      return;
    }
    std::vector<bool> seen(node.size(), false);
    size_t count = 0;
    for (uint32_t t : fabric_.tilesOfNode[n])
      for (uint32_t neuron : fabric_.tiles[t].neurons) {
        require(neuron < node.size() && !seen[neuron],
                "a neuron is placed twice or does not exist");
        seen[neuron] = true;
        ++count;
      }
    require(count == node.size(), "a neuron is not placed");
  }

  void readSource(const fb::XbarSource &s) {
    where_ = "source of node " + std::to_string(s.node());
    require(s.node() < fabric_.tilesOfNode.size() &&
                meta().nodes()->Get(s.node())->kind() == fb::NodeKind_Source,
            "it is no source");
    Source source;
    source.node = s.node();
    size_t size = meta().nodes()->Get(s.node())->size();
    readRoutes(s.route_start(), s.routes(), size, source.routeStart, source.routes);
    checkRoutes(source.routes);
    fabric_.sources.push_back(std::move(source));
  }

  Fabric fabric_;
  std::string where_;
};

} // namespace

Fabric readFabric(std::shared_ptr<const image::Image> image) {
  return Reader(std::move(image)).read();
}

} // namespace spindle::fabric
