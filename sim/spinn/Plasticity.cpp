// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels compute in s16.15; traces are kept in s4.11 and widened by 4 bits for them.
#include "sim/spinn/Plasticity.h"

#include "runtime/image/Errors.h"

namespace spindle::spinn {
namespace {

constexpr unsigned kTraceShift = 4;   // from s4.11 to s16.15
constexpr uint32_t kLongest = 0xffff; // ticks that a number in s16.15 can say
enum Which { OnPre, OnPost, PreTrace, PostTrace };

int32_t widen(int32_t trace) {
  return static_cast<int32_t>(static_cast<uint32_t>(trace) << kTraceShift);
}
int16_t narrow(int32_t value) { return static_cast<int16_t>(value >> kTraceShift); }
int32_t ticks(uint32_t elapsed) { return static_cast<int32_t>(std::min(elapsed, kLongest) << 15); }

uint32_t storedTraces(const std::vector<PlasticTrace> &traces) {
  return static_cast<uint32_t>(
      std::count_if(traces.begin(), traces.end(), [](const PlasticTrace &t) { return t.stored; }));
}

} // namespace

/// One row at one tick.
struct Plasticity::Moment {
  const Row &row;
  const Use &use;
  const PlasticRule &rule;
  uint32_t t, lastPre;
  std::vector<int32_t> oldPre, newPre; ///< after the last spike, and after this one (s4.11)
};

uint32_t plasticHeader(const PlasticRule &rule) { return 1 + (storedTraces(rule.pre) + 1) / 2; }

std::vector<PlasticSynapse> readPlasticRow(std::span<const uint32_t> row, uint32_t header,
                                           const PlasticLayout &layout, const std::string &where) {
  auto require = [&](bool ok, const char *what) {
    if (!ok)
      throw ImageError(where + ": a row of plastic synapses " + what);
  };
  require(!row.empty() && row.size() >= uint64_t(row[0]) + 3, "is longer than its matrix is wide");
  const uint32_t plastic = row[0], fixed = row[plastic + 1], synapses = row[plastic + 2];
  require(fixed == 0, "holds fixed synapses too");
  require(synapses <= kPlasticWidth && row.size() - plastic - 3 >= (synapses + 1) / 2,
          "is longer than its matrix is wide");
  require(plastic == header + (synapses + 1) / 2, "does not have the length of its rule's data");
  require(std::all_of(row.begin() + 1, row.begin() + 1 + header, [](uint32_t w) { return w == 0; }),
          "begins with a history");
  std::vector<PlasticSynapse> result;
  for (uint32_t k = 0; k < synapses; ++k) {
    uint32_t control = row[plastic + 3 + k / 2] >> (k % 2 * 16) & 0xffff;
    PlasticSynapse s{control & ((1u << layout.indexBits) - 1),
                     (control >> layout.indexBits) & ((1u << layout.typeBits) - 1),
                     (control >> (layout.indexBits + layout.typeBits)) &
                         ((1u << layout.delayBits) - 1),
                     static_cast<uint16_t>(row[1 + header + k / 2] >> (k % 2 * 16))};
    require(s.neuron < layout.neurons, "names a neuron that the core does not have");
    require(s.type < layout.types, "names a synapse type that the core does not have");
    result.push_back(s);
  }
  return result;
}

Plasticity::Plasticity() : emitted_(kPlasticWidth), valid_(kPlasticWidth) {}

uint32_t Plasticity::addRule(std::shared_ptr<const PlasticRule> rule, uint32_t first,
                             uint32_t count) {
  Use use;
  const PlasticPart *parts[] = {&rule->onPre, &rule->onPost, &rule->preTrace, &rule->postTrace};
  for (unsigned i = 0; i < 4; ++i)
    for (const auto &column : parts[i]->param)
      use.param[i].push_back(column.data());
  size_t traces = std::max(rule->pre.size(), rule->post.size());
  while (state_.size() < 1 + traces)
    state_.emplace_back(kPlasticWidth);
  while (input_.size() < 2 + traces)
    input_.emplace_back(kPlasticWidth);
  statePointers_.clear(), inputPointers_.clear();
  for (auto &column : state_)
    statePointers_.push_back(column.data());
  for (auto &column : input_)
    inputPointers_.push_back(column.data());
  use.first = first;
  use.header = plasticHeader(*rule);
  use.count.resize(count);
  use.times.resize(size_t(count) * kHistory);
  use.traces.resize(size_t(count) * kHistory * rule->post.size());
  use.rule = std::move(rule);
  clear(use);
  uses_.push_back(std::move(use));
  return static_cast<uint32_t>(uses_.size() - 1);
}

void Plasticity::clear(Use &use) {
  std::fill(use.count.begin(), use.count.end(), 1);
  std::fill(use.times.begin(), use.times.end(), 0);
  const auto &post = use.rule->post;
  for (size_t i = 0; i < use.traces.size(); ++i)
    use.traces[i] = post[i % post.size()].initial;
}

void Plasticity::reset() {
  words_ = initial_;
  for (Use &use : uses_)
    clear(use);
  skipped_ = wraps_ = dropped_ = 0;
}

uint32_t Plasticity::addRow(uint32_t rule, std::span<const PlasticSynapse> synapses) {
  Row row{rule, static_cast<uint32_t>(words_.size()), static_cast<uint32_t>(targets_.size()),
          static_cast<uint32_t>(synapses.size())};
  rows_.push_back(row);
  words_.resize(words_.size() + dataWords(row));
  for (uint32_t k = 0; k < synapses.size(); ++k) {
    const PlasticSynapse &s = synapses[k];
    targets_.push_back({s.neuron, static_cast<uint16_t>(s.type), static_cast<uint16_t>(s.delay)});
    setWeight(row, k, s.weight);
  }
  initial_.insert(initial_.end(), words_.begin() + row.words, words_.end());
  return static_cast<uint32_t>(rows_.size() - 1);
}

const uint32_t *Plasticity::times(const Use &use, uint32_t neuron) const {
  return use.times.data() + size_t(neuron - use.first) * kHistory;
}

Plasticity::History Plasticity::history(uint32_t rule, uint32_t neuron) {
  Use &use = uses_[rule];
  size_t place = neuron - use.first, traces = use.rule->post.size();
  return {use.count[place],
          {use.times.data() + place * kHistory, kHistory},
          {use.traces.data() + place * kHistory * traces, kHistory * traces}};
}

void Plasticity::setWeight(const Row &row, uint32_t k, uint16_t weight) {
  uint32_t &word = words_[row.words + uses_[row.rule].header + k / 2];
  word = k % 2 ? (word & 0xffff) | uint32_t(weight) << 16 : (word & 0xffff0000) | weight;
}

void Plasticity::run(const Use &use, const PlasticPart &part, unsigned which, uint32_t begin,
                     uint32_t end) {
  part.run(begin, end, statePointers_.data(), use.param[which].data(), inputPointers_.data(),
           emitted_.data());
}

/// Traces of one neuron that spikes, `elapsed` after its last spike.
void Plasticity::advance(const std::vector<PlasticTrace> &traces, const Use &use,
                         const PlasticPart &part, unsigned which, uint32_t elapsed,
                         int32_t *values) {
  for (size_t i = 0; i < traces.size(); ++i)
    values[i] = traces[i].decay(values[i], elapsed);
  if (!part.run) { // what does not change at a spike keeps falling
    for (size_t i = 0; i < traces.size(); ++i)
      if (!traces[i].stored)
        values[i] = traces[i].initial;
    return;
  }
  for (size_t i = 0; i < traces.size(); ++i)
    state_[i][0] = widen(values[i]);
  run(use, part, which, 0, 1);
  for (size_t i = 0; i < traces.size(); ++i)
    values[i] = narrow(state_[i][0]);
}

void Plasticity::onPost(uint32_t number, uint32_t neuron, uint32_t count, uint32_t t) {
  Use &use = uses_[number];
  if (!use.enabled)
    return;
  const auto &post = use.rule->post;
  auto [entries, times, kept] = history(number, neuron);
  const size_t traces = post.size();
  uint32_t repeats = std::min(count, kMaxRepeats);
  dropped_ += count - repeats;
  std::vector<int32_t> values(traces);
  for (uint32_t r = 0; r < repeats; ++r) {
    uint32_t last = entries - 1u;
    for (size_t i = 0; i < traces; ++i)
      values[i] = kept[last * traces + i];
    advance(post, use, use.rule->postTrace, PostTrace, t - times[last], values.data());
    if (last == kHistory - 1) { // the oldest real entry is lost
      std::copy(times.begin() + 2, times.end(), times.begin() + 1);
      std::copy(kept.begin() + 2 * traces, kept.end(), kept.begin() + traces);
    } else {
      ++last;
      ++entries;
    }
    times[last] = t;
    for (size_t i = 0; i < traces; ++i)
      kept[last * traces + i] = static_cast<int16_t>(values[i]);
  }
}

/// Entries [begin, end) with lastPre - late < time <= t - late, both bounds not below 0. The entry
/// before `begin` is what the machine calls the previous one.
Plasticity::Window Plasticity::window(const Use &use, uint32_t neuron, uint32_t lastPre, uint32_t t,
                                      uint32_t late) const {
  const uint32_t from = lastPre >= late ? lastPre - late : 0, to = t >= late ? t - late : 0;
  const uint32_t *times = this->times(use, neuron);
  uint32_t end = use.count[neuron - use.first];
  while (end > 1 && times[end - 1] > to)
    --end;
  uint32_t begin = end;
  while (begin > 1 && times[begin - 1] > from)
    --begin;
  return {begin, end};
}

/// on_post of one synapse for one entry of its target's history.
void Plasticity::applyPost(const Moment &m, uint32_t k, uint32_t entry) {
  if (!m.rule.onPost.run)
    return;
  const auto [neuron, type, delay] = targets_[m.row.first + k];
  const uint32_t late = m.rule.backprop ? delay : 0;
  const uint32_t *times = this->times(m.use, neuron);
  const size_t traces = m.rule.post.size();
  const int16_t *before =
      m.use.traces.data() + (size_t(neuron - m.use.first) * kHistory + entry - 1) * traces;
  const uint32_t at = times[entry] + late, sincePost = times[entry] - times[entry - 1];
  const bool seen = m.rule.postSeesPre && at == m.t;
  const uint32_t sincePre = seen ? 0 : at - m.lastPre;
  for (size_t i = 0; i < traces; ++i)
    state_[1 + i][k] = widen(m.rule.post[i].decay(before[i], sincePost));
  const auto &pre = m.rule.pre;
  for (size_t i = 0; i < pre.size(); ++i)
    input_[i][k] = widen(seen ? m.newPre[i] : pre[i].decay(m.oldPre[i], sincePre));
  input_[pre.size()][k] = ticks(sincePre);
  input_[pre.size() + 1][k] = ticks(at - times[entry - 1]); // from the spike, not its arrival
  run(m.use, m.rule.onPost, OnPost, k, k + 1);
}

/// Fills the columns of on_pre; false where the target has not spiked yet.
bool Plasticity::prepareOnPre(const Moment &m, uint32_t k, const Window &w) {
  const auto [neuron, type, delay] = targets_[m.row.first + k];
  const uint32_t late = m.rule.backprop ? delay : 0;
  const uint32_t *times = this->times(m.use, neuron);
  uint32_t last = w.end - 1;
  while (!m.rule.preSeesPost && last > 0 && times[last] + late == m.t)
    --last;
  if (last == 0)
    return false;
  const uint32_t sincePost = m.t - (times[last] + late);
  const auto &pre = m.rule.pre, &post = m.rule.post;
  const int16_t *traces =
      m.use.traces.data() + (size_t(neuron - m.use.first) * kHistory + last) * post.size();
  for (size_t i = 0; i < pre.size(); ++i)
    state_[1 + i][k] = widen(pre[i].decay(m.oldPre[i], m.t - m.lastPre));
  for (size_t i = 0; i < post.size(); ++i)
    input_[i][k] = widen(post[i].decay(traces[i], sincePost));
  input_[post.size()][k] = ticks(m.t - m.lastPre);
  input_[post.size() + 1][k] = ticks(m.t - times[last]);
  return true;
}

void Plasticity::update(const Row &row, uint32_t t) {
  const Use &use = uses_[row.rule];
  const PlasticRule &rule = *use.rule;
  // The history of the row: time, then traces of 16 bits.
  uint32_t *header = words_.data() + row.words;
  Moment m{row, use, rule, t, header[0], std::vector<int32_t>(rule.pre.size()), {}};
  auto half = [&](uint32_t i) { return header + 1 + i / 2; };
  uint32_t stored = 0;
  for (size_t i = 0; i < rule.pre.size(); ++i) {
    m.oldPre[i] = rule.pre[i].initial;
    if (rule.pre[i].stored) {
      m.oldPre[i] = static_cast<int16_t>(*half(stored) >> (stored % 2 * 16));
      ++stored;
    }
  }
  m.newPre = m.oldPre;
  advance(rule.pre, use, rule.preTrace, PreTrace, t - m.lastPre, m.newPre.data());
  header[0] = t;
  stored = 0;
  for (size_t i = 0; i < rule.pre.size(); ++i)
    if (rule.pre[i].stored) {
      uint32_t shift = stored % 2 * 16, &word = *half(stored);
      word = (word & ~(0xffffu << shift)) | uint32_t(static_cast<uint16_t>(m.newPre[i])) << shift;
      ++stored;
    }

  Window windows[kPlasticWidth];
  auto late = [&](uint32_t k) { return rule.backprop ? targets_[row.first + k].delay : 0u; };
  auto shift = [&](uint32_t k) { return rule.shift[targets_[row.first + k].type]; };
  auto arrives = [&](uint32_t k, uint32_t entry) {
    return times(use, targets_[row.first + k].neuron)[entry] + late(k);
  };
  for (uint32_t k = 0; k < row.synapses; ++k) {
    state_[0][k] = static_cast<int32_t>(uint32_t(weightOf(row, k)) << shift(k));
    windows[k] = window(use, targets_[row.first + k].neuron, m.lastPre, t, late(k));
    for (uint32_t entry = windows[k].begin; entry < windows[k].end; ++entry)
      if (rule.postFirst || arrives(k, entry) != t)
        applyPost(m, k, entry);
    valid_[k] = rule.onPre.run && prepareOnPre(m, k, windows[k]);
  }
  for (uint32_t begin = 0, end; begin < row.synapses; begin = end + 1) {
    for (end = begin; end < row.synapses && valid_[end];)
      ++end;
    if (end > begin)
      run(use, rule.onPre, OnPre, begin, end);
  }
  for (uint32_t k = 0; k < row.synapses; ++k) {
    for (uint32_t entry = windows[k].begin; !rule.postFirst && entry < windows[k].end; ++entry)
      if (arrives(k, entry) == t)
        applyPost(m, k, entry);
    int32_t weight = state_[0][k] >> shift(k);
    wraps_ += weight < 0 || weight > 0xffff;
    setWeight(row, k, static_cast<uint16_t>(weight));
  }
}

std::vector<PlasticSynapse> Plasticity::learnt(uint32_t number) const {
  const Row &row = rows_[number];
  std::vector<PlasticSynapse> list;
  for (uint32_t k = 0; k < row.synapses; ++k) {
    const Target &target = targets_[row.first + k];
    list.push_back({target.neuron, target.type, target.delay, weightOf(row, k)});
  }
  return list;
}

} // namespace spindle::spinn
