// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Provenance.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

namespace spindle::spinn {
namespace fb = image::fb;
namespace {

constexpr int kLinks = 6;

class Chips {
public:
  explicit Chips(std::vector<ChipProvenance> &chips) : chips_(chips) {}
  ChipProvenance &at(ChipAt chip) {
    auto [place, added] = places_.try_emplace(chip, chips_.size());
    if (added) {
      chips_.emplace_back();
      chips_.back().x = chip.x;
      chips_.back().y = chip.y;
    }
    return chips_[place->second];
  }

private:
  std::vector<ChipProvenance> &chips_;
  std::map<ChipAt, size_t> places_;
};

void count(const Hop &hop, uint64_t packets, ChipProvenance &chip) {
  (hop.hit ? chip.tableHits : chip.defaultRouted) += hop.route == 0 && !hop.hit ? 0 : packets;
  chip.unrouted += hop.lost * packets;
  chip.toCores += static_cast<uint64_t>(std::popcount(hop.route >> kLinks)) * packets;
  for (size_t link = 0; link < kLinks; ++link)
    if (hop.next[link] >= 0)
      chip.links[link] += packets;
}

} // namespace

Accounts::Accounts(const image::Image &image, Engine &engine, Network &network,
                   const ProvenanceOptions &options)
    : image_(image), program_(*image.meta().program_as_Spinn()), engine_(engine), network_(network),
      options_(options), ways_(network.senders()), dt_(image.meta().dt()) {
  network.writeDown(&ways_);
  if (!options_.cycles && !options_.stress)
    return;
  if (!(dt_ > 0))
    throw UserError("the cycle model needs to know how long a tick is, and the image has no dt; "
                    "compile the network with --dt");
  options_.timeScale = timeScaleInForce(options_.timeScale, dt_);
  cyclesPerTick_ = cyclesPerTick(options_.budgets, options_.timeScale, dt_);
  if (cyclesPerTick_ == 0)
    throw UserError("the cycle model: a tick has less than one cycle at this time scale");
  engine.afterRun([this](uint64_t from, uint64_t count) { ticks(from, count); });
}

/// Whether a core has neurons, whose update takes time.
bool Accounts::updates(uint32_t core) const {
  return core < network_.slices().size() &&
         engine_.populations()[network_.slices()[core].node].kernel;
}

/// How many senders a core has.
uint32_t Accounts::turns(uint32_t core) const {
  const Slice &slice = network_.sliceOf(core);
  size_t slices = network_.slices().size();
  return (slice.hi - slice.lo) * (core < slices ? 1 : network_.extensions()[core - slices].stages);
}

/// When each neuron sends: at its turn in the update, all cores beginning together.
void Accounts::plan() {
  const CycleBudgets &budgets = options_.budgets;
  at_.assign(network_.senders(), 0);
  for (uint32_t core = 0; core < network_.cores(); ++core) {
    uint64_t each = updates(core) ? budgets.neuron : budgets.send;
    size_t slices = network_.slices().size();
    uint32_t first =
        core < slices ? engine_.sourceOf(network_.slices()[core].node, network_.slices()[core].lo)
                      : network_.extensions()[core - slices].first;
    for (uint32_t i = 0; i < turns(core); ++i)
      at_[first + i] = std::min(budgets.tick + (i + 1) * each, cyclesPerTick_ - 1);
  }
  std::vector<uint32_t> order(at_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return std::pair(at_[a], a) < std::pair(at_[b], b); });
  rank_.resize(order.size());
  for (uint32_t i = 0; i < order.size(); ++i)
    rank_[order[i]] = i;
}

void Accounts::begin() {
  ways_.share();
  seen_ = engine_.now();
  if (cyclesPerTick_ == 0)
    return;
  plan();
  const CycleBudgets &budgets = options_.budgets;
  uint32_t cores = network_.cores();
  clocks_.clear();
  for (uint32_t core = 0; core < cores; ++core) {
    uint64_t update = budgets.tick + (updates(core) ? turns(core) * budgets.neuron : 0);
    clocks_.emplace_back(budgets, update, cyclesPerTick_);
  }
  delayed_.clear();
  for (uint64_t t = seen_ - std::min(seen_, engine_.memory()); t < seen_; ++t) {
    engine_.spikes(t, spikes_);
    delay(t);
  }
  arrivals_.assign(cores, {});
  sent_.assign(cores, 0);
  quietFrom_.assign(cores, seen_);
  busy_.clear();
  if (options_.stress)
    stress_ =
        std::make_unique<Stress>(*options_.stress, options_.budgets.packet, ways_, network_.mesh());
}

/// Notes what extensions will send of `spikes_`, which are those of tick `t`, by source.
void Accounts::delay(uint64_t t) {
  if (network_.extensions().empty())
    return;
  together_ = spikes_;
  countTogether(together_);
  for (const Spike &spike : together_)
    network_.forEachStage(spike.source, [&](uint32_t sender, uint32_t ticks) {
      if (t + ticks >= seen_)
        delayed_[t + ticks].push_back({sender, spike.count});
    });
}

