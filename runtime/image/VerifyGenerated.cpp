// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of generated projections: what is joined exists, and no row would take all memory. Whether
// a rule is possible is for its expansion to say.
#include "runtime/image/Verify.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace spindle::image {
namespace {

constexpr double kMaxSynapses = 0x1p36;

void verifyPart(const Checker &check, const fb::Part *part, const fb::Node &node, uint32_t total,
                const std::string &where) {
  if (!part)
    return Checker::require(total == node.size(), where, "counts other neurons than there are");
  Checker::require(part->count() > 0 && part->count() <= total &&
                       part->offset() <= total - part->count(),
                   where, "a part lies outside the whole");
  if (check.absent(part->neurons())) {
    double last = part->first() + (part->count() - 1.0) * part->step();
    return Checker::require(part->step() != 0 && part->first() < node.size() && last >= 0 &&
                                last < double(node.size()),
                            where, "a neuron of a part does not exist");
  }
  auto neurons = check.array<uint32_t>(part->neurons(), part->count(), where, "neurons");
  std::vector<bool> seen(node.size(), false);
  for (uint32_t n : neurons) {
    Checker::require(n < node.size() && !seen[n], where,
                     "a neuron of a part does not exist, or stands twice");
    seen[n] = true;
  }
}

template <typename V> void verifyAxes(const V *values, const std::string &where) {
  if (!values)
    return;
  Checker::require(values->size() == 3, where, "a grid has three axes");
  Checker::require(reinterpret_cast<uintptr_t>(values->Data()) % sizeof(typename V::value_type) ==
                       0,
                   where, "a grid is not aligned");
}

void verifySpace(const fb::Space *space, const std::string &where) {
  if (!space)
    return;
  Checker::require(space->kernel() <= fb::SpaceKernel_MAX, where, "an unknown kernel");
  for (auto *list : {space->period(), space->source_spacing(), space->source_origin(),
                     space->target_spacing(), space->target_origin()})
    verifyAxes(list, where);
  for (auto *list : {space->source_extent(), space->target_extent()})
    verifyAxes(list, where);
}

/// An upper bound of what the rule may draw.
double synapsesOf(const fb::Generated &g) {
  double number = static_cast<double>(g.number());
  switch (g.rule()) {
  case fb::ConnectionRule_OneToOne:
    return g.sources();
  case fb::ConnectionRule_FixedInDegree:
    return number * g.targets();
  case fb::ConnectionRule_FixedOutDegree:
    return number * g.sources();
  case fb::ConnectionRule_FixedTotal:
    return number;
  default:
    return double(g.sources()) * g.targets();
  }
}

} // namespace

void verifyGenerated(const Checker &check, const fb::Generated &g) {
  const fb::Node &source = check.node(g.source(), "generated projection");
  const fb::Node &target = check.node(g.target(), "generated projection");
  std::string where = "projection '" + source.name()->str() + "' to '" + target.name()->str() + "'";
  Checker::require(g.port() < check.portsOf(target), where, "no such input port");
  Checker::require(g.delay() <= kMaxDelay, where, "delay out of range");
  Checker::require(g.rule() <= fb::ConnectionRule_MAX, where, "an unknown rule");
  Checker::require(g.sources() > 0 && g.sources() <= kMaxNeurons && g.targets() > 0 &&
                       g.targets() <= kMaxNeurons,
                   where, "a rule counts too many neurons");
  Checker::require(synapsesOf(g) <= kMaxSynapses, where, "too many synapses");
  for (const fb::Distribution *d : {g.weight(), g.drawn_delay()})
    Checker::require(!d || d->law() <= fb::Law_MAX, where, "an unknown distribution");
  if (!check.absent(g.self()))
    for (uint32_t t : check.array<uint32_t>(g.self(), g.sources(), where, "self"))
      Checker::require(t < g.targets() || t == 0xFFFFFFFF, where, "a target does not exist");
  verifySpace(g.space(), where);
  verifyPart(check, g.source_part(), source, g.sources(), where);
  verifyPart(check, g.target_part(), target, g.targets(), where);
}

} // namespace spindle::image
