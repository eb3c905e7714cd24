// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a person writes about connections becomes what engines expand: numbers of steps and of the
// port's unit, pairs of populations, a number for each generated projection.
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Generated.h"
#include "compiler/transforms/Passes.h"
#include "compiler/transforms/Units.h"
#include "sim/number/Philox.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace spindle {
#define GEN_PASS_DEF_SNNRESOLVECONNECTIONS
#include "compiler/transforms/Passes.h.inc"

namespace {

using snn::DistributionAttr;
using snn::GeneratedAttr;
using snn::PartAttr;
using snn::ProjectOp;

InFlightDiagnostic fail(ProjectOp op) {
  return op.emitError() << "'" << snn::nodeName(op.getSource()) << "' to '"
                        << snn::nodeName(op.getTarget()) << "': ";
}

FloatAttr real(MLIRContext *context, double value) {
  return FloatAttr::get(Float64Type::get(context), value);
}

/// All numbers times `factor`, without a unit.
DistributionAttr scaled(DistributionAttr d, double factor) {
  MLIRContext *context = d.getContext();
  bool logarithm = d.getLaw() == snn::Law::LogNormal;
  double a = logarithm ? d.first() + std::log(factor) : d.first() * factor;
  double b = logarithm ? d.second() : d.second() * factor;
  auto bound = [&](FloatAttr value) {
    return value ? real(context, value.getValueAsDouble() * factor) : value;
  };
  return DistributionAttr::get(context, d.getLaw(), real(context, a), real(context, b),
                               bound(d.getLow()), bound(d.getHigh()), d.getRedraw(), d.getNegate(),
                               "");
}

/// A member of an assembly, or the one population of a projection.
struct Member {
  Value node;
  PartAttr part; ///< placed in the whole; null where it is the whole
};

class Resolver {
public:
  explicit Resolver(snn::NetworkOp network) : network(network), builder(network.getContext()) {}

  LogicalResult run() {
    if (auto given = network->getAttrOfType<IntegerAttr>("seed"))
      seed = static_cast<uint64_t>(given.getInt());
    uint32_t ordinal = 0;
    for (auto population : network.getOps<snn::PopulationOp>())
      if (failed(drawValues(population, ordinal++)))
        return failure();
    for (ProjectOp op : llvm::make_early_inc_range(network.getOps<ProjectOp>()))
      if (failed(resolve(op)))
        return failure();
    for (auto assembly : llvm::make_early_inc_range(network.getOps<snn::AssemblyOp>()))
      assembly.erase();
    return success();
  }

private:
  LogicalResult resolve(ProjectOp op) {
    if (failed(resolveUnits(op)))
      return failure();
    std::vector<Member> from = membersOf(op.getSource(), op.getSourcePartAttr());
    std::vector<Member> to = membersOf(op.getTarget(), op.getTargetPartAttr());
    if (auto generated = dyn_cast<GeneratedAttr>(op.getMap())) {
      FailureOr<GeneratedAttr> numbered = number(op, generated, from, to);
      if (failed(numbered))
        return failure();
      op.setMapAttr(*numbered);
    }
    bool simple = !op.getSource().getDefiningOp<snn::AssemblyOp>() &&
                  !op.getTarget().getDefiningOp<snn::AssemblyOp>();
    if (simple)
      return success();
    if (op.getDelays())
      return fail(op) << "delays per source neuron do not go with an assembly";
    builder.setInsertionPoint(op);
    for (const Member &s : from)
      for (const Member &t : to) {
        auto pair = cast<ProjectOp>(builder.clone(*op));
        pair.getSourceMutable().assign(s.node);
        pair.getTargetMutable().assign(t.node);
        pair.setSourcePartAttr(s.part);
        pair.setTargetPartAttr(t.part);
      }
    op.erase();
    return success();
  }

  static std::vector<Member> membersOf(Value pop, PartAttr part) {
    auto assembly = pop.getDefiningOp<snn::AssemblyOp>();
    if (!assembly)
      return {{pop, part}};
    std::vector<Member> members;
    int64_t total = transforms::sizeOf(pop), offset = 0;
    for (auto [i, node] : llvm::enumerate(assembly.getMembers())) {
      PartAttr own = assembly.partOf(i);
      int64_t count = own ? own.getCount() : transforms::sizeOf(node);
      members.push_back({node, own ? PartAttr::get(pop.getContext(), own.getFirst(), own.getStep(),
                                                   count, own.getList(), offset, total)
                                   : PartAttr::whole(pop.getContext(), count, offset, total)});
      offset += count;
    }
    return members;
  }

  //===- Units --------------------------------------------------------------------------------===//

