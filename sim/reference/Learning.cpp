// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/reference/Learning.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spindle::reference {
namespace fb = image::fb;
namespace {

constexpr size_t kWidth = 256;        // synapses that a kernel takes at once
constexpr uint32_t kMaxRepeats = 256; // spikes of a neuron and step that a rule sees (L6)
constexpr uint64_t kMaxCounts = uint64_t{1} << 31;

} // namespace

void Learning::Side::resize(size_t neurons) {
  last.resize(neurons), before.resize(neurons), seen.resize(neurons), seenBefore.resize(neurons);
  value.resize(neurons * traces()), valueBefore.resize(neurons * traces());
  clear();
}

void Learning::Side::clear() {
  std::fill(last.begin(), last.end(), 0);
  std::fill(before.begin(), before.end(), 0);
  std::fill(seen.begin(), seen.end(), 0);
  std::fill(seenBefore.begin(), seenBefore.end(), 0);
  for (size_t i = 0; i < value.size(); ++i)
    value[i] = valueBefore[i] = initial[i % traces()];
}

/// As before the spikes of this step.
void Learning::Side::takeBack(size_t neuron) {
  std::copy_n(valueBefore.data() + neuron * traces(), traces(), value.data() + neuron * traces());
  last[neuron] = before[neuron];
  seen[neuron] = seenBefore[neuron];
}

Learning::Learning(const image::Image &image, uint32_t use, LearningSynapses synapses,
                   const KernelLibrary &kernels)
    : synapses_(std::move(synapses)), emitted_(kWidth) {
  const fb::Image &meta = image.meta();
  const fb::RuleUse &numbers = *meta.rule_uses()->Get(use);
  ruleIndex_ = numbers.rule();
  rule_ = meta.rules()->Get(ruleIndex_);
  auto values = image.array<double>(*numbers.param());
  size_t at = 0;
  auto part = [&](int32_t index, Part &into) {
    if (index < 0)
      return;
    const fb::Model &model = *meta.models()->Get(static_cast<uint32_t>(index));
    into.run = kernels.find(model.kernel()->string_view());
    for (uint32_t i = 0; i < model.param()->size(); ++i)
      into.param.emplace_back(1, values[at++]); // a kernel of its own reads the one value
    for (auto &column : into.param)
      into.pointers.push_back(column.data());
    state_.resize(std::max<size_t>(state_.size(), model.state()->size()));
    input_.resize(std::max<size_t>(input_.size(), model.input()->size()));
  };
  part(rule_->on_pre(), onPre_), part(rule_->on_post(), onPost_);
  part(rule_->pre_trace(), preTrace_), part(rule_->post_trace(), postTrace_);
  part(rule_->on_step(), onStep_);
  for (auto &column : state_)
    column.resize(kWidth), statePointers_.push_back(column.data());
  for (auto &column : input_)
    column.resize(kWidth), inputPointers_.push_back(column.data());

  for (auto [traces, side] : {std::pair(numbers.pre(), &pre_), std::pair(numbers.post(), &post_)})
    for (const fb::RuleTrace *trace : *traces) {
      side->initial.push_back(trace->initial());
      side->tau.push_back(trace->tau());
    }
  if (numbers.synapse())
    termInitial_.assign(numbers.synapse()->begin(), numbers.synapse()->end());
  terms_.resize(synapses_.target.size() * termInitial_.size());
  initialWeight_ = synapses_.weight;

  // Synapses by the delay with which they see their target, and by the target.
  std::vector<uint32_t> late(synapses_.target.size());
  if (rule_->backprop())
    late.assign(synapses_.delay.begin(), synapses_.delay.end());
  delays_.assign(late.begin(), late.end());
  std::sort(delays_.begin(), delays_.end());
  delays_.erase(std::unique(delays_.begin(), delays_.end()), delays_.end());
  for (uint32_t d : late)
    slotOf_.push_back(static_cast<uint32_t>(std::lower_bound(delays_.begin(), delays_.end(), d) -
                                            delays_.begin()));
  depth_ = delays_.empty() ? 1 : uint64_t{delays_.back()} + 1;
  if (depth_ * std::max<uint64_t>(synapses_.targets, 1) > kMaxCounts)
    throw FitError("a projection that learns with " + std::to_string(depth_ - 1) +
                   " steps of delay onto " + std::to_string(synapses_.targets) +
                   " neurons needs too much memory; shorten the delay or use a larger dt");
  counts_.resize(depth_ * synapses_.targets);
  spiked_.resize(depth_);
  for (uint64_t s = 0; s + 1 < synapses_.rowStart.size(); ++s)
    sourceOf_.insert(sourceOf_.end(), synapses_.rowStart[s + 1] - synapses_.rowStart[s],
                     static_cast<uint32_t>(s));
  reverseStart_.resize(delays_.size() * synapses_.targets + 1);
  auto place = [&](uint64_t k) {
    return uint64_t{slotOf_[k]} * synapses_.targets + synapses_.target[k];
  };
  for (uint64_t k = 0; k < synapses_.target.size(); ++k)
    ++reverseStart_[place(k) + 1];
  std::partial_sum(reverseStart_.begin(), reverseStart_.end(), reverseStart_.begin());
  std::vector<uint64_t> next(reverseStart_.begin(), reverseStart_.end() - 1);
  reverse_.resize(synapses_.target.size());
  for (uint64_t k = 0; k < synapses_.target.size(); ++k)
    reverse_[next[place(k)]++] = k;
  pre_.resize(synapses_.rowStart.size() - 1);
  post_.resize(delays_.size() * synapses_.targets);
  reset();
}

