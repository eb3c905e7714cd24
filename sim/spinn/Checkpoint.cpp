// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Checkpoint.h"

#include <algorithm>
#include <cstring>

namespace spindle::spinn {
namespace {

struct Saver {
  std::vector<std::byte> out;
  void raw(const void *data, size_t bytes) {
    auto *p = static_cast<const std::byte *>(data);
    out.insert(out.end(), p, p + bytes);
  }
  template <typename T> void list(std::span<const T> values) {
    uint64_t size = values.size();
    raw(&size, sizeof size);
    raw(values.data(), values.size_bytes());
  }
  template <typename T> void list(const std::vector<T> &values) {
    list(std::span<const T>(values));
  }
};

struct Reader {
  std::span<const std::byte> in;
  [[noreturn]] static void foreign() {
    throw UserError("checkpoint: it belongs to another network");
  }
  void raw(void *data, size_t bytes) {
    if (bytes > in.size())
      throw UserError("checkpoint: it is too short for this network");
    if (bytes > 0)
      std::memcpy(data, in.data(), bytes);
    in = in.subspan(bytes);
  }
  uint64_t number() {
    uint64_t value;
    raw(&value, sizeof value);
    return value;
  }
  template <typename T> std::vector<T> list() {
    uint64_t size = number();
    if (size > in.size() / sizeof(T))
      throw UserError("checkpoint: it is too short for this network");
    std::vector<T> values(size);
    raw(values.data(), size * sizeof(T));
    return values;
  }
  /// A list whose length is known.
  template <typename T> std::vector<T> list(size_t size) {
    std::vector<T> values = list<T>();
    if (values.size() != size)
      foreign();
    return values;
  }
};

/// All that a checkpoint holds, before it is believed.
struct Contents {
  uint64_t now = 0;
  std::vector<std::vector<std::vector<int32_t>>> states; ///< per node and term
  std::vector<std::vector<int32_t>> emitted;             ///< of graded nodes
  SourceCounts counts;
  std::vector<std::vector<Spike>> history;
  std::vector<Spike> injected;
  LearningState learnt;
};

void save(Saver &saver, const LearningState &state) {
  saver.list(state.histories);
  saver.list(state.weights);
  saver.list(state.counts);
  saver.list(state.times);
  saver.list(state.traces);
  saver.list(state.pending);
  saver.list(state.counters);
}

LearningState learntIn(Reader &reader, const Engine &engine, uint64_t now) {
  const PlasticNetwork &network = engine.learning();
  LearningState state(network);
  state.histories = reader.list<uint32_t>(state.histories.size());
  state.weights = reader.list<uint16_t>(state.weights.size());
  state.counts = reader.list<uint8_t>(state.counts.size());
  state.times = reader.list<uint32_t>(state.times.size());
  state.traces = reader.list<int16_t>(state.traces.size());
  state.pending = reader.list<LearningState::Pending>();
  state.counters = reader.list<uint64_t>(state.counters.size());
  for (uint8_t count : state.counts)
    if (count < 1 || count > Plasticity::kHistory)
      Reader::foreign();
  for (const LearningState::Pending &p : state.pending) {
    bool known = false;
    for (const PlasticUse &use : network.uses)
      known |= use.target == p.node && p.neuron < use.neurons && p.type < use.rule->shift.size();
    if (!known || p.tick < now || p.tick - now > network.longestDelay)
      Reader::foreign();
  }
  return state;
}

std::vector<Spike> spikesIn(Reader &reader, uint32_t sources) {
  std::vector<Spike> spikes = reader.list<Spike>();
  for (const Spike &spike : spikes)
    if (spike.source >= sources)
      Reader::foreign();
  return spikes;
}

Contents read(const Engine &engine, uint64_t network, std::span<const std::byte> bytes) {
  Reader reader{bytes};
  Contents c;
  if (reader.number() != network)
    Reader::foreign();
  c.now = reader.number();
  for (const Population &population : engine.populations()) {
    auto &states = c.states.emplace_back();
    for (size_t i = 0; i < population.init.size(); ++i)
      states.push_back(reader.list<int32_t>(population.size));
    c.emitted.push_back(reader.list<int32_t>(population.spiking ? 0 : population.size));
  }
  c.counts.packets = reader.list<uint64_t>(engine.sources());
  c.counts.spikes = reader.list<uint64_t>(engine.sources());
  c.counts.saturations = reader.list<uint32_t>(engine.sources());
  c.counts.joined = reader.list<uint64_t>(engine.sources());
  c.counts.cut = reader.list<uint64_t>(engine.sources());
  for (uint64_t t = c.now - std::min(c.now, engine.memory()); t < c.now; ++t)
    c.history.push_back(spikesIn(reader, engine.sources()));
  c.injected = spikesIn(reader, engine.sources());
  if (!engine.learning().rows.empty())
    c.learnt = learntIn(reader, engine, c.now);
  if (!reader.in.empty())
    Reader::foreign();
  return c;
}

} // namespace

std::vector<std::byte> saveEngine(const Engine &engine, uint64_t network) {
  Saver saver;
  uint64_t now = engine.now();
  saver.raw(&network, sizeof network);
  saver.raw(&now, sizeof now);
  for (uint32_t node = 0; node < engine.populations().size(); ++node) {
    const Population &population = engine.populations()[node];
    std::vector<int32_t> column(population.size);
    for (uint32_t term = 0; term < population.init.size(); ++term) {
      engine.readState(node, term, column);
      saver.list(column);
    }
    if (population.spiking)
      column.clear();
    else
      engine.readEmitted(node, column);
    saver.list(column);
  }
  SourceCounts counts = engine.acted();
  saver.list(counts.packets);
  saver.list(counts.spikes);
  saver.list(counts.saturations);
  saver.list(counts.joined);
  saver.list(counts.cut);
  std::vector<Spike> spikes;
  for (uint64_t t = now - std::min(now, engine.memory()); t < now; ++t) {
    engine.spikes(t, spikes);
    saver.list(spikes);
  }
  saver.list(engine.pending());
  if (!engine.learning().rows.empty())
    save(saver, engine.learnt());
  return std::move(saver.out);
}

void restoreEngine(Engine &engine, uint64_t network, std::span<const std::byte> bytes) {
  Contents c = read(engine, network, bytes);
  for (uint32_t node = 0; node < c.states.size(); ++node) {
    for (uint32_t term = 0; term < c.states[node].size(); ++term)
      engine.writeState(node, term, c.states[node][term]);
    engine.writeEmitted(node, c.emitted[node]);
  }
  engine.setActed(c.counts);
  engine.restore(c.now, [&](uint64_t t) {
    return std::span<const Spike>(c.history[c.history.size() - (c.now - t)]);
  });
  engine.injected(c.now) = std::move(c.injected);
  engine.setLearnt(c.learnt);
}

} // namespace spindle::spinn