  LogicalResult resolveUnits(ProjectOp op) {
    if (auto list = dyn_cast<snn::ListAttr>(op.getMap()))
      return resolveList(op, list);
    auto map = dyn_cast<GeneratedAttr>(op.getMap());
    if (!map)
      return success();
    FailureOr<double> factor = weightFactor(op, map.getWeight().getUnit());
    if (failed(factor))
      return failure();
    DistributionAttr weight = scaled(map.getWeight(), *factor), delay = map.getDelay();
    if (delay && failed(resolveDelay(op, delay)))
      return failure();
    op.setMapAttr(GeneratedAttr::get(op.getContext(), map.getRule(), map.getValue(), map.getSeed(),
                                     weight, delay, map.getAllowSelf(), map.getMultapses(),
                                     map.getSpace(), map.getObject(), map.getSelfTargets()));
    return success();
  }

  FailureOr<double> weightFactor(ProjectOp op, StringRef unit) {
    if (unit.empty())
      return 1.0;
    std::string to = portUnit(op);
    if (std::optional<double> factor = transforms::unitFactor(unit, to))
      return *factor;
    return fail(op) << "weights in '" << unit << "', the port "
                    << (to.empty() ? "has no unit" : "is in '" + to + "'");
  }

  std::string portUnit(ProjectOp op) {
    Value target = op.getTarget();
    if (auto assembly = target.getDefiningOp<snn::AssemblyOp>())
      target = assembly.getMembers().front();
    auto population = target.getDefiningOp<snn::PopulationOp>();
    auto model = population ? SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(
                                  population, population.getModelAttr())
                            : snn::ModelOp();
    int port = !model ? -1 : op.getPort() ? snn::termIndex(model.getInputs(), *op.getPort()) : 0;
    if (port < 0 || port >= static_cast<int>(model.getInputs().size()))
      return "";
    return cast<snn::TermAttr>(model.getInputs()[port]).getUnit().str();
  }

  /// To steps; a constant delay becomes the projection's own, `delay` null.
  LogicalResult resolveDelay(ProjectOp op, DistributionAttr &delay) {
    double factor = 1.0;
    if (!delay.getUnit().empty()) {
      std::optional<double> seconds = transforms::unitFactor(delay.getUnit(), "s");
      if (!seconds)
        return fail(op) << "'" << delay.getUnit() << "' is no unit of time";
      if (!network.getDt())
        return fail(op) << "a delay in '" << delay.getUnit()
                        << "' needs the network's step (attributes {dt = ...})";
      factor = *seconds / network.getDt()->convertToDouble();
    }
    delay = scaled(delay, factor);
    number::Distribution steps = transforms::distributionOf(delay);
    if (std::string problem = steps.problem(); !problem.empty())
      return fail(op) << "delay: " << problem;
    warnOfShort(op, steps);
    std::vector<uint16_t> table = number::delayTable(steps);
    if (table.size() > 1)
      return success();
    op.setDelay(op.getDelay() + table[0]);
    delay = nullptr;
    return success();
  }

  void warnOfShort(ProjectOp op, const number::Distribution &steps) {
    double part = number::fractionBelowHalf(steps);
    std::string percent;
    llvm::raw_string_ostream(percent) << llvm::format("%.3g", 100 * part);
    if (part > 0)
      op.emitWarning() << "'" << snn::nodeName(op.getSource()) << "' to '"
                       << snn::nodeName(op.getTarget()) << "': " << percent
                       << " % of the delays are below one step and become one step";
  }

  LogicalResult resolveList(ProjectOp op, snn::ListAttr list) {
    FailureOr<double> factor = weightFactor(op, list.getUnit());
    if (failed(factor))
      return failure();
    SmallVector<double> weights(list.getWeights().asArrayRef());
    for (double &w : weights)
      w *= *factor;
    SmallVector<int64_t> delays(list.getDelays());
    if (!delays.empty()) { // the shortest one becomes the projection's
      int64_t least = *llvm::min_element(delays);
      for (int64_t &d : delays)
        d -= least;
      op.setDelay(op.getDelay() + least);
    }
    op.setMapAttr(snn::ListAttr::get(op.getContext(), list.getSources(), list.getTargets(),
                                     DenseF64ArrayAttr::get(op.getContext(), weights), delays, ""));
    return success();
  }

  //===- Values of neurons --------------------------------------------------------------------===//

  /// Parameters and initial states that are distributions become one number per neuron.
  LogicalResult drawValues(snn::PopulationOp population, uint32_t ordinal) {
    auto model =
        SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
    if (!model)
      return success();
    FailureOr<DictionaryAttr> parameters =
        drawn(population, population.getParameters(), model.getParams(), ordinal, 0);
    if (failed(parameters))
      return failure();
    population.setParametersAttr(*parameters);
    if (DictionaryAttr initial = population.getInitialAttr()) {
      FailureOr<DictionaryAttr> states =
          drawn(population, initial, model.getState(), ordinal, kStates);
      if (failed(states))
        return failure();
      population.setInitialAttr(*states);
    }
    return success();
  }

