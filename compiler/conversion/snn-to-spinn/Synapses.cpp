// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Synapses.h"

#include "compiler/transforms/Quantize.h"
#include "dialects/spinn/Spinn.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace spindle::spinnmap {

namespace {

/// With enough digits that a weight and a limit just below it are not the same text.
std::string text(double value) {
  std::string digits;
  llvm::raw_string_ostream(digits) << llvm::format("%.9g", value);
  return digits;
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
  for (snn::ProjectOp op : flow.projections) {
    if (op.getTarget() != population.getPop())
      continue;
    FailureOr<transforms::Connectivity> synapses = transforms::expand(op);
    if (failed(synapses))
      return failure();
    int port = op.getPort() ? snn::termIndex(model.getInputs(), *op.getPort()) : 0;
    int64_t gain = cast<snn::TermAttr>(model.getInputs()[port]).getGain();
    for (double &weight : synapses->weight)
      weight = std::ldexp(weight, static_cast<int>(gain));
    inputs.projections.push_back({op, static_cast<unsigned>(port), std::move(*synapses)});
  }
  return inputs;
}

uint64_t Inputs::longestDelay() const {
  int64_t longest = 1;
  for (const Projection &p : projections)
    longest = std::max(longest, transforms::maxDelay(p.op));
  return static_cast<uint64_t>(longest);
}

LogicalResult Inputs::chooseShifts(int fixedShift) {
  auto neurons = static_cast<size_t>(transforms::sizeOf(population.getPop()));
  // Per type and neuron: what arrives when every source spikes once in the same step.
  std::vector<std::vector<double>> sums(types(), std::vector<double>(neurons, 0.0));
  std::vector<double> largest(types(), 0.0);
  for (const Projection &p : projections)
    for (uint64_t k = 0; k < p.synapses.synapses(); ++k) {
      double weight = std::fabs(p.synapses.weight[k]);
      unsigned type = typeOf(p, k);
      sums[type][p.synapses.target[k]] += weight;
      largest[type] = std::max(largest[type], weight);
    }
  for (unsigned type = 0; type < types(); ++type) {
    double most =
        sums[type].empty() ? 0.0 : *std::max_element(sums[type].begin(), sums[type].end());
    int chosen = fixedShift >= 0 ? fixedShift : std::min<int>(weightShift(most), spinn::kMaxShift);
    double limit = std::ldexp(65535.0, chosen - 15);
    if (std::nearbyint(std::ldexp(largest[type], 15 - chosen)) > 65535.0)
      return population.emitError()
             << "does not fit: node '" << population.getName() << "' has a weight of "
             << text(largest[type]) << ", a synapse with weight shift " << chosen << " holds up to "
             << text(limit)
             << (fixedShift >= 0 ? " (choose a larger shift, or let it be chosen)"
                                 : " (scale weights and thresholds down)");
    shift.push_back(chosen);
  }
  return success();
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
        if (weight != 0)
          f({op.getSource(), static_cast<uint32_t>(from), p.synapses.target[k], type,
             static_cast<uint64_t>(delay), weight});
      }
    }
  }
}

} // namespace spindle::spinnmap
