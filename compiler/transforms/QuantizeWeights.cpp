// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights rounded as a target stores them, kept as reals.
#include "compiler/transforms/Compose.h"
#include "compiler/transforms/Passes.h"
#include "compiler/transforms/Quantize.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

using namespace mlir;

namespace spindle {
#define GEN_PASS_DEF_SNNQUANTIZEWEIGHTS
#include "compiler/transforms/Passes.h.inc"

namespace {

/// All synapses onto one population.
struct Inputs {
  std::vector<snn::ProjectOp> ops;
  std::vector<transforms::Connectivity> synapses;

  /// Visits (projection, source neuron, synapse) in program order, sources ascending.
  void forEach(llvm::function_ref<void(size_t, uint64_t, uint64_t)> visit) const {
    for (size_t p = 0; p < ops.size(); ++p)
      for (uint64_t s = 0; s < synapses[p].sources; ++s)
        for (uint64_t k = synapses[p].rowStart[s]; k < synapses[p].rowStart[s + 1]; ++k)
          visit(p, s, k);
  }
};

/// Every column (target neuron) has a step of its own. Synapses of equal source, delay and target
/// are one cell, which holds their sum (rule X3): the first one gets it.
void roundColumns(Inputs &in, uint64_t targets, unsigned levels) {
  using Row = std::tuple<void *, uint64_t, int64_t>; // source node, its neuron, delay
  std::vector<std::map<Row, double *>> cells(targets);
  std::vector<std::vector<double *>> columns(targets);
  in.forEach([&](size_t p, uint64_t source, uint64_t k) {
    int64_t delay = in.ops[p].getDelay();
    if (auto extra = in.ops[p].getDelays())
      delay += (*extra)[source];
    if (!in.synapses[p].delay.empty())
      delay += in.synapses[p].delay[k];
    Value node = in.ops[p].getSource();
    double *weight = &in.synapses[p].weight[k];
    uint32_t target = in.synapses[p].target[k];
    auto [cell, fresh] =
        cells[target].try_emplace({node.getAsOpaquePointer(), source, delay}, weight);
    if (fresh) {
      columns[target].push_back(weight);
      return;
    }
    *cell->second += *weight;
    *weight = 0.0;
  });
  std::vector<double> values;
  for (auto &column : columns) {
    values.assign(column.size(), 0.0);
    std::transform(column.begin(), column.end(), values.begin(), [](double *w) { return *w; });
    ColumnCodes codes = quantizeColumn(values, levels);
    for (size_t i = 0; i < column.size(); ++i)
      *column[i] = codes.codes[i] * codes.step;
  }
}

/// A synapse type is a port and a sign; each has its shift (rule S5).
void roundTypes(Inputs &in, uint64_t targets) {
  using Type = std::pair<StringRef, bool>; // port, inhibitory
  auto typeOf = [&](size_t p, uint64_t k) {
    return Type(in.ops[p].getPort().value_or(""), in.synapses[p].weight[k] < 0);
  };
  std::map<Type, std::vector<double>> sums; // per neuron: if every source spiked once
  in.forEach([&](size_t p, uint64_t, uint64_t k) {
    auto &perNeuron = sums[typeOf(p, k)];
    perNeuron.resize(targets, 0.0);
    perNeuron[in.synapses[p].target[k]] += std::fabs(in.synapses[p].weight[k]);
  });
  std::map<Type, int> shifts;
  for (auto &[type, perNeuron] : sums)
    shifts[type] = weightShift(*std::max_element(perNeuron.begin(), perNeuron.end()));
  in.forEach([&](size_t p, uint64_t, uint64_t k) {
    double &w = in.synapses[p].weight[k];
    int shift = shifts[typeOf(p, k)];
    w = std::copysign(std::ldexp(weightBits(w, shift), shift - 15), w);
  });
}

void dropZeros(transforms::Connectivity &c) {
  uint64_t kept = 0;
  for (uint64_t s = 0, k = 0; s < c.sources; ++s) {
    for (; k < c.rowStart[s + 1]; ++k)
      if (c.weight[k] != 0.0) {
        c.target[kept] = c.target[k];
        if (!c.delay.empty())
          c.delay[kept] = c.delay[k];
        c.weight[kept++] = c.weight[k];
      }
    c.rowStart[s + 1] = kept;
  }
  c.target.resize(kept);
  c.weight.resize(kept);
  c.delay.resize(c.delay.empty() ? 0 : kept);
}

/// What may hold a pair twice, or a delay per synapse, becomes a list.
void replaceByList(snn::ProjectOp op, const transforms::Connectivity &c) {
  SmallVector<int64_t> sources, targets(c.target.begin(), c.target.end()),
      delays(c.delay.begin(), c.delay.end());
  delays.resize(targets.size());
  for (uint64_t s = 0; s < c.sources; ++s)
    sources.append(c.rowStart[s + 1] - c.rowStart[s], static_cast<int64_t>(s));
  MLIRContext *context = op.getContext();
  op.setMapAttr(snn::ListAttr::get(context, sources, targets,
                                   DenseF64ArrayAttr::get(context, c.weight), delays, ""));
  op.removeSourcePartAttr();
  op.removeTargetPartAttr();
}

void replace(snn::ProjectOp op, transforms::Connectivity &c, SymbolTable &symbols) {
  dropZeros(c);
  if (isa<snn::GeneratedAttr, snn::ListAttr>(op.getMap()))
    return replaceByList(op, c);
  op.removeSourcePartAttr();
  op.removeTargetPartAttr();
  MLIRContext *context = op.getContext();
  OpBuilder builder(context);
  Block &body = op->getParentOfType<snn::NetworkOp>().getBody().front();
  builder.setInsertionPointToStart(&body);
  std::string name = (snn::nodeName(op.getTarget()) + "_rounded").str();
  auto weights = builder.create<snn::WeightsOp>(op.getLoc(), name,
                                                transforms::asWeights(c, context), StringAttr());
  op.setWeightsAttr(FlatSymbolRefAttr::get(symbols.insert(weights, body.begin())));
  op.setMapAttr(snn::DenseAttr::get(context));
  op.setDirection(snn::Direction::Forward);
}

/// The first input port may go without saying; two ways to name one port would be two synapse
/// types.
void nameThePort(snn::ProjectOp op, snn::PopulationOp population) {
  auto model =
      SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
  if (!op.getPort() && model && !model.getInputs().empty())
    op.setPort(cast<snn::TermAttr>(model.getInputs()[0]).getName());
}

struct QuantizeWeights : impl::SnnQuantizeWeightsBase<QuantizeWeights> {
  using SnnQuantizeWeightsBase::SnnQuantizeWeightsBase;
  void runOnOperation() override {
    std::string name = target;
    unsigned count = levels;
    if (failed(transforms::quantizeWeights(getOperation(), name, count)))
      signalPassFailure();
  }
};

} // namespace

LogicalResult transforms::quantizeWeights(snn::NetworkOp network, StringRef target,
                                          unsigned levels) {
  if (target != "xbar" && target != "spinn")
    return network.emitError() << "unknown weight storage '" << target << "' (spinn or xbar)";
  if (levels < 2 || levels > 32768)
    return network.emitError() << levels << " conductance levels: 2 to 32768 are possible";
  Dataflow flow(network);
  SymbolTable symbols(network);
  for (snn::PopulationOp population : flow.populations) {
    Inputs in;
    for (snn::ProjectOp op : flow.projections)
      if (op.getTarget() == population.getPop()) {
        auto c = expand(op);
        if (failed(c))
          return failure();
        nameThePort(op, population);
        in.ops.push_back(op);
        in.synapses.push_back(std::move(*c));
      }
    uint64_t targets = sizeOf(population.getPop());
    if (target == "xbar")
      roundColumns(in, targets, levels);
    else
      roundTypes(in, targets);
    for (size_t p = 0; p < in.ops.size(); ++p)
      if (!in.ops[p].getLearn()) // what learns does not keep its weights, and its zeros count
        replace(in.ops[p], in.synapses[p], symbols);
  }
  return success();
}

} // namespace spindle
