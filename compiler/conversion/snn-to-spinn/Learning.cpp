// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Learning.h"

#include "compiler/codegen/Rules.h"
#include "compiler/mapping/PlasticRows.h"
#include "sim/number/Trace.h"

#include "llvm/ADT/DenseSet.h"

#include <algorithm>

using namespace mlir;

namespace spindle::spinnmap {

LogicalResult checkRule(snn::ProjectOp project) {
  snn::RuleOp rule = codegen::ruleOf(project);
  auto refuse = [&]() {
    return project.emitError() << "'" << snn::nodeName(project.getSource()) << "' to '"
                               << snn::nodeName(project.getTarget()) << "': rule '"
                               << rule.getSymName() << "' ";
  };
  if (!rule.getSynapse().empty())
    return refuse() << "keeps '" << cast<snn::TermAttr>(rule.getSynapse()[0]).getName()
                    << "' per synapse, and the machine keeps a weight only (use traces, or "
                       "--target=reference)";
  if (!rule.getOnStep().empty() && !rule.getOnStep().front().empty())
    return refuse()
           << "acts in every step, and the machine only at spikes (use on_pre and on_post, "
              "or --target=reference)";
  return success();
}

void warnOfLateSynapses(snn::PopulationOp population, const Inputs &in, unsigned bits) {
  llvm::SmallDenseSet<int32_t> seen;
  in.forEach([&](const Synapse &s) {
    if (s.learn < 0 || s.delay != uint64_t(1) << bits || !seen.insert(s.learn).second)
      return;
    population.emitWarning() << "'" << snn::nodeName(s.source) << "' to '" << population.getName()
                             << "': a synapse that learns with a delay of exactly " << s.delay
                             << " steps never delivers on the machine (L10); use another delay";
  });
}

uint32_t historyWords(snn::ProjectOp project) {
  return 1 + (codegen::storedTraces(codegen::ruleOf(project), true) + 1) / 2;
}

uint64_t learningBytes(ArrayRef<snn::ProjectOp> learning, snn::PopulationOp population,
                       uint64_t neurons) {
  uint64_t bytes = 0;
  if (learning.empty())
    return 0;
  codegen::RuleModels rules(population->getParentOfType<snn::NetworkOp>());
  for (snn::ProjectOp project : learning) {
    if (project.getTarget() != population.getPop())
      continue;
    bytes +=
        neurons * map::postHistoryBytes(codegen::storedTraces(codegen::ruleOf(project), false));
    for (bool pre : {true, false}) {
      auto traces = rules.traces(project, pre);
      if (failed(traces))
        continue; // said when the image is written
      for (const codegen::RuleTrace &trace : *traces)
        if (trace.tau > 0.0)
          bytes += 4 + 2 * uint64_t(std::clamp(
                               number::traceTableSize(trace.tauText, trace.stepText), 0.0, 1e9));
    }
  }
  return bytes;
}

} // namespace spindle::spinnmap
