// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of a reference program: columns, the order inside a step, CSR projections.
#include "runtime/image/Verify.h"

#include <algorithm>

namespace spindle::image {
namespace {

void verifyNodes(const Checker &check, const fb::Reference &program) {
  auto &nodes = Checker::present(program.nodes(), "reference", "nodes");
  Checker::require(nodes.size() == check.meta.nodes()->size(), "reference",
                   "another number of nodes");
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const fb::Node &node = *check.meta.nodes()->Get(i);
    const fb::ReferenceNode &values = *nodes.Get(i);
    std::string where = nameOf(node);
    Checker::require(values.onset() <= kMaxDelay, where, "onset out of range");
    const fb::Model *model = check.modelOf(node);
    verifyColumns(check, Checker::present(values.param(), where, "param"),
                  model ? model->param() : nullptr, node, "param");
    verifyColumns(check, Checker::present(values.init(), where, "init"),
                  model ? model->state() : nullptr, node, "init");
  }
}

/// Position of every node in the step: 0 for sources, else 1 + its place in `order`.
std::vector<uint32_t> verifyOrder(const Checker &check, const fb::Reference &program) {
  auto &order = Checker::present(program.order(), "reference", "order");
  std::vector<uint32_t> position(check.meta.nodes()->size(), 0);
  for (uint32_t i = 0; i < order.size(); ++i) {
    const fb::Node &node = check.node(order.Get(i), "order");
    Checker::require(node.kind() != fb::NodeKind_Source && position[order.Get(i)] == 0,
                     nameOf(node), "is a source or twice in the order");
    position[order.Get(i)] = i + 1;
  }
  for (uint32_t i = 0; i < position.size(); ++i) {
    const fb::Node &node = *check.meta.nodes()->Get(i);
    Checker::require(position[i] != 0 || node.kind() == fb::NodeKind_Source, nameOf(node),
                     "is not in the order of a step");
  }
  return position;
}

uint64_t verifyDelays(const Checker &check, const fb::Projection &projection, uint64_t sources,
                      const std::string &where) {
  uint64_t least = 0, most = 0;
  if (!check.absent(projection.delays())) {
    auto delays = check.array<uint32_t>(projection.delays(), sources, where, "delays");
    auto [low, high] = std::minmax_element(delays.begin(), delays.end());
    least = *low;
    most = *high;
  }
  Checker::require(projection.delay() <= kMaxDelay && most <= kMaxDelay - projection.delay(), where,
                   "delay out of range");
  return projection.delay() + least;
}

void verifyProjection(const Checker &check, const fb::Projection &projection,
                      std::span<const uint32_t> position) {
  const fb::Node &source = check.node(projection.source(), "projection");
  const fb::Node &target = check.node(projection.target(), "projection");
  std::string where = "projection '" + source.name()->str() + "' to '" + target.name()->str() + "'";
  Checker::require(projection.port() < check.portsOf(target), where, "no such input port");
  if (const fb::Generated *generated = projection.generated()) {
    verifyGenerated(check, *generated);
    Checker::require(projection.learn() < 0, where, "learns, but its synapses are not stored");
    Checker::require(
        generated->source() == projection.source() && generated->target() == projection.target() &&
            generated->port() == projection.port() && generated->delay() == projection.delay(),
        where, "a generated projection joins something else");
    Checker::require(check.absent(projection.row_start()) && check.absent(projection.delays()),
                     where, "a generated projection has stored synapses");
    uint64_t least = generated->delay() + (generated->drawn_delay() ? 1 : 0);
    return Checker::require(least > 0 ||
                                position[projection.source()] < position[projection.target()],
                            where, "without delay, but the target is evaluated before the source");
  }
  auto targets = check.arrayOf<uint32_t>(projection.target_index(), where, "target_index");
  check.array<double>(projection.weight(), targets.size(), where, "weight");
  Checker::monotone(
      check.array<uint64_t>(projection.row_start(), source.size() + 1, where, "row_start"),
      targets.size(), where, "row_start");
  bool inside = std::all_of(targets.begin(), targets.end(),
                            [&](uint32_t index) { return index < target.size(); });
  Checker::require(inside, where, "a target neuron does not exist");
  if (!check.absent(projection.synapse_delay()))
    for (uint32_t delay :
         check.array<uint32_t>(projection.synapse_delay(), targets.size(), where, "synapse_delay"))
      Checker::require(delay <= kMaxDelay, where, "delay out of range");
  uint64_t least = verifyDelays(check, projection, source.size(), where);
  if (const fb::RuleUse *use = ruleUse(check, projection.learn(), where)) {
    Checker::require(use->source() == projection.source() && use->target() == projection.target(),
                     where, "learns by the rule of another projection");
    Checker::require(least > 0, where, "learns without delay");
  }
  Checker::require(least > 0 || position[projection.source()] < position[projection.target()],
                   where, "without delay, but the target is evaluated before the source");
}

void verifyDrive(const Checker &check, const fb::Drive &drive) {
  const fb::Node &node = check.node(drive.node(), "drive");
  Checker::require(drive.port() < check.portsOf(node), "drive of " + nameOf(node),
                   "no such input port");
  verifyColumn(check, Checker::present(drive.values(), "drive of " + nameOf(node), "values"), node,
               8, "drive");
}

} // namespace

void verifyReference(const Checker &check, const fb::Reference &program) {
  verifyNodes(check, program);
  std::vector<uint32_t> position = verifyOrder(check, program);
  for (const fb::Projection *projection :
       Checker::present(program.projections(), "reference", "projections"))
    verifyProjection(check, *projection, position);
  for (const fb::Drive *drive : Checker::present(program.drives(), "reference", "drives"))
    verifyDrive(check, *drive);
}

} // namespace spindle::image
