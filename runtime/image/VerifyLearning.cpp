// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of rules, their numbers and phases: that the parts of a rule have the columns that an
// engine gives them.
#include "runtime/image/Verify.h"

#include <cmath>

namespace spindle::image {
namespace {

/// A part of a rule: its model has so many states and inputs.
struct Part {
  const char *name;
  int32_t model;
  size_t states, inputs;
};

uint64_t verifyPart(const Checker &check, const Part &part, bool fixed, const std::string &where) {
  if (part.model < 0)
    return 0;
  Checker::require(static_cast<uint32_t>(part.model) < check.meta.models()->size(), where,
                   std::string("'") + part.name + "' is no model of the image");
  const fb::Model &model = *check.meta.models()->Get(static_cast<uint32_t>(part.model));
  Checker::require(model.state()->size() == part.states && model.input()->size() == part.inputs,
                   where,
                   std::string("'") + part.name + "' has other states or inputs than its rule");
  Checker::require(model.number() == (fixed ? fb::Number_S1615 : fb::Number_F64), where,
                   std::string("'") + part.name + "' is in another number format");
  return model.param()->size();
}

void verifyTraces(const Checker &check,
                  const flatbuffers::Vector<flatbuffers::Offset<fb::RuleTrace>> &traces, bool fixed,
                  const std::string &where) {
  constexpr uint32_t kMostTraces = 64;
  Checker::require(traces.size() <= kMostTraces, where, "too many traces");
  for (const fb::RuleTrace *trace : traces) {
    Checker::require(std::isfinite(trace->initial()) &&
                         (!fixed || std::fabs(trace->initial()) < 16.0),
                     where, "a trace begins out of range");
    Checker::require(std::isfinite(trace->tau()) && trace->tau() >= 0.0, where,
                     "a time constant is no time");
    if (!fixed || trace->tau() == 0.0)
      continue;
    for (uint16_t value : check.arrayOf<uint16_t>(trace->table(), where, "table"))
      Checker::require(value <= 2048, where, "an entry of 'table' is above 1");
  }
}

void verifyUse(const Checker &check, const fb::RuleUse &use, bool fixed) {
  const std::string where = "rule use";
  Checker::require(use.rule() < check.meta.rules()->size(), where, "there is no such rule");
  const fb::Rule &rule = *check.meta.rules()->Get(use.rule());
  std::string name = "rule '" + rule.name()->str() + "'";
  check.node(use.source(), name);
  const fb::Node &target = check.node(use.target(), name);
  Checker::require(target.kind() == fb::NodeKind_Population && use.port() < check.portsOf(target),
                   name, "leads to no port of a population");
  Checker::require(use.gain() < 16, name, "gain out of range");
  verifyTraces(check, Checker::present(use.pre(), name, "pre"), fixed, name);
  verifyTraces(check, Checker::present(use.post(), name, "post"), fixed, name);
  size_t pre = use.pre()->size(), post = use.post()->size(),
         terms = use.synapse() ? use.synapse()->size() : 0;
  Checker::require(terms <= 64 && (!fixed || (terms == 0 && rule.on_step() < 0)), name,
                   "keeps or does more than this engine can");
  uint64_t params = 0;
  for (const Part &part :
       {Part{"on_pre", rule.on_pre(), 1 + terms + pre, post + 2},
        Part{"on_post", rule.on_post(), 1 + terms + post, pre + 2},
        Part{"pre_trace", rule.pre_trace(), pre, 0}, Part{"post_trace", rule.post_trace(), post, 0},
        Part{"on_step", rule.on_step(), 1 + terms, pre + post + 2}})
    params += verifyPart(check, part, fixed, name);
  check.sized(use.param(), params, fixed ? 4 : 8, name, "param");
}

} // namespace

void verifyLearning(const Checker &check) {
  const fb::Image &meta = check.meta;
  bool fixed = meta.program_type() == fb::Program_Spinn;
  uint32_t rules = meta.rules() ? meta.rules()->size() : 0;
  if (meta.rule_uses()) {
    Checker::require(rules > 0 || meta.rule_uses()->size() == 0, "root",
                     "uses of rules, but no rules");
    for (const fb::RuleUse *use : *meta.rule_uses())
      verifyUse(check, *use, fixed);
  }
  if (meta.phases())
    for (const fb::Phase *phase : *meta.phases())
      for (uint32_t rule : Checker::present(phase->rules(), "phase", "rules"))
        Checker::require(rule < rules, "phase '" + phase->name()->str() + "'",
                         "enables a rule that does not exist");
}

const fb::RuleUse *ruleUse(const Checker &check, int64_t index, const std::string &where) {
  if (index < 0)
    return nullptr;
  const auto *uses = check.meta.rule_uses();
  Checker::require(uses && static_cast<uint64_t>(index) < uses->size(), where,
                   "learns by a rule that does not exist");
  return uses->Get(static_cast<uint32_t>(index));
}

} // namespace spindle::image
