// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/transforms/Compose.h"

#include <algorithm>
#include <map>

using namespace mlir;
using namespace spindle;
using namespace spindle::snn;
using namespace spindle::transforms;

Composer::Composer(NetworkOp network)
    : network(network), symbols(network), builder(network.getContext()) {}

//===- Products -------------------------------------------------------------------------------===//

FailureOr<Connectivity> transforms::multiply(const Connectivity &first, const Connectivity &second,
                                             const std::vector<bool> &use, Operation *where) {
  Connectivity out;
  out.sources = first.sources;
  out.targets = second.targets;
  out.rowStart.assign(out.sources + 1, 0);
  std::vector<double> sum(out.targets, 0.0);
  std::vector<bool> touched(out.targets, false);
  std::vector<uint32_t> row;
  for (uint64_t s = 0; s < first.sources; ++s) {
    row.clear();
    for (uint64_t k = first.rowStart[s]; k < first.rowStart[s + 1]; ++k) {
      uint32_t relay = first.target[k];
      if (!use.empty() && !use[relay])
        continue;
      for (uint64_t j = second.rowStart[relay]; j < second.rowStart[relay + 1]; ++j) {
        uint32_t t = second.target[j];
        sum[t] += first.weight[k] * second.weight[j];
        if (!touched[t]) {
          touched[t] = true;
          row.push_back(t);
        }
      }
    }
    llvm::sort(row);
    for (uint32_t t : row) {
      if (sum[t] != 0.0) {
        out.target.push_back(t);
        out.weight.push_back(sum[t]);
      }
      sum[t] = 0.0;
      touched[t] = false;
    }
    out.rowStart[s + 1] = out.target.size();
    if (out.target.size() > kMaxSynapses)
      return where->emitError() << "does not fit: composing the maps around this relay gives more "
                                << "than " << kMaxSynapses
                                << " synapses; put a population between them";
  }
  return out;
}

ElementsAttr transforms::asWeights(const Connectivity &c, MLIRContext *context) {
  auto type =
      RankedTensorType::get({int64_t(c.targets), int64_t(c.sources)}, Float64Type::get(context));
  if (c.synapses() * 4 >= c.sources * c.targets) {
    std::vector<double> values(c.sources * c.targets, 0.0);
    for (uint64_t s = 0; s < c.sources; ++s)
      for (uint64_t k = c.rowStart[s]; k < c.rowStart[s + 1]; ++k)
        values[c.target[k] * c.sources + s] = c.weight[k];
    return DenseElementsAttr::get(type, ArrayRef<double>(values));
  }
  std::vector<int64_t> indices;
  indices.reserve(2 * c.synapses());
  for (uint64_t s = 0; s < c.sources; ++s)
    for (uint64_t k = c.rowStart[s]; k < c.rowStart[s + 1]; ++k) {
      indices.push_back(c.target[k]);
      indices.push_back(s);
    }
  int64_t count = c.synapses();
  auto indexType = RankedTensorType::get({count, 2}, IntegerType::get(context, 64));
  auto valueType = RankedTensorType::get({count}, Float64Type::get(context));
  return SparseElementsAttr::get(type, DenseIntElementsAttr::get(indexType, ArrayRef(indices)),
                                 DenseElementsAttr::get(valueType, ArrayRef<double>(c.weight)));
}

//===- Projections ----------------------------------------------------------------------------===//

namespace {

/// Maps that look at sizes only, not at shapes.
bool ignoresShape(ProjectOp p) { return isa<DenseAttr, OneToOneAttr>(p.getMap()); }

bool hasParts(ProjectOp p) { return p.getSourcePart() || p.getTargetPart(); }

bool isOneToOne(ProjectOp p) { return isa<OneToOneAttr>(p.getMap()) && !hasParts(p); }

} // namespace

bool Composer::canRestart(ProjectOp first, ProjectOp second) {
  return isUnit(first) && !second.getLearn() && !hasParts(second) &&
         (ignoresShape(second) || first.getSource().getType() == first.getTarget().getType());
}

/// Both at the later of the two, so that all that they use is defined.
void Composer::place(Operation *a, Operation *b) {
  builder.setInsertionPointAfter(a->isBeforeInBlock(b) ? b : a);
}

/// Meant for pairs where the relay's neuron i hears the source's neuron i only, or `second` has no
/// per-neuron delays.
Composer::Delays Composer::sumOfDelays(ProjectOp first, ProjectOp second) {
  Delays out{int64_t(first.getDelay() + second.getDelay()), first.getDelaysAttr()};
  if (!second.getDelays())
    return out;
  SmallVector<int64_t> sum(*second.getDelays());
  if (first.getDelays())
    for (auto [s, d] : llvm::zip(sum, *first.getDelays()))
      s += d;
  out.perSource = builder.getDenseI64ArrayAttr(sum);
  return out;
}

void Composer::add(ProjectOp like, Value source, Value target, StringAttr port, Delays delays,
                   Location loc) {
  builder.create<ProjectOp>(loc, source, target, port, like.getWeightsAttr(), like.getMap(),
                            like.getDirection(), delays.base, delays.perSource, FlatSymbolRefAttr(),
                            DictionaryAttr());
}

