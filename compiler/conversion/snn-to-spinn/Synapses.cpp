// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Synapses.h"

#include "compiler/codegen/Rules.h"
#include "compiler/transforms/Generated.h"
#include "compiler/transforms/Quantize.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace spindle::spinnmap {

namespace {

/// A rule sees magnitudes: all weights of a projection that learns have one sign.
LogicalResult checkSigns(snn::ProjectOp op, const std::vector<double> &weights) {
  if (!op.getLearn() || weights.empty())
    return success();
  auto [low, high] = std::minmax_element(weights.begin(), weights.end());
  if (*low >= 0 || *high <= 0)
    return success();
  return op.emitError() << "'" << snn::nodeName(op.getSource()) << "' to '"
                        << snn::nodeName(op.getTarget())
                        << "': weights that learn have one sign, and both are here ("
                        << weightText(*low) << " and " << weightText(*high)
                        << "; use two projections)";
}

} // namespace

FailureOr<Inputs> Inputs::of(snn::PopulationOp population, const transforms::Dataflow &flow) {
  auto model =
      SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
  Inputs inputs;
  inputs.population = population;
  for (auto port : model.getInputs().getAsRange<snn::TermAttr>()) {
    inputs.ports.push_back({inputs.count, static_cast<unsigned>(port.getTypes())});
    inputs.count += static_cast<unsigned>(port.getTypes());
  }
  int32_t learning = 0;
  for (snn::ProjectOp op : flow.projections) {
    int32_t learn = op.getLearn() ? learning++ : -1;
    if (op.getTarget() != population.getPop())
      continue;
    int port = op.getPort() ? snn::termIndex(model.getInputs(), *op.getPort()) : 0;
    int gain = static_cast<int>(cast<snn::TermAttr>(model.getInputs()[port]).getGain());
    if (isa<snn::GeneratedAttr>(op.getMap()) && !op.getLearn()) {
      FailureOr<number::ConnectionRule> rule = transforms::connectionRule(op);
      if (failed(rule))
        return failure();
      const Port &types = inputs.ports[port];
      bool inhibitory = types.types == 2 && number::isNegative(number::weightTable(rule->weight));
      inputs.drawn.push_back({op, types.first + inhibitory, gain, std::move(*rule)});
      continue;
    }
    FailureOr<transforms::Connectivity> synapses = transforms::expand(op);
    if (failed(synapses) || failed(checkSigns(op, synapses->weight)))
      return failure();
    for (double &weight : synapses->weight)
      weight = std::ldexp(weight, gain);
    double limit = 0.0;
    if (op.getLearn()) // w_max by PyNN's name; a rule without it is not limited
      limit = std::ldexp(codegen::RuleModels::parameter(op, "w_max").value_or(0.0), gain);
    bool negative = llvm::any_of(synapses->weight, [](double w) { return w < 0; });
    inputs.projections.push_back(
        {op, static_cast<unsigned>(port), std::move(*synapses), learn, negative, limit});
  }
  return inputs;
}

uint64_t Inputs::longestStoredDelay() const {
  int64_t longest = 0;
  for (const Projection &p : projections)
    longest = std::max(longest, transforms::maxDelay(p.op));
  return static_cast<uint64_t>(longest);
}

uint64_t Inputs::longestDelay() const {
  auto longest = static_cast<int64_t>(std::max<uint64_t>(1, longestStoredDelay()));
  for (const Generated &g : drawn)
    longest = std::max(longest, transforms::maxDelay(g.op));
  return static_cast<uint64_t>(longest);
}

uint64_t Inputs::ringDelay() const {
  bool learns = llvm::any_of(projections, [](const Projection &p) { return p.learn >= 0; });
  return std::max<uint64_t>(longestDelay(), learns ? 2 : 1);
}

void Inputs::forEach(llvm::function_ref<void(const Synapse &)> f) const {
  for (const Projection &p : projections) {
    snn::ProjectOp op = p.op;
    ArrayRef<int64_t> extra = op.getDelays().value_or(ArrayRef<int64_t>());
    for (uint64_t from = 0; from < p.synapses.sources; ++from) {
      int64_t delay = op.getDelay() + (extra.empty() ? 0 : extra[from]);
      for (uint64_t k = p.synapses.rowStart[from]; k < p.synapses.rowStart[from + 1]; ++k) {
        unsigned type = typeOf(p, k);
        uint16_t weight = weightBits(p.synapses.weight[k], shift[type]);
        if (weight != 0 || p.learn >= 0)
          f({op.getSource(), static_cast<uint32_t>(from), p.synapses.target[k], type,
             static_cast<uint64_t>(delay) + (p.synapses.delay.empty() ? 0 : p.synapses.delay[k]),
             weight, p.learn});
      }
    }
  }
}

} // namespace spindle::spinnmap
