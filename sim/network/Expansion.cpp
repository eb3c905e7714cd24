// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/network/Expansion.h"

#include <algorithm>
#include <stdexcept>

namespace spindle::network {

namespace {

namespace fb = image::fb;

number::Distribution distributionOf(const fb::Distribution *d) {
  number::Distribution result{number::Law::Constant, 1};
  if (!d)
    return result;
  result.law = static_cast<number::Law>(d->law()); // the enums agree, see the assertions below
  result.a = d->a();
  result.b = d->b();
  result.low = d->low();
  result.high = d->high();
  result.redraw = d->redraw();
  result.negate = d->negate();
  return result;
}
static_assert(int(fb::Law_Exponential) == int(number::Law::Exponential));
static_assert(int(fb::ConnectionRule_Distance) == int(number::Rule::Distance));
static_assert(int(fb::SpaceKernel_Step) == int(number::Kernel::Step));

template <typename T, typename V> void fill(std::array<T, 3> &axes, const V *values) {
  if (values)
    for (uint32_t i = 0; i < 3; ++i)
      axes[i] = values->Get(i);
}

number::Space spaceOf(const fb::Space &s) {
  number::Space space;
  space.kernel = static_cast<number::Kernel>(s.kernel());
  space.amplitude = s.amplitude();
  space.scale = s.scale();
  space.cutoff = s.cutoff();
  fill(space.period, s.period());
  fill(space.source.extent, s.source_extent());
  fill(space.source.spacing, s.source_spacing());
  fill(space.source.origin, s.source_origin());
  fill(space.target.extent, s.target_extent());
  fill(space.target.spacing, s.target_spacing());
  fill(space.target.origin, s.target_origin());
  return space;
}

number::ConnectionRule ruleOf(const image::Image &image, const fb::Generated &g) {
  number::ConnectionRule rule;
  rule.rule = static_cast<number::Rule>(g.rule());
  rule.sources = g.sources();
  rule.targets = g.targets();
  rule.probability = g.probability();
  rule.number = g.number();
  rule.seed = g.seed();
  rule.object = g.object();
  rule.weight = distributionOf(g.weight());
  rule.delay = distributionOf(g.drawn_delay());
  rule.allowSelf = g.allow_self();
  rule.multapses = g.multapses();
  if (g.self() && g.self()->bytes() != 0) {
    auto self = image.array<uint32_t>(*g.self());
    rule.self.assign(self.begin(), self.end());
  }
  if (g.space())
    rule.space = spaceOf(*g.space());
  return rule;
}

bool same(const number::ConnectionRule &a, const number::ConnectionRule &b) {
  return a.rule == b.rule && a.sources == b.sources && a.targets == b.targets &&
         a.probability == b.probability && a.number == b.number && a.weight == b.weight &&
         a.delay == b.delay && a.allowSelf == b.allowSelf && a.multapses == b.multapses &&
         a.self == b.self && a.space == b.space;
}

} // namespace

void Expansion::row(uint32_t neuron, std::vector<number::Drawn> &out) const {
  uint32_t index = position_.empty() ? neuron : position_[neuron];
  if (index == number::kNoSelf)
    return out.clear();
  connections_->row(index, out);
  if (targetPart_.whole)
    return;
  size_t kept = 0;
  for (const number::Drawn &d : out)
    if (d.target >= targetPart_.offset && d.target - targetPart_.offset < targetPart_.count) {
      out[kept] = d;
      out[kept++].target = targetPart_.neuron(d.target - targetPart_.offset);
    }
  out.resize(kept);
}

std::optional<Straight> Expansion::straight() const {
  const number::ConnectionRule &rule = connections_->rule();
  if (rule.rule != number::Rule::OneToOne || rule.excludesSelf() || weights().size() != 1 ||
      shortestDelay() != longestDelay())
    return std::nullopt;
  // Positions [low, high) of the rule, of which the first is that of neuron `first`.
  uint32_t low = 0, high = std::min(rule.sources, rule.targets), first = 0;
  if (!position_.empty()) {
    auto chosen = [](uint32_t position) { return position != number::kNoSelf; };
    auto begin = std::find_if(position_.begin(), position_.end(), chosen);
    auto end = std::find_if_not(begin, position_.end(), chosen);
    auto skips = [](uint32_t a, uint32_t b) { return b != a + 1; };
    if (begin == end || std::any_of(end, position_.end(), chosen) ||
        std::adjacent_find(begin, end, skips) != end)
      return std::nullopt;
    first = static_cast<uint32_t>(begin - position_.begin());
    low = *begin, high = std::min<uint64_t>(high, low + uint64_t(end - begin));
  }
  uint32_t from = low, target = low;
  if (!targetPart_.whole) {
    if (targetPart_.step != 1 || !targetPart_.neurons.empty())
      return std::nullopt;
    from = std::max(low, targetPart_.offset);
    high = static_cast<uint32_t>(
        std::min<uint64_t>(high, uint64_t(targetPart_.offset) + targetPart_.count));
    target = targetPart_.first + (from - targetPart_.offset);
  }
  if (from >= high)
    return std::nullopt;
  return Straight{first + (from - low), target, high - from, shortestDelay()};
}

Expansion Expander::expand(const fb::Generated &g) {
  Expansion e;
  e.source_ = g.source();
  e.target_ = g.target();
  e.port_ = g.port();
  e.base_ = static_cast<int64_t>(g.delay()) - (g.drawn_delay() ? 0 : 1);
  number::ConnectionRule rule = ruleOf(image_, g);
  auto &known = known_[{g.seed(), g.object()}];
  try {
    if (!known || !same(known->rule(), rule))
      known = std::make_shared<number::Connections>(std::move(rule));
  } catch (const std::invalid_argument &problem) {
    throw ImageError("image: a generated projection: " + std::string(problem.what()));
  }
  e.connections_ = known;
  auto part = [&](const fb::Part *p) {
    Expansion::Part result;
    if (!p)
      return result;
    result = {false, p->offset(), p->count(), p->first(), p->step(), {}};
    if (p->neurons() && p->neurons()->bytes() != 0)
      result.neurons = image_.array<uint32_t>(*p->neurons());
    return result;
  };
  e.targetPart_ = part(g.target_part());
  if (Expansion::Part from = part(g.source_part()); !from.whole) {
    e.position_.assign(image_.meta().nodes()->Get(g.source())->size(), number::kNoSelf);
    for (uint32_t i = 0; i < from.count; ++i)
      e.position_[from.neuron(i)] = from.offset + i;
  }
  return e;
}

} // namespace spindle::network
