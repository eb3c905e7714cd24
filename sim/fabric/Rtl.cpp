// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The RTL engine: one compiled tile and one compiled router, instantiated for every place of the
// mesh and wired here, clock by clock. Every module's outputs are functions of its own registers,
// so wiring is exact: take all outputs, set all inputs, clock everything. A module that is not busy
// and has no input keeps its state and is not clocked.
#include "sim/fabric/Engines.h"
#include "sim/fabric/FabricBase.h"
#include "sim/fabric/Flit.h"
#include "sim/fabric/RtlBus.h"
#include "sim/fabric/RtlModels.h"

#include <algorithm>

namespace spindle::fabric {

namespace {

namespace fb = image::fb;

enum Port { Local, North, East, South, West, kPorts };
constexpr int kOpposite[kPorts] = {Local, South, West, North, East};

class Rtl : public FabricBase {
public:
  Rtl(Fabric fabric, const FabricDebug &debug)
      : FabricBase(std::move(fabric)), hashes_(debug.hashes), skipIdle_(debug.skipIdle) {
    ModelSource source = tileSource(fabric_, debug.assertions);
    uint32_t drives = uint32_t(parameter(source.parameters, "DRIVES"));
    auto tileLibrary = buildModel(source),
         routerLibrary = buildModel(routerSource(debug.assertions));
    for (const Tile &tile : fabric_.tiles) {
      tiles_.push_back(std::make_unique<TileInstance>(tileLibrary, fabric_, tile, drives));
      // Nothing travels outside the rectangle of the tiles and the host's corner.
      width_ = std::max(width_, tile.x + 1);
      height_ = std::max(height_, tile.y + 1);
    }
    for (uint32_t y = 0; y < height_; ++y)
      for (uint32_t x = 0; x < width_; ++x)
        routers_.push_back(std::make_unique<RouterInstance>(routerLibrary, x, y));
    wire();
    start();
  }

  void reset() override {
    FabricBase::reset();
    start();
  }

  std::map<std::string, uint64_t> counters() const override {
    auto all = FabricBase::counters();
    TraceHash adc, states;
    for (const auto &tile : tiles_) {
      all["reads"] += tile->status(bus::Reads);
      all["read_cycles"] += tile->status(bus::ReadCycles);
      all["adc_clips"] += tile->status(bus::AdcClips);
      all["events"] += tile->status(bus::Events);
      all["row_saturations"] += tile->status(bus::RowLost);
      all["count_saturations"] += tile->status(bus::CountSaturations);
      adc.add(tile->adcHash.value);
      states.add(tile->stateHash.value);
    }
    all["cycles"] = cycles_;
    if (hashes_) {
      all["adc_hash"] = adc.value;
      all["state_hash"] = states.value;
    }
    return all;
  }

  std::vector<std::byte> checkpoint() const override { noCheckpoint(); }
  void restore(std::span<const std::byte>) override { noCheckpoint(); }

protected:
  void runStep(std::span<const uint32_t> hostFlits) override {
    if (now_ >= 0xFFFFFFFFu)
      throw UserError("the fabric's RTL counts 2^32 - 1 steps and has done them");
    host_ = hostFlits;
    for (auto &tile : tiles_) {
      tile->in.step = uint32_t(now_);
      tile->in.stepValid = 1;
    }
    bool busy = clock();
    for (auto &tile : tiles_)
      tile->in.stepValid = 0;
    while (busy || !host_.empty())
      busy = clock();
    if (hashes_)
      hashStates();
  }

  TileColumn state(uint32_t t, uint32_t term) const override {
    TileColumn column;
    for (uint32_t c = 0; c < fabric_.tiles[t].columns(); ++c)
      column.fixed.push_back(int32_t(tiles_[t]->read(bus::address(bus::State, c, term))));
    return column;
  }

private:
  [[noreturn]] static void noCheckpoint() {
    throw UserError(
        "the RTL engine of the fabric keeps no checkpoints (the functional engine does)");
  }

  struct Links {
    RouterInstance *router[kPorts] = {}; ///< the neighbour at each port
    TileInstance *tile = nullptr;
  };

  void wire() {
    links_.resize(routers_.size());
    auto at = [&](uint32_t x, uint32_t y) -> RouterInstance * {
      return x < width_ && y < height_ ? routers_[y * width_ + x].get() : nullptr;
    };
    for (uint32_t y = 0; y < height_; ++y)
      for (uint32_t x = 0; x < width_; ++x) {
        Links &l = links_[y * width_ + x];
        l.router[North] = at(x, y + 1);
        l.router[South] = at(x, y - 1); // wraps to a place outside
        l.router[East] = at(x + 1, y);
        l.router[West] = at(x - 1, y);
        uint32_t tile = fabric_.tileAt[y << 4 | x];
        l.tile = tile == kNoTile ? nullptr : tiles_[tile].get();
      }
    for (const Tile &tile : fabric_.tiles)
      routerOfTile_.push_back(routers_[tile.y * width_ + tile.x].get());
    graded_.resize(tiles_.size());
    for (size_t t = 0; t < tiles_.size(); ++t)
      graded_[t] = meta().models()->Get(fabric_.tiles[t].model)->emit() == fb::Emit_Graded;
  }