  FailureOr<DictionaryAttr> drawn(snn::PopulationOp population, DictionaryAttr given,
                                  ArrayAttr terms, uint32_t ordinal, uint32_t firstTerm) {
    SmallVector<NamedAttribute> entries;
    auto type =
        RankedTensorType::get(transforms::shapeOf(population.getPop()), builder.getF64Type());
    for (NamedAttribute entry : given) {
      auto attr = dyn_cast<DistributionAttr>(entry.getValue());
      if (!attr) {
        entries.push_back(entry);
        continue;
      }
      number::Distribution d = transforms::distributionOf(attr);
      if (std::string problem = d.problem(); !problem.empty() || !attr.getUnit().empty())
        return population.emitError()
               << "node '" << population.getName() << "': '" << entry.getName().getValue()
               << "': " << (problem.empty() ? "values of neurons are in the term's unit" : problem);
      uint32_t term = firstTerm + static_cast<uint32_t>(snn::termIndex(terms, entry.getName()));
      std::vector<double> values(type.getNumElements());
      for (uint32_t n = 0; n < values.size(); ++n) {
        auto words = number::philox(seed, number::Purpose::Parameter, ordinal, n, term);
        double u = number::uniform(words[1], words[0]) + 0x1p-54; // inside (0, 1)
        values[n] = d.negate ? -d.quantile(u) : d.quantile(u);
      }
      entries.emplace_back(entry.getName(), DenseElementsAttr::get(type, ArrayRef<double>(values)));
    }
    return DictionaryAttr::get(population.getContext(), entries);
  }

  //===- Numbers ------------------------------------------------------------------------------===//

  FailureOr<GeneratedAttr> number(ProjectOp op, GeneratedAttr map, ArrayRef<Member> from,
                                  ArrayRef<Member> to) {
    int64_t object = map.getObject() >= 0 ? map.getObject() : nextObject;
    nextObject = std::max(nextObject, object) + 1;
    bool allowSelf = map.getAllowSelf();
    SmallVector<int64_t> self(map.getSelfTargets());
    if (!allowSelf && self.empty() && failed(findSelf(op, from, to, allowSelf, self)))
      return failure();
    // Unsigned: seeds wrap round.
    uint64_t key = static_cast<uint64_t>(map.getSeed()) + seed * 0x9E3779B97F4A7C15;
    return GeneratedAttr::get(op.getContext(), map.getRule(), map.getValue(),
                              static_cast<int64_t>(key), map.getWeight(), map.getDelay(), allowSelf,
                              map.getMultapses(), map.getSpace(), object, self);
  }

  /// Which target is the same neuron as a source; `self` stays empty where target i is source i.
  LogicalResult findSelf(ProjectOp op, ArrayRef<Member> from, ArrayRef<Member> to, bool &allowSelf,
                         SmallVector<int64_t> &self) {
    llvm::DenseMap<std::pair<Value, int64_t>, int64_t> targetOf;
    for (const Member &t : to)
      for (auto [position, neuron] : neuronsOf(t))
        if (!targetOf.try_emplace({t.node, neuron}, position).second)
          return fail(op) << "no_self: neuron " << neuron << " of '" << snn::nodeName(t.node)
                          << "' is a target twice";
    bool identity = true, any = false;
    for (const Member &s : from)
      for (auto [position, neuron] : neuronsOf(s)) {
        auto it = targetOf.find({s.node, neuron});
        self.push_back(it == targetOf.end() ? -1 : it->second);
        any |= it != targetOf.end();
        identity &= self.back() == position;
      }
    allowSelf = !any;
    if (!any || (identity && from.size() == to.size()))
      self.clear();
    return success();
  }

  static std::vector<std::pair<int64_t, int64_t>> neuronsOf(const Member &m) {
    std::vector<std::pair<int64_t, int64_t>> all;
    int64_t count = m.part ? m.part.getCount() : transforms::sizeOf(m.node);
    for (int64_t i = 0; i < count; ++i)
      all.emplace_back((m.part ? m.part.getOffset() : 0) + i, m.part ? m.part.neuron(i) : i);
    return all;
  }

  snn::NetworkOp network;
  static constexpr uint32_t kStates =
      0x10000; ///< term numbers of states, above those of parameters
  OpBuilder builder;
  uint64_t seed = 0; ///< of the network
  int64_t nextObject = 0;
};

struct ResolveConnections : impl::SnnResolveConnectionsBase<ResolveConnections> {
  void runOnOperation() override {
    if (failed(transforms::resolveConnections(getOperation())))
      signalPassFailure();
  }
};

} // namespace

LogicalResult transforms::resolveConnections(snn::NetworkOp network) {
  return Resolver(network).run();
}

} // namespace spindle