void Learning::reset() {
  synapses_.weight = initialWeight_;
  for (size_t i = 0; i < terms_.size(); ++i)
    terms_[i] = termInitial_[i % termInitial_.size()];
  pre_.clear();
  post_.clear();
  std::fill(counts_.begin(), counts_.end(), 0);
  for (auto &list : spiked_)
    list.clear();
  dropped_ = 0;
}

void Learning::listSpikes() {
  for (uint64_t slot = 0; slot < depth_; ++slot) {
    spiked_[slot].clear();
    for (uint32_t n = 0; n < synapses_.targets; ++n)
      if (counts_[slot * synapses_.targets + n] != 0)
        spiked_[slot].push_back(n);
  }
}

uint32_t Learning::repeats(double value) {
  if (!(value >= 1.0))
    return 0;
  double whole = std::floor(value);
  if (whole > kMaxRepeats)
    dropped_ += static_cast<uint64_t>(std::min(whole - kMaxRepeats, 1e18));
  return static_cast<uint32_t>(std::min<double>(whole, kMaxRepeats));
}

//===- Traces ---------------------------------------------------------------------------------===//

double Learning::decayed(const Side &side, size_t neuron, size_t trace, bool before,
                         int64_t elapsed) const {
  double value = (before ? side.valueBefore : side.value)[neuron * side.traces() + trace];
  double tau = side.tau[trace];
  return tau == 0.0 || elapsed == 0 ? value : value * std::exp(-static_cast<double>(elapsed) / tau);
}

/// A spike of a neuron, `elapsed` after its last one. `first`: of this step.
void Learning::spike(Side &side, const Part &part, size_t neuron, int64_t now, int64_t elapsed,
                     bool first) {
  const size_t traces = side.traces();
  double *value = side.value.data() + neuron * traces;
  if (first) {
    std::copy(value, value + traces, side.valueBefore.data() + neuron * traces);
    side.before[neuron] = side.last[neuron];
    side.seenBefore[neuron] = side.seen[neuron];
  }
  for (size_t i = 0; i < traces; ++i)
    value[i] = decayed(side, neuron, i, false, elapsed);
  if (part.run) {
    for (size_t i = 0; i < traces; ++i)
      state_[i][0] = value[i];
    run(part, 1);
    for (size_t i = 0; i < traces; ++i)
      value[i] = state_[i][0];
  } else { // every trace is set to what it began with
    std::copy(side.initial.begin(), side.initial.end(), value);
  }
  side.last[neuron] = now;
  side.seen[neuron] = 1;
}

//===- Synapses -------------------------------------------------------------------------------===//