FlatSymbolRefAttr Composer::store(StringRef name, ElementsAttr values, Location loc) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&network.getBody().front());
  auto weights = builder.create<WeightsOp>(loc, name, values, StringAttr());
  return FlatSymbolRefAttr::get(symbols.insert(weights, network.getBody().front().begin()));
}

std::vector<double> Composer::perNeuron(ProjectOp p) {
  std::vector<double> values{1.0};
  if (p.getWeights())
    values = *readReals(symbols.lookup<WeightsOp>(*p.getWeights()).getValue());
  if (values.size() == 1)
    values.resize(sizeOf(p.getSource()), values.front());
  return values;
}

/// Two scales are one scale.
void Composer::scale(ProjectOp first, ProjectOp second) {
  std::vector<double> values = perNeuron(first), other = perNeuron(second);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] *= other[i];
  auto type = RankedTensorType::get({int64_t(values.size())}, builder.getF64Type());
  FlatSymbolRefAttr weights =
      store(nodeName(first.getTarget()).str() + "_folded",
            DenseElementsAttr::get(type, ArrayRef<double>(values)), second.getLoc());
  Delays delays = sumOfDelays(first, second);
  builder.create<ProjectOp>(second.getLoc(), first.getSource(), second.getTarget(),
                            second.getPortAttr(), weights, second.getMap(), Direction::Forward,
                            delays.base, delays.perSource, FlatSymbolRefAttr(), DictionaryAttr());
}

namespace {

/// Relay neurons by their extra delay in `second`: one group with an empty mask where there is
/// none.
std::map<int64_t, std::vector<bool>> byDelay(ProjectOp second) {
  std::map<int64_t, std::vector<bool>> groups;
  auto delays = second.getDelays();
  if (!delays) {
    groups[0];
    return groups;
  }
  for (size_t i = 0; i < delays->size(); ++i) {
    auto &mask = groups[(*delays)[i]];
    mask.resize(delays->size(), false);
    mask[i] = true;
  }
  return groups;
}

} // namespace

LogicalResult Composer::product(ProjectOp first, ProjectOp second) {
  auto w1 = expand(first), w2 = expand(second);
  if (failed(w1) || failed(w2))
    return failure();
  if (!w1->delay.empty() || !w2->delay.empty())
    return second.emitError() << "'" << nodeName(first.getTarget())
                              << "': maps around a relay have one delay per source neuron, not one "
                                 "per synapse";
  for (const auto &[extra, mask] : byDelay(second)) {
    auto w = multiply(*w1, *w2, mask, second);
    if (failed(w))
      return failure();
    if (w->synapses() == 0)
      continue;
    FlatSymbolRefAttr weights = store(nodeName(first.getTarget()).str() + "_folded",
                                      asWeights(*w, network.getContext()), second.getLoc());
    builder.create<ProjectOp>(second.getLoc(), first.getSource(), second.getTarget(),
                              second.getPortAttr(), weights, DenseAttr::get(network.getContext()),
                              Direction::Forward, first.getDelay() + second.getDelay() + extra,
                              first.getDelaysAttr(), FlatSymbolRefAttr(), DictionaryAttr());
  }
  return success();
}

LogicalResult Composer::compose(ProjectOp first, ProjectOp second) {
  place(first, second);
  Value source = first.getSource(), target = second.getTarget();
  if (canRestart(first, second)) {
    add(second, source, target, second.getPortAttr(), sumOfDelays(first, second), second.getLoc());
    return success();
  }
  bool ends = isUnit(second) && !hasParts(first) && (!second.getDelays() || isOneToOne(first)) &&
              (ignoresShape(first) || second.getSource().getType() == target.getType());
  if (ends) {
    add(first, source, target, second.getPortAttr(), sumOfDelays(first, second), first.getLoc());
    return success();
  }
  if (isOneToOne(first) && isOneToOne(second)) {
    scale(first, second);
    return success();
  }
  return product(first, second);
}

//===- Drives ---------------------------------------------------------------------------------===//

LogicalResult Composer::compose(DriveOp drive, ProjectOp second) {
  place(drive, second);
  auto values = readDrive(drive);
  auto w = expand(second);
  if (failed(values) || failed(w))
    return failure();
  if (!w->delay.empty())
    return second.emitError() << "'" << nodeName(second.getSource())
                              << "': a map behind a relay has one delay per source neuron, not one "
                                 "per synapse";
  for (const auto &[extra, mask] : byDelay(second)) {
    std::vector<double> sum(w->targets, 0.0);
    for (uint64_t relay = 0; relay < w->sources; ++relay)
      if (mask.empty() || mask[relay])
        for (uint64_t k = w->rowStart[relay]; k < w->rowStart[relay + 1]; ++k)
          sum[w->target[k]] += w->weight[k] * (*values)[relay];
    if (llvm::all_of(sum, [](double v) { return v == 0.0; }))
      continue;
    auto type = RankedTensorType::get({int64_t(sum.size())}, builder.getF64Type());
    FlatSymbolRefAttr stored =
        store(nodeName(drive.getTarget()).str() + "_drive",
              DenseElementsAttr::get(type, ArrayRef<double>(sum)), drive.getLoc());
    builder.create<DriveOp>(
        drive.getLoc(), second.getTarget(), second.getPortAttr(), stored,
        builder.getI64IntegerAttr(int64_t(drive.getFrom() + second.getDelay()) + extra));
  }
  return success();
}
