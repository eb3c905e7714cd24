// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/transforms/Generated.h"

#include "compiler/transforms/Connectivity.h"

#include <limits>

using namespace mlir;
using namespace spindle;
using namespace spindle::snn;

namespace {

number::Law lawOf(Law law) {
  switch (law) {
  case Law::Constant:
    return number::Law::Constant;
  case Law::Normal:
    return number::Law::Normal;
  case Law::Uniform:
    return number::Law::Uniform;
  case Law::LogNormal:
    return number::Law::LogNormal;
  case Law::Exponential:
    return number::Law::Exponential;
  }
  return number::Law::Constant;
}

number::Rule ruleOf(Generator rule) {
  switch (rule) {
  case Generator::AllToAll:
    return number::Rule::AllToAll;
  case Generator::AllButSelf:
    return number::Rule::AllButSelf;
  case Generator::OneToOne:
    return number::Rule::OneToOne;
  case Generator::FixedProbability:
    return number::Rule::FixedProbability;
  case Generator::FixedInDegree:
    return number::Rule::FixedInDegree;
  case Generator::FixedOutDegree:
    return number::Rule::FixedOutDegree;
  case Generator::FixedTotal:
    return number::Rule::FixedTotal;
  case Generator::Distance:
    return number::Rule::Distance;
  }
  return number::Rule::AllToAll;
}

number::Kernel kernelOf(SpaceKernel kernel) {
  switch (kernel) {
  case SpaceKernel::Gaussian:
    return number::Kernel::Gaussian;
  case SpaceKernel::Exponential:
    return number::Kernel::Exponential;
  case SpaceKernel::Step:
    return number::Kernel::Step;
  }
  return number::Kernel::Step;
}

/// Lists in the order of the shape, the last axis is x.
template <typename T, size_t N> void fillAxes(std::array<T, N> &axes, DenseF64ArrayAttr values) {
  if (values)
    for (size_t i = 0, n = values.size(); i < n; ++i)
      axes[i] = values[n - 1 - i];
}

number::Grid gridOf(Value pop, DenseF64ArrayAttr spacing, DenseF64ArrayAttr origin) {
  number::Grid grid;
  ArrayRef<int64_t> shape = cast<PopType>(pop.getType()).getShape();
  for (size_t i = 0; i < shape.size(); ++i)
    grid.extent[i] = static_cast<uint32_t>(shape[shape.size() - 1 - i]);
  fillAxes(grid.spacing, spacing);
  fillAxes(grid.origin, origin);
  return grid;
}

number::Space spaceOf(ProjectOp op, SpaceAttr attr) {
  number::Space space;
  space.kernel = kernelOf(attr.getKernel());
  space.amplitude = attr.getAmplitude().getValueAsDouble();
  space.scale = attr.getScale().getValueAsDouble();
  space.cutoff = attr.getCutoff() ? attr.getCutoff().getValueAsDouble() : 0.0;
  fillAxes(space.period, attr.getPeriod());
  space.source = gridOf(op.getSource(), attr.getSpacing(), attr.getOrigin());
  space.target =
      gridOf(op.getTarget(), attr.getTargetSpacing() ? attr.getTargetSpacing() : attr.getSpacing(),
             attr.getTargetOrigin() ? attr.getTargetOrigin() : attr.getOrigin());
  return space;
}

InFlightDiagnostic fail(ProjectOp op) {
  return op.emitError() << "'" << nodeName(op.getSource()) << "' to '" << nodeName(op.getTarget())
                        << "': ";
}

} // namespace

number::Distribution transforms::distributionOf(DistributionAttr attr) {
  number::Distribution d;
  d.law = lawOf(attr.getLaw());
  d.a = attr.first();
  d.b = attr.second();
  if (attr.getLow())
    d.low = attr.getLow().getValueAsDouble();
  if (attr.getHigh())
    d.high = attr.getHigh().getValueAsDouble();
  d.redraw = attr.getRedraw();
  d.negate = attr.getNegate();
  return d;
}

bool transforms::isResolved(ProjectOp project) {
  if (project.getSource().getDefiningOp<AssemblyOp>() ||
      project.getTarget().getDefiningOp<AssemblyOp>())
    return false;
  if (auto list = dyn_cast<ListAttr>(project.getMap()))
    return list.getUnit().empty();
  auto generated = dyn_cast<GeneratedAttr>(project.getMap());
  return !generated || (generated.getObject() >= 0 && generated.getWeight().getUnit().empty() &&
                        (!generated.getDelay() || generated.getDelay().getUnit().empty()));
}

FailureOr<number::ConnectionRule> transforms::connectionRule(ProjectOp op) {
  auto attr = cast<GeneratedAttr>(op.getMap());
  if (!isResolved(op))
    return fail(op) << "connections are not resolved (run snn-resolve-connections first)";
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  if (op.sourceCount() > most || op.targetCount() > most)
    return fail(op) << "a population of this size cannot be expanded";
  number::ConnectionRule rule;
  rule.rule = ruleOf(attr.getRule());
  rule.sources = static_cast<uint32_t>(op.sourceCount());
  rule.targets = static_cast<uint32_t>(op.targetCount());
  double value = attr.getValue().getValueAsDouble();
  if (attr.getRule() == Generator::FixedProbability)
    rule.probability = value;
  else
    rule.number = static_cast<uint64_t>(value);
  rule.seed = static_cast<uint64_t>(attr.getSeed());
  rule.object = static_cast<uint32_t>(attr.getObject());
  rule.weight = distributionOf(attr.getWeight());
  if (!number::keepSign(rule.weight))
    return fail(op) << "weights of both signs are two synapse types: write two projections";
  if (isMagnitude(op) && number::isNegative(number::weightTable(rule.weight)))
    rule.weight.negate = !rule.weight.negate;
  if (attr.getDelay())
    rule.delay = distributionOf(attr.getDelay());
  rule.allowSelf = attr.getAllowSelf();
  rule.multapses = attr.getMultapses();
  for (int64_t target : attr.getSelfTargets())
    rule.self.push_back(target < 0 ? number::kNoSelf : static_cast<uint32_t>(target));
  if (attr.getSpace())
    rule.space = spaceOf(op, attr.getSpace());
  if (std::string problem = rule.problem(); !problem.empty())
    return fail(op) << "'" << stringifyGenerator(attr.getRule()) << "': " << problem;
  return rule;
}