void Learning::gather(size_t column, uint64_t synapse) {
  state_[0][column] = synapses_.weight[synapse];
  const size_t terms = termInitial_.size();
  for (size_t i = 0; i < terms; ++i)
    state_[1 + i][column] = terms_[synapse * terms + i];
}

void Learning::scatter(size_t column, uint64_t synapse) {
  synapses_.weight[synapse] = state_[0][column];
  const size_t terms = termInitial_.size();
  for (size_t i = 0; i < terms; ++i)
    terms_[synapse * terms + i] = state_[1 + i][column];
}

void Learning::run(const Part &part, size_t columns) {
  part.run(0, static_cast<int64_t>(columns), statePointers_.data(), part.pointers.data(),
           inputPointers_.data(), emitted_.data());
}

/// on_post of the synapses of one delay onto one neuron whose spike they see now, before the traces
/// of that spike.
void Learning::applyPost(int64_t now, uint32_t slot, uint32_t neuron) {
  if (!onPost_.run)
    return;
  const size_t place = size_t(slot) * synapses_.targets + neuron, terms = 1 + termInitial_.size();
  const int64_t late = delays_[slot];
  std::span<const uint64_t> list(reverse_.data() + reverseStart_[place],
                                 reverse_.data() + reverseStart_[place + 1]);
  for (size_t done = 0; done < list.size();) {
    size_t count = std::min(kWidth, list.size() - done);
    for (size_t c = 0; c < count; ++c) {
      const uint64_t k = list[done + c];
      const uint32_t source = sourceOf_[k];
      // Of a source that spikes in this very step, the trace is as before it or after it.
      const bool before = pre_.last[source] == now && pre_.seen[source] && !rule_->post_sees_pre();
      const int64_t sincePre = now - (before ? pre_.before : pre_.last)[source];
      gather(c, k);
      for (size_t i = 0; i < post_.traces(); ++i)
        state_[terms + i][c] = decayed(post_, place, i, false, now - late - post_.last[place]);
      for (size_t i = 0; i < pre_.traces(); ++i)
        input_[i][c] = decayed(pre_, source, i, before, sincePre);
      input_[pre_.traces()][c] = static_cast<double>(sincePre);
      input_[pre_.traces() + 1][c] = static_cast<double>(now - post_.last[place]);
    }
    run(onPost_, count);
    for (size_t c = 0; c < count; ++c)
      scatter(c, list[done + c]);
    done += count;
  }
}

/// on_pre of the synapses of one source. `first` spike of this step, whose trace is there already.
void Learning::applyPre(int64_t now, uint32_t source, bool first) {
  if (!onPre_.run)
    return;
  const size_t terms = 1 + termInitial_.size();
  const int64_t sincePre = now - (first ? pre_.before : pre_.last)[source];
  uint64_t batch[kWidth];
  size_t count = 0;
  auto flush = [&] {
    run(onPre_, count);
    for (size_t c = 0; c < count; ++c)
      scatter(c, batch[c]);
    count = 0;
  };
  for (uint64_t k = synapses_.rowStart[source]; k < synapses_.rowStart[source + 1]; ++k) {
    const size_t place = size_t(slotOf_[k]) * synapses_.targets + synapses_.target[k];
    const int64_t late = delays_[slotOf_[k]];
    const bool coincident = post_.seen[place] && post_.last[place] + late == now;
    const bool before = coincident && !rule_->pre_sees_post();
    if (!(before ? post_.seenBefore : post_.seen)[place])
      continue;
    const int64_t last = (before ? post_.before : post_.last)[place];
    gather(count, k);
    for (size_t i = 0; i < pre_.traces(); ++i)
      state_[terms + i][count] = decayed(pre_, source, i, first, sincePre);
    for (size_t i = 0; i < post_.traces(); ++i)
      input_[i][count] = decayed(post_, place, i, before, now - late - last);
    input_[post_.traces()][count] = static_cast<double>(sincePre);
    input_[post_.traces() + 1][count] = static_cast<double>(now - last);
    batch[count] = k;
    if (++count == kWidth)
      flush();
  }
  if (count > 0)
    flush();
}