  void start() {
    cycles_ = 0;
    for (auto &tile : tiles_)
      tile->start();
    for (auto &router : routers_)
      router->start();
    runRouter_.assign(routers_.size(), false);
    runTile_.assign(tiles_.size(), false);
  }

  /// One clock of everything; true when something is still busy.
  bool clock() {
    bool hostTaken = !host_.empty() && (routers_[0]->out.ready >> West & 1);
    for (size_t r = 0; r < routers_.size(); ++r)
      runRouter_[r] = setRouter(r);
    for (size_t t = 0; t < tiles_.size(); ++t)
      runTile_[t] = setTile(t);
    bool busy = false;
    for (size_t r = 0; r < routers_.size(); ++r) {
      if (runRouter_[r])
        routers_[r]->clock();
      busy |= routers_[r]->out.busy != 0;
    }
    for (size_t t = 0; t < tiles_.size(); ++t) {
      if (runTile_[t])
        clockTile(t);
      busy |= tiles_[t]->out.busy != 0;
    }
    if (hostTaken)
      host_ = host_.subspan(1);
    ++cycles_;
    return busy;
  }

  bool setRouter(size_t r) {
    abi::RouterIn &in = routers_[r]->in;
    const Links &links = links_[r];
    uint32_t valid = 0, ready = 0;
    for (int p = North; p < kPorts; ++p)
      if (const RouterInstance *from = links.router[p]) {
        valid |= uint32_t(from->out.valid >> kOpposite[p] & 1) << p;
        ready |= uint32_t(from->out.ready >> kOpposite[p] & 1) << p;
        in.flit[p] = from->out.flit[kOpposite[p]];
      }
    if (links.tile) {
      valid |= uint32_t(links.tile->out.txValid) << Local;
      ready |= uint32_t(links.tile->out.rxReady) << Local;
      in.flit[Local] = links.tile->out.txFlit;
    }
    if (r == 0 && !host_.empty()) {
      valid |= 1u << West;
      in.flit[West] = host_.front();
    }
    in.valid = uint8_t(valid);
    in.outReady = uint8_t(ready);
    return !skipIdle_ || valid != 0 || routers_[r]->out.busy;
  }

  bool setTile(size_t t) {
    TileInstance &tile = *tiles_[t];
    const abi::RouterOut &router = routerOfTile_[t]->out;
    tile.in.rxValid = router.valid >> Local & 1;
    tile.in.rxFlit = router.flit[Local];
    tile.in.txReady = router.ready >> Local & 1;
    return !skipIdle_ || tile.in.rxValid || tile.in.stepValid || tile.out.busy;
  }

  void clockTile(size_t t) {
    TileInstance &tile = *tiles_[t];
    tile.clock();
    if (tile.out.obsAdc && hashes_)
      tile.hashCodes();
    if (tile.out.obsEmit) {
      double value = int32_t(tile.out.obsValue);
      emissions_[t].push_back({tile.out.obsColumn, graded_[t] ? value / 32768.0 : value});
    }
  }

  void hashStates() {
    for (size_t t = 0; t < tiles_.size(); ++t) {
      if (now_ < fabric_.tiles[t].onset)
        continue;
      for (uint32_t c = 0; c < fabric_.tiles[t].columns(); ++c)
        for (uint32_t k = 0; k < fabric_.tiles[t].init.size(); ++k)
          tiles_[t]->stateHash.add(tiles_[t]->read(bus::address(bus::State, c, k)));
    }
  }

  bool hashes_, skipIdle_;
  uint32_t width_ = 1, height_ = 1;
  std::vector<std::unique_ptr<TileInstance>> tiles_;
  std::vector<std::unique_ptr<RouterInstance>> routers_;
  std::vector<Links> links_;
  std::vector<RouterInstance *> routerOfTile_;
  std::vector<bool> graded_;
  std::vector<uint8_t> runRouter_, runTile_;
  std::span<const uint32_t> host_; ///< still to be injected in this step
  uint64_t cycles_ = 0;
};

} // namespace

std::unique_ptr<Machine> makeRtl(Fabric fabric, const FabricDebug &debug) {
  return std::make_unique<Rtl>(std::move(fabric), debug);
}

} // namespace spindle::fabric
