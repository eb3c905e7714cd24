// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rules. A synapse takes one 64-bit number: its high half chooses the target, bits 0 to 15 the
// delay and bits 16 to 27 the weight.
#include "sim/number/Connections.h"

#include "sim/number/Draws.h"

#include <cmath>
#include <numeric>
#include <stdexcept>

namespace spindle::number {

namespace {

constexpr uint64_t kMostTotal = uint64_t{1} << 40;

bool counted(Rule rule) {
  return rule == Rule::FixedInDegree || rule == Rule::FixedOutDegree || rule == Rule::FixedTotal;
}

} // namespace

//===- What a rule may be ---------------------------------------------------------------------===//

std::string ConnectionRule::problem() const {
  if (sources == 0 || targets == 0)
    return "there is no source or no target";
  if (std::string wrong = weight.problem(); !wrong.empty())
    return "weight: " + wrong;
  if (std::string wrong = delay.problem(); !wrong.empty())
    return "delay: " + wrong;
  if (delay.quantile(1 - 0x1p-17) > kMaxDelay)
    return "a delay is longer than " + std::to_string(kMaxDelay) + " steps";
  if (!self.empty() && self.size() != sources)
    return "the list of self-connections has another length than the sources";
  if (!(probability >= 0 && probability <= 1))
    return "a probability lies between 0 and 1";
  if (rule == Rule::Distance) {
    if (std::string wrong = space.problem(); !wrong.empty())
      return wrong;
    if (space.source.size() != sources || space.target.size() != targets)
      return "the grids hold " + std::to_string(space.source.size()) + " and " +
             std::to_string(space.target.size()) + " neurons, the populations " +
             std::to_string(sources) + " and " + std::to_string(targets);
  }
  if (!counted(rule))
    return {};
  uint64_t others = rule == Rule::FixedInDegree ? sources : targets;
  uint64_t most = others - (excludesSelf() ? 1 : 0); // where every neuron has itself opposite
  if (rule == Rule::FixedTotal)
    most = uint64_t{sources} * targets - (excludesSelf() ? std::min(sources, targets) : 0);
  if (number > 0 && most == 0)
    return "without self-connections nothing is left to connect to";
  if (!multapses && number > most)
    return "without multapses at most " + std::to_string(most) + " synapses are possible, not " +
           std::to_string(number);
  uint64_t bound = rule == Rule::FixedTotal ? kMostTotal : uint64_t{0xFFFFFFFF};
  if (number > bound)
    return std::to_string(number) + " synapses are more than any memory holds";
  return {};
}

//===- Construction ---------------------------------------------------------------------------===//

Connections::Connections(ConnectionRule rule) : spec(std::move(rule)) {
  if (std::string wrong = spec.problem(); !wrong.empty())
    throw std::invalid_argument(wrong);
  weightValues = weightTable(spec.weight);
  delays = delayTable(spec.delay);
  weightMask = static_cast<uint32_t>(weightValues.size()) - 1;
  delayMask = static_cast<uint32_t>(delays.size()) - 1;
  auto [least, most] = std::minmax_element(delays.begin(), delays.end());
  shortest = *least;
  longest = *most;
  if (spec.rule == Rule::FixedTotal)
    spec.multapses ? countTotal() : countTotalDistinct();
  if (spec.rule == Rule::FixedInDegree)
    drawInDegree();
}

/// Each synapse falls to a source in proportion to how many targets that has.
void Connections::countTotal() {
  counts.assign(spec.sources, 0);
  bool alike = true;
  for (uint32_t s = 0; alike && s < spec.sources; ++s)
    alike = candidates(s) == candidates(0);
  uint64_t left = spec.number;
  for (uint32_t stretch = 0; left; ++stretch) {
    Draws draws(spec.seed, Purpose::Degree, spec.object, stretch);
    for (uint64_t blocks = uint64_t{1} << 31; left && blocks;) {
      uint32_t got = 0;
      const uint64_t *words = draws.take(std::min(alike ? (left + 1) / 2 : left, 2 * blocks), got);
      blocks -= (got + 1) / 2;
      for (uint32_t i = 0; i < got && left; ++i) {
        uint32_t first = below(words[i], spec.sources);
        uint32_t second = below(words[i] << 32, alike ? spec.sources : spec.targets);
        if (alike) {
          ++counts[first];
          if (--left)
            ++counts[second], --left;
        } else if (second < candidates(first)) {
          ++counts[first], --left;
        }
      }
    }
  }
}

/// Pairs without repetition: a source is taken in proportion to the pairs that it has left. Where
/// more than half of all are wanted, those that are not are counted.
void Connections::countTotalDistinct() {
  counts.assign(spec.sources, 0);
  uint64_t all = 0;
  for (uint32_t s = 0; s < spec.sources; ++s)
    all += candidates(s);
  if (spec.number > all)
    throw std::invalid_argument("without multapses at most " + std::to_string(all) +
                                " synapses are possible, not " + std::to_string(spec.number));
  bool without = spec.number > all / 2;
  uint64_t left = without ? all - spec.number : spec.number;
  for (uint32_t stretch = 0; left; ++stretch) {
    Draws draws(spec.seed, Purpose::Degree, spec.object, stretch);
    for (uint64_t tries = uint64_t{1} << 32; left && tries; --tries) {
      uint64_t word = draws.next();
      uint32_t source = below(word, spec.sources), pair = below(word << 32, spec.targets);
      if (pair >= counts[source] && pair < candidates(source))
        ++counts[source], --left;
    }
  }
  if (without)
    for (uint32_t s = 0; s < spec.sources; ++s)
      counts[s] = candidates(s) - counts[s];
}

/// Draws the sources of each target twice: to count, and to sort them by source.
void Connections::drawInDegree() {
  std::vector<uint32_t> selfSource; // by target
  if (spec.excludesSelf()) {
    selfSource.assign(spec.targets, kNoSelf);
    for (uint32_t s = 0; s < spec.sources; ++s)
      if (uint32_t t = spec.selfOf(s); t < spec.targets)
        selfSource[t] = s;
  }
  auto sourcesOf = [&](uint32_t target, auto f) {
    uint32_t self = selfSource.empty() ? kNoSelf : selfSource[target];
    uint32_t n = spec.sources - (self != kNoSelf);
    Draws draws(spec.seed, Purpose::Connectivity, spec.object, target);
    if (!spec.multapses)
      return drawDistinct(draws, n, static_cast<uint32_t>(spec.number),
                          [&](uint32_t s) { f(pastSelf(s, self)); });
    for (uint64_t left = spec.number; left;) {
      uint32_t got = 0;
      const uint64_t *words = draws.take(left, got);
      for (uint32_t i = 0; i < got; ++i)
        f(pastSelf(below(words[i], n), self));
      left -= got;
    }
  };
  rowStart.assign(uint64_t{spec.sources} + 1, 0);
  for (uint32_t t = 0; t < spec.targets; ++t)
    sourcesOf(t, [&](uint32_t s) { ++rowStart[s + 1]; });
  std::partial_sum(rowStart.begin(), rowStart.end(), rowStart.begin());
  std::vector<uint64_t> next(rowStart.begin(), rowStart.end() - 1);
  rowTarget.resize(rowStart.back());
  for (uint32_t t = 0; t < spec.targets; ++t)
    sourcesOf(t, [&](uint32_t s) { rowTarget[next[s]++] = t; });
}

//===- Rows -----------------------------------------------------------------------------------===//

/// Fills the synapses of `out`, whose number stands: target(i, draw) is the i-th.
template <typename TargetOf>
void Connections::fill(uint32_t source, TargetOf target, std::vector<Drawn> &out) const {
  Draws draws(spec.seed, Purpose::Weight, spec.object, source);
  for (size_t done = 0; done < out.size();) {
    uint32_t got = 0;
    const uint64_t *words = draws.take(out.size() - done, got);
    for (uint32_t i = 0; i < got; ++i)
      out[done + i] = finish(target(done + i, words[i]), static_cast<uint32_t>(words[i]));
    done += got;
  }
}

void Connections::rowDistinct(uint32_t source, uint32_t number, std::vector<Drawn> &out) const {
  uint32_t self = excluded(source);
  std::vector<uint32_t> targets;
  targets.reserve(number);
  Draws draws(spec.seed, Purpose::Connectivity, spec.object, source);
  drawDistinct(draws, candidates(source), number,
               [&](uint32_t t) { targets.push_back(pastSelf(t, self)); });
  out.resize(targets.size());
  fill(source, [&](size_t i, uint64_t) { return targets[i]; }, out);
}

/// Goes from synapse to synapse: the gap is geometric.
void Connections::rowProbability(uint32_t source, std::vector<Drawn> &out) const {
  uint32_t self = excluded(source), n = candidates(source);
  if (spec.probability == 0)
    return;
  Draws draws(spec.seed, Purpose::Connectivity, spec.object, source);
  double perLog = spec.probability < 1 ? 1.0 / std::log1p(-spec.probability) : 0.0;
  for (double t = 0; t < n; t += 1) {
    uint64_t word = draws.next();
    t += std::floor(std::log((static_cast<double>(word >> 32) + 0.5) * 0x1p-32) * perLog);
    if (t < n)
      out.push_back(finish(pastSelf(static_cast<uint32_t>(t), self), static_cast<uint32_t>(word)));
  }
}

/// Draws once for every target within reach along each axis.
void Connections::rowDistance(uint32_t source, std::vector<Drawn> &out) const {
  struct Near {
    uint32_t cell;
    double squared;
  };
  const Space &space = spec.space;
  std::array<uint32_t, 3> cell = space.source.cell(source);
  std::array<std::vector<Near>, 3> near;
  double reach = space.reach();
  for (int axis = 0; axis < 3; ++axis)
    for (uint32_t c = 0; c < space.target.extent[axis]; ++c) {
      double d = std::fabs(space.target.at(axis, c) - space.source.at(axis, cell[axis]));
      if (double period = space.period[axis]; period > 0) {
        d = std::fmod(d, period);
        d = std::min(d, period - d);
      }
      if (d <= reach)
        near[axis].push_back({c, d * d});
    }
  uint32_t self = excluded(source);
  Draws draws(spec.seed, Purpose::Connectivity, spec.object, source);
  for (const Near &z : near[2])
    for (const Near &y : near[1])
      for (const Near &x : near[0]) {
        uint32_t target =
            (z.cell * space.target.extent[1] + y.cell) * space.target.extent[0] + x.cell;
        uint64_t word = draws.next();
        double p = space.probability(z.squared + y.squared + x.squared);
        if (static_cast<double>(word >> 32) < p * 0x1p32 && target != self)
          out.push_back(finish(target, static_cast<uint32_t>(word)));
      }
}

void Connections::row(uint32_t source, std::vector<Drawn> &out) const {
  out.clear();
  uint32_t self = excluded(source), n = candidates(source);
  switch (spec.rule) {
  case Rule::FixedProbability:
    return rowProbability(source, out);
  case Rule::Distance:
    return rowDistance(source, out);
  case Rule::FixedInDegree: {
    const uint32_t *targets = rowTarget.data() + rowStart[source];
    out.resize(rowStart[source + 1] - rowStart[source]);
    if (!constantValues())
      return fill(source, [&](size_t i, uint64_t) { return targets[i]; }, out);
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = finish(targets[i], 0);
    return;
  }
  case Rule::FixedOutDegree:
  case Rule::FixedTotal:
    if (!spec.multapses)
      return rowDistinct(source, count(source), out);
    out.resize(count(source));
    return fill(source, [&](size_t, uint64_t word) { return pastSelf(below(word, n), self); }, out);
  case Rule::OneToOne:
  case Rule::AllToAll:
  case Rule::AllButSelf:
    break;
  }
  out.resize(count(source));
  auto target = [&](size_t i, uint64_t) {
    return spec.rule == Rule::OneToOne ? source : pastSelf(static_cast<uint32_t>(i), self);
  };
  if (!constantValues())
    return fill(source, target, out);
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = finish(target(i, 0), 0);
}

uint32_t Connections::count(uint32_t source) const {
  switch (spec.rule) {
  case Rule::AllToAll:
  case Rule::AllButSelf:
    return candidates(source);
  case Rule::OneToOne:
    return source < spec.targets && excluded(source) != source;
  case Rule::FixedOutDegree:
    return static_cast<uint32_t>(spec.number);
  case Rule::FixedTotal:
    return counts[source];
  case Rule::FixedInDegree:
    return static_cast<uint32_t>(rowStart[source + 1] - rowStart[source]);
  case Rule::FixedProbability:
  case Rule::Distance:
    break;
  }
  std::vector<Drawn> drawn;
  row(source, drawn);
  return static_cast<uint32_t>(drawn.size());
}

double Connections::synapses() const {
  switch (spec.rule) {
  case Rule::FixedTotal:
    return static_cast<double>(spec.number);
  case Rule::FixedInDegree:
    return static_cast<double>(spec.number) * spec.targets;
  case Rule::FixedOutDegree:
    return static_cast<double>(spec.number) * spec.sources;
  case Rule::OneToOne:
  case Rule::AllToAll:
  case Rule::AllButSelf:
  case Rule::FixedProbability:
    break;
  case Rule::Distance: {
    double sum = 0;
    for (uint32_t s = 0; s < spec.sources; ++s)
      sum += count(s);
    return sum;
  }
  }
  double sum = 0;
  for (uint32_t s = 0; s < spec.sources; ++s)
    sum += spec.rule == Rule::OneToOne ? count(s) : candidates(s);
  return spec.rule == Rule::FixedProbability ? sum * spec.probability : sum;
}

} // namespace spindle::number