/// What the synapses see of their targets now: on_post, then the traces, spike by spike. Where
/// on_pre comes first it sees the traces (`tracesOnly`), and they are taken back before on_post.
void Learning::arrivals(int64_t now, bool tracesOnly) {
  for (uint32_t slot = 0; slot < delays_.size(); ++slot) {
    const int64_t at = now - delays_[slot];
    if (at < 0)
      continue;
    const uint64_t ring = static_cast<uint64_t>(at) % depth_;
    for (uint32_t neuron : spiked_[ring]) {
      const size_t place = size_t(slot) * synapses_.targets + neuron;
      const uint32_t count = counts_[ring * synapses_.targets + neuron];
      if (!tracesOnly && !rule_->post_first())
        post_.takeBack(place);
      for (uint32_t r = 0; r < count; ++r) {
        if (!tracesOnly)
          applyPost(now, slot, neuron);
        spike(post_, postTrace_, place, at, at - post_.last[place], r == 0);
      }
    }
  }
}

void Learning::onStep(int64_t now) {
  for (uint64_t done = 0; done < synapses_.target.size();) {
    size_t count = std::min<uint64_t>(kWidth, synapses_.target.size() - done);
    for (size_t c = 0; c < count; ++c) {
      const uint64_t k = done + c;
      const uint32_t source = sourceOf_[k];
      const size_t place = size_t(slotOf_[k]) * synapses_.targets + synapses_.target[k];
      const int64_t sincePre = now - pre_.last[source], late = delays_[slotOf_[k]];
      gather(c, k);
      for (size_t i = 0; i < pre_.traces(); ++i)
        input_[i][c] = decayed(pre_, source, i, false, sincePre);
      for (size_t i = 0; i < post_.traces(); ++i)
        input_[pre_.traces() + i][c] =
            decayed(post_, place, i, false, std::max<int64_t>(now - late - post_.last[place], 0));
      size_t next = pre_.traces() + post_.traces();
      input_[next][c] = static_cast<double>(sincePre);
      input_[next + 1][c] = static_cast<double>(now - post_.last[place]);
    }
    run(onStep_, count);
    for (size_t c = 0; c < count; ++c)
      scatter(c, done + c);
    done += count;
  }
}

void Learning::step(uint64_t step, std::span<const Event> source, std::span<const Event> target,
                    const std::function<void(uint32_t, double)> &deliver) {
  const auto now = static_cast<int64_t>(step);
  const uint64_t ring = step % depth_;
  for (uint32_t n : spiked_[ring])
    counts_[ring * synapses_.targets + n] = 0;
  spiked_[ring].clear();
  for (const Event &event : target)
    if (uint32_t count = repeats(event.value)) {
      counts_[ring * synapses_.targets + event.neuron] = count;
      spiked_[ring].push_back(event.neuron);
    }
  std::vector<uint32_t> spikes;
  for (const Event &event : source) {
    spikes.push_back(repeats(event.value));
    if (spikes.back() > 0)
      spike(pre_, preTrace_, event.neuron, now, now - pre_.last[event.neuron], true);
  }
  arrivals(now, !rule_->post_first());
  for (size_t e = 0; e < source.size(); ++e)
    if (spikes[e] > 0)
      applyPre(now, source[e].neuron, true);
  if (!rule_->post_first())
    arrivals(now, false);
  for (size_t e = 0; e < source.size(); ++e) {
    const uint32_t neuron = source[e].neuron;
    for (uint32_t r = 0; r < spikes[e]; ++r) {
      if (r > 0) {
        applyPre(now, neuron, false);
        spike(pre_, preTrace_, neuron, now, 0, false);
      }
      deliver(neuron, 1.0);
    }
    if (double rest = source[e].value - spikes[e]; rest != 0.0)
      deliver(neuron, rest);
  }
  if (onStep_.run)
    onStep(now);
}

void Learning::rest(std::span<const Event> source,
                    const std::function<void(uint32_t, double)> &deliver) {
  for (const Event &event : source)
    deliver(event.neuron, event.value);
}

} // namespace spindle::reference
