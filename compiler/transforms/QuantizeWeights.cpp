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

constexpr uint64_t kSlice = 256; ///< neurons of a many-core slice

/// All synapses onto one population.
struct Inputs {
  std::vector<snn::ProjectOp> ops;
  std::vector<transforms::Connectivity> synapses;
};

/// Every column (target neuron) has a step of its own.
void roundColumns(Inputs &in, uint64_t targets, unsigned levels) {
  std::vector<std::vector<double *>> columns(targets);
  for (auto &c : in.synapses)
    for (uint64_t k = 0; k < c.synapses(); ++k)
      columns[c.target[k]].push_back(&c.weight[k]);
  std::vector<double> values;
  for (auto &column : columns) {
    values.assign(column.size(), 0.0);
    std::transform(column.begin(), column.end(), values.begin(), [](double *w) { return *w; });
    ColumnCodes codes = quantizeColumn(values, levels);
    for (size_t i = 0; i < column.size(); ++i)
      *column[i] = codes.codes[i] * codes.step;
  }
}

/// A slice's synapse types: one per port and sign, each with its shift.
void roundSlices(Inputs &in, uint64_t targets) {
  using Key = std::tuple<uint64_t, StringRef, bool>; // slice, port, inhibitory
  auto keyOf = [&](size_t p, uint64_t k) {
    auto &c = in.synapses[p];
    return Key(c.target[k] / kSlice, in.ops[p].getPort().value_or(""), c.weight[k] < 0);
  };
  std::map<Key, std::vector<double>> sums; // per neuron: if every source spiked once
  for (size_t p = 0; p < in.synapses.size(); ++p)
    for (uint64_t k = 0; k < in.synapses[p].synapses(); ++k) {
      auto &perNeuron = sums[keyOf(p, k)];
      perNeuron.resize(kSlice, 0.0);
      perNeuron[in.synapses[p].target[k] % kSlice] += std::fabs(in.synapses[p].weight[k]);
    }
  std::map<Key, int> shifts;
  for (auto &[key, perNeuron] : sums)
    shifts[key] = weightShift(*std::max_element(perNeuron.begin(), perNeuron.end()));
  for (size_t p = 0; p < in.synapses.size(); ++p)
    for (uint64_t k = 0; k < in.synapses[p].synapses(); ++k) {
      double &w = in.synapses[p].weight[k];
      int shift = shifts[keyOf(p, k)];
      w = std::copysign(std::ldexp(weightBits(w, shift), shift - 15), w);
    }
}

void dropZeros(transforms::Connectivity &c) {
  uint64_t kept = 0;
  for (uint64_t s = 0, k = 0; s < c.sources; ++s) {
    for (; k < c.rowStart[s + 1]; ++k)
      if (c.weight[k] != 0.0) {
        c.target[kept] = c.target[k];
        c.weight[kept++] = c.weight[k];
      }
    c.rowStart[s + 1] = kept;
  }
  c.target.resize(kept);
  c.weight.resize(kept);
}

void replace(snn::ProjectOp op, transforms::Connectivity &c, SymbolTable &symbols) {
  dropZeros(c);
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
        in.ops.push_back(op);
        in.synapses.push_back(std::move(*c));
      }
    uint64_t targets = sizeOf(population.getPop());
    if (target == "xbar")
      roundColumns(in, targets, levels);
    else
      roundSlices(in, targets);
    for (size_t p = 0; p < in.ops.size(); ++p)
      replace(in.ops[p], in.synapses[p], symbols);
  }
  return success();
}

} // namespace spindle
