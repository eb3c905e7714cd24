// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An oracle's network in the snn dialect.
#include "tests/support/ManyCoreNetworks.h"

#include <cstdio>

namespace spindle::oracle {
namespace {

/// With all its digits, and a point, as MLIR wants it.
std::string real(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17e", value);
  return text;
}

std::string popType(const Node &node) { return "!snn.pop<" + std::to_string(node.size) + ">"; }

/// One value for all, or one each.
std::string valueText(const std::vector<double> &values) {
  if (values.size() == 1)
    return real(values[0]) + " : f64";
  std::string text = "dense<[";
  for (size_t i = 0; i < values.size(); ++i)
    text += (i ? ", " : "") + real(values[i]);
  return text + "]> : tensor<" + std::to_string(values.size()) + "xf64>";
}

std::string dictionary(const Node &node, bool states) {
  std::string text;
  for (const auto &[name, values] : node.values)
    if ((name == "v" || name == "u") == states)
      text += (text.empty() ? "" : ", ") + name + " = " + valueText(values);
  return "{" + text + "}";
}

std::string nodeText(const Node &node) {
  if (node.model.empty())
    return "  %" + node.name + " = snn.source \"" + node.name + "\" kind " +
           (node.rate > 0 ? "poisson rate " + real(node.rate) : "spike_array") + " : " +
           popType(node) + "\n";
  std::string text =
      "  %" + node.name + " = snn.population \"" + node.name + "\" of @" + node.model + " ";
  text += dictionary(node, false);
  if (node.values.count("v") || node.values.count("u"))
    text += " initial " + dictionary(node, true);
  if (node.subSteps > 1)
    text += " substeps " + std::to_string(node.subSteps);
  return text + " : " + popType(node) + "\n";
}

//===- Learning rules -------------------------------------------------------------------------===//

std::string libraryRule(const Rule &rule) {
  const char *timing[] = {"SpikePairRule", "SpikeNearestPairRule", "Vogels2011Rule"};
  const char *dependence[] = {"Additive", "Multiplicative"};
  return std::string(timing[static_cast<int>(rule.timing)]) + "_" +
         dependence[static_cast<int>(rule.dependence)] + "WeightDependence";
}

std::string ruleName(const Network &network, int index) {
  const Rule &rule = network.rules[static_cast<size_t>(index)];
  return rule.backprop ? libraryRule(rule) : "own" + std::to_string(index);
}

std::string parameters(const Rule &rule) {
  std::vector<std::pair<std::string, double>> list;
  if (rule.timing == Timing::Vogels)
    list = {{"tau", rule.tauPlus}, {"alpha", rule.alpha}};
  else
    list = {{"tau_plus", rule.tauPlus},
            {"tau_minus", rule.tauMinus},
            {"A_minus", rule.aMinus},
            {"w_min", rule.wMin}};
  list.insert(list.end(), {{"A_plus", rule.aPlus}, {"w_max", rule.wMax}});
  std::string text;
  for (const auto &[name, value] : list)
    text += (text.empty() ? "" : ", ") + name + " = " + real(value) + " : f64";
  return "{" + text + "}";
}

/// `weight` moves by `by` (a trace) towards or away from a limit.
std::string moveText(const Rule &rule, const std::string &by, bool up) {
  std::string amount = up ? "A_plus" : "A_minus", limit = up ? "w_max" : "w_min", text;
  text += "    %w = snn.get \"weight\"\n    %A = snn.get \"" + amount +
          "\"\n    %limit = snn.get \"" + limit + "\"\n";
  std::string scale = "%A";
  if (rule.dependence == Dependence::Multiplicative) {
    text += up ? "    %room = arith.subf %limit, %w : f64\n"
               : "    %room = arith.subf %w, %limit : f64\n";
    text += "    %scale = arith.mulf %room, %A : f64\n";
    scale = "%scale";
  }
  text += "    %change = arith.mulf " + scale + ", " + by + " : f64\n";
  text += std::string("    %w1 = arith.") + (up ? "addf" : "subf") + " %w, %change : f64\n";
  if (rule.dependence == Dependence::Additive)
    text += std::string("    %w2 = arith.") + (up ? "minimumf" : "maximumf") +
            " %w1, %limit : f64\n    snn.set \"weight\", %w2\n";
  else
    text += "    snn.set \"weight\", %w1\n";
  return text;
}

/// The trace of a side after a spike: one more, or always one.
std::string traceText(const Rule &rule, const std::string &trace) {
  std::string text = "    %one = arith.constant 1.0 : f64\n    %b = snn.get \"b\"\n    %a = "
                     "snn.get \"a\"\n";
  if (rule.timing == Timing::NearestPair)
    return text + "    snn.set \"" + trace + "\", %one\n";
  return text + "    %next = arith.addf %" + trace + ", %one : f64\n    snn.set \"" + trace +
         "\", %next\n";
}

/// A rule that the library does not have: delays are axonal.
std::string ruleText(const Rule &rule, const std::string &name) {
  bool vogels = rule.timing == Timing::Vogels, nearest = rule.timing == Timing::NearestPair;
  std::string unit = rule.dependence == Dependence::Additive ? " : \"weight\"" : "";
  std::string text = "  snn.rule @" + name + " params(";
  text += vogels ? "tau : \"ms\", alpha : \"trace\""
                 : "tau_plus : \"ms\", tau_minus : \"ms\", A_minus" + unit + ", w_min : \"weight\"";
  text += ", A_plus" + unit + ", w_max : \"weight\")";
  std::string start = nearest ? " = 1.0" : "";
  text += " pre(a" + start + " decay " + (vogels ? "tau" : "tau_plus") + ") post(b" + start +
          " decay " + (vogels ? "tau" : "tau_minus") +
          ") order [\"post\", \"pre\"] tie depress attributes {backprop = false}\n  on_pre {\n";
  text += traceText(rule, "a");
  if (vogels)
    text += "    %alpha = snn.get \"alpha\"\n    %m = arith.subf %b, %alpha : f64\n" +
            moveText(rule, "%m", true);
  else
    text += moveText(rule, "%b", false);
  text += "  } on_post {\n" + traceText(rule, "b");
  if (nearest)
    text += "    %t_pre = snn.get \"t_pre\"\n    %t_post = snn.get \"t_post\"\n"
            "    %first = arith.cmpf oge, %t_post, %t_pre : f64\n"
            "    %zero = arith.constant 0.0 : f64\n"
            "    %m = arith.select %first, %a, %zero : f64\n";
  text += moveText(rule, nearest ? "%m" : "%a", true);
  return text + "  }\n";
}

//===- Projections ----------------------------------------------------------------------------===//

std::string mapText(const Projection &p) {
  if (p.written != Written::List) {
    const char *names[] = {"", "one_to_one", "all_to_all", "all_but_self"};
    return std::string("#snn.generated<") + names[static_cast<int>(p.written)] +
           ", weight = " + real(p.synapses[0].weight) + "> forward delay " +
           std::to_string(p.synapses[0].delay);
  }
  std::string text = "#snn.list<";
  for (const Synapse &s : p.synapses)
    text += (text.back() == '<' ? "[" : ", [") + std::to_string(s.from) + ", " +
            std::to_string(s.to) + ", " + real(s.weight) + ", " + std::to_string(s.delay) + "]";
  return text + "> forward delay 0";
}

std::string projectionText(const Network &network, const Projection &p) {
  const Node &from = network.nodes[p.source], &to = network.nodes[p.target];
  std::string text = "  snn.project %" + from.name + " to %" + to.name + " port \"" +
                     (p.receptor == Excitatory ? "excitatory" : "inhibitory") + "\" as " +
                     mapText(p);
  if (p.rule >= 0)
    text += " learn @" + ruleName(network, p.rule) + " with " +
            parameters(network.rules[static_cast<size_t>(p.rule)]);
  return text + " : " + popType(from) + " to " + popType(to) + "\n";
}

} // namespace

std::string textOf(const Network &network) {
  std::string text = "snn.network @net attributes {dt = " + real(network.dt / 1000) + " : f64} {\n";
  for (size_t r = 0; r < network.rules.size(); ++r)
    if (!network.rules[r].backprop)
      text += ruleText(network.rules[r], ruleName(network, static_cast<int>(r)));
  for (const Node &node : network.nodes)
    text += nodeText(node);
  for (const Projection &p : network.projections)
    text += projectionText(network, p);
  return text + "}\n";
}

} // namespace spindle::oracle