void Accounts::ticks(uint64_t from, uint64_t count) {
  for (uint64_t t = from; t < from + count; ++t, ++seen_) {
    engine_.spikes(t, spikes_);
    engine_.poisson().allDrawn(t, spikes_);
    delay(t);
    if (auto due = delayed_.find(t); due != delayed_.end()) {
      spikes_.insert(spikes_.end(), due->second.begin(), due->second.end());
      delayed_.erase(due);
    }
    std::sort(spikes_.begin(), spikes_.end(),
              [this](const Spike &a, const Spike &b) { return rank_[a.source] < rank_[b.source]; });
    if (options_.cycles)
      cycles(seen_);
    if (stress_)
      stress_->tick(spikes_, at_, cyclesPerTick_);
  }
}

void Accounts::cycles(uint64_t t) {
  auto wake = [this](uint32_t core) {
    if (arrivals_[core].empty() && sent_[core] == 0)
      busy_.push_back(core);
  };
  for (const Spike &spike : spikes_) {
    if (uint32_t own = network_.coreOf(spike.source);
        own < clocks_.size() && !ways_.hops(spike.source).empty()) {
      wake(own);
      ++sent_[own];
    }
    for (const Landing &landing : ways_.landings(spike.source)) {
      wake(landing.core);
      arrivals_[landing.core].push_back(
          {at_[spike.source], spike.count, landing.rows, landing.synapses});
    }
  }
  for (uint32_t core : busy_) {
    clocks_[core].quietTicks(quietFrom_[core], t - quietFrom_[core]);
    clocks_[core].tick(t, arrivals_[core], sent_[core]);
    quietFrom_[core] = t + 1;
    arrivals_[core].clear();
    sent_[core] = 0;
  }
  busy_.clear();
}

/// What follows from the packets of one sender.
void Accounts::countSender(uint32_t sender, const SourceCounts &counts, Provenance &result) const {
  uint64_t packets = counts.packets[sender], spikes = counts.spikes[sender];
  uint32_t own = network_.coreOf(sender);
  if (packets == 0 || own >= result.cores.size() || ways_.hops(sender).empty())
    return;
  result.cores[own].packetsSent += packets;
  result.cores[own].spikesSent += spikes;
  for (const Landing &landing : ways_.landings(sender)) {
    CoreProvenance &core = result.cores[landing.core];
    core.packetsReceived += packets;
    core.spikesReceived += spikes;
    core.rowMisses += landing.known ? 0 : packets;
    core.rows += landing.rows * spikes;
    core.synapticEvents += landing.synapses * spikes;
  }
}

void Accounts::countCore(uint32_t index, const SourceCounts &counts, Provenance &result) const {
  const Slice &slice = network_.sliceOf(index);
  CoreProvenance &out = result.cores[index];
  out.node = image_.meta().nodes()->Get(slice.node)->name()->str();
  out.lo = slice.lo, out.hi = slice.hi;
  if (auto slices = static_cast<uint32_t>(network_.slices().size()); index < slices) {
    const fb::Core &core = *program_.cores()->Get(index);
    out.x = core.x(), out.y = core.y(), out.p = core.p();
    for (uint32_t i = slice.lo; i < slice.hi; ++i)
      out.ringSaturations += counts.saturations[engine_.sourceOf(slice.node, i)];
  } else {
    const fb::Extension &core = *program_.extensions()->Get(index - slices);
    out.x = core.x(), out.y = core.y(), out.p = core.p();
    out.stages = core.stages(), out.step = core.step();
    out.node += "_delay" + std::to_string(out.step);
  }
  if (!options_.cycles)
    return;
  CoreClock clock = clocks_[index]; // the ticks since its last spike are still to come
  clock.quietTicks(quietFrom_[index], seen_ - quietFrom_[index]);
  clock.addTo(out);
  double plain = double(cyclesPerTick_) / options_.timeScale;
  result.timeScaleNeeded = std::max(result.timeScaleNeeded, double(out.peakCycles) / plain);
}

Provenance Accounts::result() const {
  const SourceCounts counts = network_.sent(engine_);
  Provenance result;
  result.ticks = engine_.now();
  result.options = options_;
  result.cyclesPerTick = cyclesPerTick_;
  result.cores.resize(network_.cores());
  Chips chips(result.chips);
  for (uint32_t core = 0; core < result.cores.size(); ++core) {
    countCore(core, counts, result);
    chips.at({result.cores[core].x, result.cores[core].y});
  }
  for (uint32_t sender = 0; sender < network_.senders(); ++sender) {
    countSender(sender, counts, result);
    if (uint64_t packets = counts.packets[sender])
      for (const Hop &hop : ways_.hops(sender))
        count(hop, packets, chips.at(hop.chip));
  }
  if (stress_)
    result.stillQueued =
        stress_->addTo([&](ChipAt chip) -> ChipProvenance & { return chips.at(chip); });
  std::sort(result.chips.begin(), result.chips.end(),
            [](auto &a, auto &b) { return std::pair(a.x, a.y) < std::pair(b.x, b.y); });
  return result;
}

} // namespace spindle::spinn
