// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Engine.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <tuple>
#include <utility>

namespace spindle::spinn {
namespace {

constexpr uint32_t kNeuronsPerThread = 1000; ///< fewer are faster on fewer threads
constexpr double kNeuron = 1, kSynapse = 1;  ///< nanoseconds, about (docs/bench.md)
constexpr double kExchange = 1500;           ///< nanoseconds that threads lose in an exchange
constexpr uint64_t kLongestSlack = 32;       ///< ticks
constexpr uint32_t kSourcesAtOnce = 64;      ///< that a builder takes

uint32_t neuronsOf(const std::vector<Population> &populations) {
  uint32_t sum = 0;
  for (const Population &population : populations)
    sum += population.kernel ? population.size : 0;
  return sum;
}

std::vector<uint32_t> sizesOf(const std::vector<Population> &populations) {
  std::vector<uint32_t> sizes;
  for (const Population &population : populations)
    sizes.push_back(population.kernel ? population.size : 0);
  return sizes;
}

uint32_t planesOf(const std::vector<Population> &populations) {
  uint32_t planes = 1;
  for (const Population &population : populations)
    for (const Port &port : population.ports) {
      if (port.plus != Port::kNone)
        planes = std::max(planes, port.plus + 1);
      if (port.minus != Port::kNone)
        planes = std::max(planes, port.minus + 1);
    }
  return planes;
}

} // namespace

Engine::Engine(std::vector<Population> populations, const EngineOptions &options)
    : options_(options), populations_(std::move(populations)), base_(1, 0),
      poisson_(populations_, base_),
      workers_(options.machine, neuronsOf(populations_) / kNeuronsPerThread),
      layout_(sizesOf(populations_),
              std::max(rankCount(), options.machine.shards > 0
                                        ? static_cast<uint32_t>(options.machine.shards)
                                        : static_cast<uint32_t>(workers_.count()) * rankCount()),
              static_cast<uint32_t>(workers_.count()) * rankCount()),
      planes_(planesOf(populations_)) {
  for (const Population &population : populations_)
    base_.push_back(base_.back() + population.size);
  own_ = {std::vector<uint64_t>(sources()), std::vector<uint64_t>(sources()),
          std::vector<uint32_t>(sources()), std::vector<uint64_t>(sources()),
          std::vector<uint64_t>(sources())};
  ShardContext context{
      &layout_,           &populations_,           base_.data(),   planes_, own_.packets.data(),
      own_.spikes.data(), own_.saturations.data(), own_.cut.data()};
  for (uint32_t s = 0; s < layout_.shards(); ++s) {
    stores_.emplace_back(sources(), owns(s));
    if (owns(s))
      shards_.emplace_back(context, s);
  }
}

uint32_t Engine::nodeOf(uint32_t source) const {
  return static_cast<uint32_t>(std::upper_bound(base_.begin(), base_.end(), source) -
                               base_.begin() - 1);
}

void Engine::build(const Fill &fill, const Learns &learns) {
  std::vector<uint32_t> sizes;
  for (uint32_t s = 0; s < layout_.shards(); ++s)
    sizes.push_back(layout_.size(s));
  std::atomic<uint32_t> next{0};
  std::mutex mutex;
  std::exception_ptr error;
  uint32_t failed = ~uint32_t(0); // of several errors, that of the first source is told
  auto work = [&](size_t) {
    RowBuilder builder(stores_, sizes, planes_, options_.pad);
    for (uint32_t begin; (begin = next.fetch_add(kSourcesAtOnce)) < sources();)
      for (uint32_t source = begin; source < std::min(begin + kSourcesAtOnce, sources()); ++source)
        try {
          fill(source, builder);
          builder.finish(source, !populations_[nodeOf(source)].kernel);
        } catch (...) {
          std::lock_guard lock(mutex);
          if (source < failed)
            failed = source, error = std::current_exception();
          break;
        }
  };
  if (workers_.count() > 1 && sources() > 4 * kSourcesAtOnce)
    workers_.together(work);
  else
    work(0);
  if (error)
    std::rethrow_exception(error);
  for (const RowStore &store : stores_)
    counts_.add(store.counts());
  if (ranks()) {
    std::vector<uint32_t> delays = ranks()->gather(std::vector{counts_.minDelay, counts_.maxDelay});
    for (size_t i = 0; i < delays.size(); i += 2) {
      counts_.minDelay = std::min(counts_.minDelay, delays[i]);
      counts_.maxDelay = std::max(counts_.maxDelay, delays[i + 1]);
    }
  }
  slack_ = std::clamp<uint64_t>(counts_.minDelay, 1, kLongestSlack);
  if (learns)
    learning_ = learns();
  if (!learning_.rows.empty()) {
    slack_ = 1; // spikes act in the order of ticks
    for (Shard &shard : shards_)
      shard.learn(learning_);
  }
  uint64_t kept = std::max({uint64_t(counts_.maxDelay), kBlockTicks, 2 * slack_}) + 2;
  for (size_t i = 0; i <= layout_.shards(); ++i)
    lanes_.emplace_back(kept);
  auto prepare = [&](size_t i) {
    shards_[i].prepare(stores_[i * rankCount() + rank()], slack_, options_.profile);
  };
  workers_.run(shards_.size(), double(counts_.words), prepare);
  reset();
}

void Engine::reset() {
  for (Shard &shard : shards_)
    shard.reset();
  for (Lane &lane : lanes_)
    lane.clear();
  std::fill(own_.packets.begin(), own_.packets.end(), 0);
  std::fill(own_.spikes.begin(), own_.spikes.end(), 0);
  std::fill(own_.saturations.begin(), own_.saturations.end(), 0);
  std::fill(own_.joined.begin(), own_.joined.end(), 0);
  std::fill(own_.cut.begin(), own_.cut.end(), 0);
  now_ = prepared_ = 0;
}

std::vector<Spike> &Engine::injected(uint64_t t) {
  Lane &lane = lanes_.back();
  for (; prepared_ <= t; ++prepared_)
    lane.list(prepared_).clear();
  return lane.list(t);
}

/// Waking the other threads and meeting them has to pay.
bool Engine::parallel(uint64_t ticks) const {
  if (workers_.count() == 1)
    return false;
  if (options_.machine.allThreads)
    return true;
  double tick = kNeuron * double(neuronsOf(populations_)) + kSynapse * perTick_;
  double saved = tick - tick / double(workers_.count());
  return saved > kExchange / double(slack_) && workers_.pays(tick * double(ticks));
}

void Engine::runShards(size_t thread, size_t threads, uint64_t begin, uint64_t end) {
  for (uint64_t t = begin; t < end; ++t)
    for (size_t s = thread; s < shards_.size(); s += threads)
      shards_[s].tick(t, lanes_);
}

void Engine::run(uint64_t ticks, std::span<const Watch> watches) {
  for (Shard &shard : shards_)
    shard.watch(watches, now_, ticks);
  for (uint64_t t = now_; t < now_ + ticks; ++t)
    poisson_.send(t, injected(t));
  lanes_.back().publish(now_ + ticks);
  uint64_t before = delivered();
  bool together = parallel(ticks);
  // Processes exchange their spikes when the first of them could be needed.
  for (uint64_t begin = now_, end; begin < now_ + ticks; begin = end) {
    end = ranks() ? std::min(begin + slack_, now_ + ticks) : now_ + ticks;
    if (together)
      workers_.together([&](size_t i) { runShards(i, workers_.count(), begin, end); });
    else
      runShards(0, 1, begin, end);
    if (ranks())
      exchange(begin, end);
  }
  if (ranks())
    gatherWatched(watches, ticks);
  perTick_ = double(delivered() - before) / double(ticks);
  for (uint64_t t = now_; t < now_ + ticks && rank() == 0; ++t)
    countSent(lanes_.back().list(t));
  now_ += ticks;
  if (!learning_.rows.empty())
    for (Shard &shard : shards_) // so that what is learnt is learnt up to the last tick
      shard.settle(now_, lanes_);
  if (afterRun_)
    afterRun_(now_ - ticks, ticks);
}

/// Spikes of one tick that come from outside, by source.
void Engine::countSent(std::span<const Spike> spikes) {
  uint64_t together = 0; // of the source at hand
  for (size_t i = 0; i < spikes.size(); ++i) {
    auto [source, count] = spikes[i];
    ++own_.packets[source];
    own_.spikes[source] += count;
    bool first = i == 0 || spikes[i - 1].source != source;
    uint64_t before = first ? 0 : std::max<uint64_t>(together, kMostDelayed) - kMostDelayed;
    together = first ? count : together + count;
    if (!first)
      ++own_.joined[source];
    if (together > kMostDelayed)
      own_.cut[source] += together - kMostDelayed - before;
  }
}

LearningState Engine::learnt() const {
  LearningState state(learning_);
  for (const Shard &shard : shards_)
    if (shard.learning())
      const_cast<Shard &>(shard).learning()->save(state, now_); // only reads
  // Sums of what is on its way do not depend on the order in which it set out.
  std::sort(state.pending.begin(), state.pending.end());
  size_t kept = 0;
  for (const LearningState::Pending &p : state.pending) {
    LearningState::Pending *last = kept > 0 ? &state.pending[kept - 1] : nullptr;
    if (last && std::tie(last->tick, last->node, last->neuron, last->type) ==
                    std::tie(p.tick, p.node, p.neuron, p.type))
      last->sum =
          static_cast<uint32_t>(std::min<uint64_t>(uint64_t(last->sum) + p.sum, 0xffff0000));
    else
      state.pending[kept++] = p;
  }
  state.pending.resize(kept);
  return state;
}

void Engine::setLearnt(const LearningState &state) {
  for (Shard &shard : shards_)
    if (shard.learning())
      shard.learning()->restore(state, &shard == &shards_.front());
}

void Engine::clearTimes() {
  for (Shard &shard : shards_)
    shard.clearTimes();
}

/// Lists of ticks [begin, end) of this process's shards go to all others, which keep those of a
/// process in the lane of its first shard.
void Engine::exchange(uint64_t begin, uint64_t end) {
  std::vector<uint32_t> mine;
  for (uint64_t t = begin; t < end; ++t) {
    size_t at = mine.size();
    mine.push_back(0);
    for (uint32_t s = rank(); s < layout_.shards(); s += rankCount())
      for (const Spike &spike : lanes_[s].list(t))
        mine.insert(mine.end(), {spike.source, spike.count});
    mine[at] = static_cast<uint32_t>((mine.size() - at - 1) / 2);
  }
  std::vector<uint32_t> all = ranks()->gather(mine);
  const uint32_t *next = all.data();
  for (uint32_t r = 0; r < rankCount(); ++r)
    for (uint64_t t = begin; t < end; ++t) {
      uint32_t count = *next++;
      const uint32_t *spikes = next;
      next += 2 * size_t(count);
      if (r == rank())
        continue;
      for (uint32_t s = r; s < layout_.shards(); s += rankCount())
        lanes_[s].list(t).clear();
      for (uint32_t i = 0; i < count; ++i)
        lanes_[r].list(t).push_back({spikes[2 * i], spikes[2 * i + 1]});
    }
  for (uint32_t s = 0; s < layout_.shards(); ++s)
    if (!owns(s))
      lanes_[s].publish(end);
}

/// What shards of other processes watched.
void Engine::gatherWatched(std::span<const Watch> watches, uint64_t ticks) {
  watchedOfAll_.resize(watches.size());
  watchedFrom_ = now_;
  for (uint32_t w = 0; w < watches.size(); ++w) {
    size_t size = populations_[watches[w].node].size;
    watchedOfAll_[w].assign(size * ticks, 0);
    for (uint64_t i = 0; i < ticks; ++i)
      for (const Shard &shard : shards_)
        shard.watched(w, now_ + i, std::span(watchedOfAll_[w]).subspan(i * size, size));
    sumColumn(watchedOfAll_[w]);
  }
}

/// Fills in what other processes have: here it is 0, and there what is here.
void Engine::sumColumn(std::span<int32_t> column) const {
  ranks()->sum(std::span(reinterpret_cast<uint32_t *>(column.data()), column.size()));
}

uint64_t Engine::delivered() const {
  uint64_t sum = 0;
  for (const Shard &shard : shards_)
    sum += shard.delivered();
  return sum;
}

void Engine::spikes(uint64_t t, std::vector<Spike> &out) const {
  out.clear();
  for (const Lane &lane : lanes_)
    out.insert(out.end(), lane.list(t).begin(), lane.list(t).end());
  std::sort(out.begin(), out.end(),
            [](const Spike &a, const Spike &b) { return a.source < b.source; });
}

void Engine::watched(uint32_t watch, uint64_t t, std::span<int32_t> column) const {
  if (ranks()) {
    std::copy_n(watchedOfAll_[watch].begin() +
                    static_cast<std::ptrdiff_t>((t - watchedFrom_) * column.size()),
                column.size(), column.begin());
    return;
  }
  for (const Shard &shard : shards_)
    shard.watched(watch, t, column);
}

void Engine::readState(uint32_t node, uint32_t term, std::span<int32_t> column) const {
  if (ranks())
    std::fill(column.begin(), column.end(), 0);
  for (const Shard &shard : shards_)
    shard.readState(node, term, column);
  if (ranks())
    sumColumn(column);
}

void Engine::readEmitted(uint32_t node, std::span<int32_t> column) const {
  if (ranks())
    std::fill(column.begin(), column.end(), 0);
  for (const Shard &shard : shards_)
    shard.readEmitted(node, column);
  if (ranks())
    sumColumn(column);
}

void Engine::writeState(uint32_t node, uint32_t term, std::span<const int32_t> column) {
  for (Shard &shard : shards_)
    shard.writeState(node, term, column);
}

void Engine::writeEmitted(uint32_t node, std::span<const int32_t> column) {
  for (Shard &shard : shards_)
    shard.writeEmitted(node, column);
}

SourceCounts Engine::acted() const {
  SourceCounts counts = own_;
  for (const Shard &shard : shards_)
    shard.addDrawn(counts.packets, counts.spikes);
  if (ranks()) {
    ranks()->sum(std::span(counts.packets));
    ranks()->sum(std::span(counts.spikes));
    ranks()->sum(std::span(counts.saturations));
    ranks()->sum(std::span(counts.joined));
    ranks()->sum(std::span(counts.cut));
  }
  return counts;
}

SourceCounts Engine::counts() const {
  SourceCounts counts = acted();
  poisson_.addUnderWay(now_, counts.packets, counts.spikes);
  return counts;
}

void Engine::setActed(const SourceCounts &counts) {
  if (rank() != 0)
    return; // one process counts what was before
  std::copy(counts.packets.begin(), counts.packets.end(), own_.packets.begin()); // shards point
  std::copy(counts.spikes.begin(), counts.spikes.end(), own_.spikes.begin());    // there
  std::copy(counts.saturations.begin(), counts.saturations.end(), own_.saturations.begin());
  std::copy(counts.joined.begin(), counts.joined.end(), own_.joined.begin());
  std::copy(counts.cut.begin(), counts.cut.end(), own_.cut.begin());
}

void Engine::restore(uint64_t now, const std::function<std::span<const Spike>(uint64_t)> &history) {
  for (Shard &shard : shards_)
    shard.forget(now);
  for (Lane &lane : lanes_)
    lane.clear();
  for (uint64_t t = now - std::min(now, memory()); t < now; ++t) {
    std::span<const Spike> spikes = history(t);
    for (Shard &shard : shards_)
      shard.restore(spikes, t, now);
    lanes_.back().list(t).assign(spikes.begin(), spikes.end());
  }
  for (Lane &lane : lanes_)
    lane.publish(now);
  now_ = prepared_ = now;
}

} // namespace spindle::spinn
