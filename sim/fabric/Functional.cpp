// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functional engine: tiles side by side, flits handed over at the end of the step. The mesh is
// not modelled; since every delay is a step or more and row counters saturate by sum, its order and
// latency leave no trace.
#include "runtime/machine/Workers.h"
#include "sim/fabric/Engines.h"
#include "sim/fabric/Flit.h"
#include "sim/fabric/FunctionalTile.h"

#include <algorithm>
#include <cstring>

namespace spindle::fabric {

namespace {

namespace fb = image::fb;

constexpr uint64_t kCheckpointMagic =
    0x3342414658424C44u; // changes with the layout of a checkpoint
constexpr size_t kTilesPerThread = 4;
constexpr double kTile = 300, kFlit = 140; // nanoseconds, about (docs/bench.md)

class Functional : public FabricBase {
public:
  Functional(Fabric fabric, const MachineOptions &options, const FabricDebug &debug)
      : FabricBase(std::move(fabric)), hashes_(debug.hashes),
        workers_(options, fabric_.tiles.size() / kTilesPerThread) {
    if (!debug.kernels)
      loadKernels();
    for (const Tile &tile : fabric_.tiles) {
      const std::string symbol = meta().models()->Get(tile.model)->kernel()->str();
      KernelFn kernel = debug.kernels ? debug.kernels(symbol) : library_->find(symbol);
      tiles_.push_back(std::make_unique<FunctionalTile>(fabric_, tile, kernel, hashes_));
    }
    outgoing_.resize(tiles_.size());
  }

  void reset() override {
    FabricBase::reset();
    for (auto &tile : tiles_)
      tile->reset();
  }

  std::map<std::string, uint64_t> counters() const override {
    auto all = FabricBase::counters();
    TraceHash adc, states;
    for (const auto &tile : tiles_) {
      const TileCounters &c = tile->counters();
      all["reads"] += c.reads;
      all["adc_clips"] += c.adcClips;
      all["events"] += c.events;
      all["row_saturations"] += c.rowSaturations;
      all["count_saturations"] += c.countSaturations;
      adc.add(tile->adcHash().value);
      states.add(tile->stateHash().value);
    }
    if (hashes_) {
      all["adc_hash"] = adc.value;
      all["state_hash"] = states.value;
    }
    return all;
  }

  std::vector<std::byte> checkpoint() const override {
    std::vector<std::byte> out;
    for (uint64_t value :
         {kCheckpointMagic, fabric_.image->checksum(), now_, spikes_, hostSaturations_}) {
      const auto *bytes = reinterpret_cast<const std::byte *>(&value);
      out.insert(out.end(), bytes, bytes + sizeof value);
    }
    for (const auto &tile : tiles_)
      tile->save(out);
    return out;
  }

  /// A checkpoint that is refused leaves the machine as it was.
  void restore(std::span<const std::byte> in) override {
    std::vector<std::byte> before = checkpoint();
    std::vector<std::vector<Event>> seen = events_;
    try {
      load(in);
    } catch (const UserError &) {
      load(before);
      events_ = std::move(seen);
      throw;
    }
  }

protected:
  void runStep(std::span<const uint32_t> hostFlits) override {
    deliver(hostFlits);
    // The flits of the step before stand for the rows of this one; most delays are one step.
    double work = kTile * double(tiles_.size()) + kFlit * double(hostFlits.size() + flits_);
    workers_.run(tiles_.size(), work,
                 [this](size_t t) { tiles_[t]->step(now_, emissions_[t], outgoing_[t]); });
    flits_ = 0;
    for (auto &flits : outgoing_) {
      deliver(flits);
      flits_ += flits.size();
      flits.clear();
    }
  }

  TileColumn state(uint32_t tile, uint32_t term) const override {
    return tiles_[tile]->state(term);
  }

private:
  void load(std::span<const std::byte> in) {
    uint64_t head[5];
    if (in.size() < sizeof head)
      throw UserError("checkpoint: it is too short");
    std::memcpy(head, in.data(), sizeof head);
    if (head[0] != kCheckpointMagic || head[1] != fabric_.image->checksum())
      throw UserError("checkpoint: it is not one of this network on the functional fabric");
    reset();
    in = in.subspan(sizeof head);
    for (auto &tile : tiles_)
      tile->load(in);
    if (!in.empty())
      throw UserError("checkpoint: it is too long for this network");
    now_ = head[2], spikes_ = head[3], hostSaturations_ = head[4];
  }

  void loadKernels() {
    std::span<const std::byte> bitcode;
    if (const fb::Blob *blob = meta().kernels())
      bitcode = fabric_.image->bytes(*blob);
    library_ = KernelLibrary::load(bitcode);
  }

  void deliver(std::span<const uint32_t> flits) {
    for (uint32_t word : flits)
      tiles_[fabric_.tileAt[Flit{word}.position()]]->receive(word, now_);
  }

  bool hashes_;
  std::shared_ptr<KernelLibrary> library_;
  std::vector<std::unique_ptr<FunctionalTile>> tiles_;
  std::vector<std::vector<uint32_t>> outgoing_;
  Workers workers_;
  size_t flits_ = 0; ///< that tiles sent in the last step
};

} // namespace

std::unique_ptr<Machine> makeFunctional(Fabric fabric, const MachineOptions &options,
                                        const FabricDebug &debug) {
  return std::make_unique<Functional>(std::move(fabric), options, debug);
}

} // namespace spindle::fabric
