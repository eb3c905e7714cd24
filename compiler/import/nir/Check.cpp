// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every node type consists of, and which values make sense; ports that a graph lacks.
#include "compiler/import/nir/Repair.h"
#include "runtime/image/Errors.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace spindle::nir {
namespace {

enum class Kind {
  Real,      ///< finite numbers
  TimeConst, ///< > 0
  Level,     ///< a threshold: > 0
  Time,      ///< >= 0
  Count,     ///< integers >= 1
  Extent,    ///< integers >= 0
  Padding,   ///< integers >= 0, or 'same' or 'valid'
  Axis,      ///< any integer of a sensible size
};

struct Field {
  const char *name;
  Kind kind;
  bool required;
};

using Fields = std::vector<Field>;

const std::map<std::string, Fields> &types() {
  const Field weight{"weight", Kind::Real, true}, bias{"bias", Kind::Real, false};
  const Field stride{"stride", Kind::Count, false}, padding{"padding", Kind::Padding, false},
      dilation{"dilation", Kind::Count, false}, groups{"groups", Kind::Count, false},
      inputShape{"input_shape", Kind::Extent, false}, kernel{"kernel_size", Kind::Count, true},
      plainPadding{"padding", Kind::Extent, false};
  const Field r{"r", Kind::Real, true}, tau{"tau", Kind::TimeConst, true},
      tauSyn{"tau_syn", Kind::TimeConst, true}, tauMem{"tau_mem", Kind::TimeConst, true},
      leak{"v_leak", Kind::Real, true}, level{"v_threshold", Kind::Level, true},
      reset{"v_reset", Kind::Real, false}, wIn{"w_in", Kind::Real, false};
  static const std::map<std::string, Fields> table = {
      {"Input", {{"shape", Kind::Extent, false}}},
      {"Output", {{"shape", Kind::Extent, false}}},
      {"Affine", {weight, {"bias", Kind::Real, true}}},
      {"Linear", {weight}},
      {"Scale", {{"scale", Kind::Real, true}}},
      {"Conv1d", {inputShape, weight, stride, padding, dilation, groups, bias}},
      {"Conv2d", {inputShape, weight, stride, padding, dilation, groups, bias}},
      {"SumPool2d", {kernel, stride, plainPadding}},
      {"AvgPool2d", {kernel, stride, plainPadding}},
      {"Flatten",
       {{"start_dim", Kind::Axis, false},
        {"end_dim", Kind::Axis, false},
        {"input_type", Kind::Axis, false}}},
      {"Delay", {{"delay", Kind::Time, true}}},
      {"Threshold", {{"threshold", Kind::Level, true}}},
      {"I", {r}},
      {"IF", {r, level, reset}},
      {"LI", {tau, r, leak}},
      {"LIF", {tau, r, leak, level, reset}},
      {"CubaLI", {tauSyn, tauMem, r, leak, wIn}},
      {"CubaLIF", {tauSyn, tauMem, r, leak, wIn, level, reset}},
  };
  return table;
}

std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", v);
  return text;
}

/// " at index (0, 3)", nothing for a scalar.
std::string indexText(const Array &array, size_t flat) {
  if (array.shape.empty())
    return "";
  Shape index(array.shape.size());
  for (size_t d = array.shape.size(); d-- > 0;) {
    index[d] = static_cast<int64_t>(flat) % array.shape[d];
    flat /= static_cast<size_t>(array.shape[d]);
  }
  return " at index " + (index.size() == 1 ? std::to_string(index[0]) : textOf(index));
}

/// What is wrong with one value of a kind, or nothing.
const char *objection(Kind kind, double v) {
  bool integral =
      kind == Kind::Count || kind == Kind::Extent || kind == Kind::Padding || kind == Kind::Axis;
  if (!std::isfinite(v))
    return "every value must be a finite number";
  if (integral && (v != std::floor(v) || std::abs(v) > 2147483647.0))
    return "an integer of at most 31 bits is needed";
  switch (kind) {
  case Kind::TimeConst:
    return v > 0 ? nullptr : "a time constant must be positive";
  case Kind::Level:
    return v > 0 ? nullptr : "a threshold must be positive";
  case Kind::Time:
    return v >= 0 ? nullptr : "a delay cannot be negative";
  case Kind::Count:
    return v >= 1 ? nullptr : "it must be at least 1";
  case Kind::Extent:
  case Kind::Padding:
    return v >= 0 ? nullptr : "it cannot be negative";
  default:
    return nullptr;
  }
}

void checkField(const std::string &name, const Node &node, const Field &field, const Value &value) {
  std::string at = std::string("'") + field.name + "' ";
  if (const auto *text = std::get_if<std::string>(&value)) {
    bool padding = field.kind == Kind::Padding;
    if (padding && (*text == "same" || *text == "valid"))
      return;
    refuse(name, at + "of " + node.type + " is the text '" + text->substr(0, 40) + "'; " +
                     (padding ? "integers, 'same' or 'valid' are needed" : "numbers are needed"));
  }
  const Array &array = std::get<Array>(value);
  bool mayBeEmpty = node.type == "Input" || node.type == "Output" || field.kind == Kind::Axis;
  if (static_cast<int64_t>(array.values.size()) != sizeOf(array.shape))
    refuse(name, at + "has " + std::to_string(array.values.size()) + " values for a shape of " +
                     textOf(array.shape));
  if (array.values.empty() && !mayBeEmpty)
    refuse(name, at + "is empty");
  for (size_t i = 0; i < array.values.size(); ++i)
    if (const char *why = objection(field.kind, array.values[i]))
      refuse(name, at + "is " + number(array.values[i]) + indexText(array, i) + "; " + why);
}

/// The parameters of a neuron have one shape, or are scalars.
void checkParameters(const std::string &name, Node &node) {
  const Array *widest = nullptr;
  std::string which;
  for (const auto &[key, value] : node.fields) {
    const auto *a = std::get_if<Array>(&value);
    if (a && (!widest || a->values.size() > widest->values.size())) {
      widest = a;
      which = key;
    }
  }
  auto trimmed = [](Shape s) {
    s.erase(s.begin(), std::find_if(s.begin(), s.end(), [](int64_t d) { return d != 1; }));
    return s;
  };
  for (const auto &[key, value] : node.fields) {
    const auto *a = std::get_if<Array>(&value);
    if (a && a->values.size() != 1 && trimmed(a->shape) != trimmed(widest->shape))
      refuse(name, "'" + key + "' has shape " + textOf(a->shape) + ", '" + which + "' " +
                       textOf(widest->shape) +
                       "; all parameters must have one shape or be scalars");
  }
}

/// "'w_in' is missing in 'lif1', 'lif2': 1 is taken"
std::string missingText(const std::string &field, const std::vector<std::string> &nodes,
                        const std::string &taken) {
  constexpr size_t kNamed = 8;
  std::string text = "'" + field + "' is missing in ";
  for (size_t i = 0; i < std::min(nodes.size(), kNamed); ++i)
    text += (i ? ", '" : "'") + nodes[i] + "'";
  if (nodes.size() > kNamed)
    text += " and " + std::to_string(nodes.size() - kNamed) + " more";
  return text + ": " + taken;
}

/// Says what is taken for fields that may be absent. v_reset came later than most files, and shapes
/// are inferred anyway; w_in was left out by old exporters only.
void noteDefaults(Graph &graph) {
  const std::map<std::string, std::string> taken = {{"v_reset", "0 is taken"},
                                                    {"w_in", "1 is taken"},
                                                    {"input_shape", "it is inferred"},
                                                    {"input_type", "it is inferred"}};
  std::map<std::string, std::vector<std::string>> missing;
  for (const auto &[name, node] : graph.nodes)
    for (const Field &field : types().at(node.type))
      if (taken.count(field.name) && !node.fields.count(field.name))
        missing[field.name].push_back(name);
  for (const auto &[field, nodes] : missing)
    (field == "w_in" ? graph.repairs : graph.defaults)
        .push_back(missingText(field, nodes, taken.at(field)));
}

} // namespace

void checkFields(Graph &graph) {
  for (auto &[name, node] : graph.nodes) {
    auto type = types().find(node.type);
    if (type == types().end()) {
      std::string known;
      for (const auto &[t, fields] : types())
        known += (known.empty() ? "" : ", ") + t;
      refuse(name, "type '" + node.type.substr(0, 60) + "' is not known; there are " + known +
                       " and NIRGraph");
    }
    std::set<std::string> expected;
    for (const Field &field : type->second) {
      expected.insert(field.name);
      auto it = node.fields.find(field.name);
      if (it != node.fields.end())
        checkField(name, node, field, it->second);
      else if (field.required)
        refuse(name, std::string("'") + field.name + "' is missing; " + node.type + " needs it");
    }
    for (auto it = node.fields.begin(); it != node.fields.end();) {
      if (expected.count(it->first)) {
        ++it;
        continue;
      }
      graph.warnings.push_back("node '" + name + "': '" + it->first + "' is no part of " +
                               node.type + " and is ignored");
      it = node.fields.erase(it);
    }
    if (isNeuronType(node.type))
      checkParameters(name, node);
  }
  noteDefaults(graph);
}

namespace {

struct Ends {
  std::vector<std::string> roots, leaves;
};

Ends endsOf(const Graph &graph) {
  std::set<std::string> fed, read;
  for (const Edge &e : graph.edges) {
    // A loop of a node with itself makes it neither less of a root nor of a leaf.
    if (e.first == e.second)
      continue;
    fed.insert(e.second);
    read.insert(e.first);
  }
  Ends ends;
  for (const auto &[name, node] : graph.nodes) {
    if (!fed.count(name))
      ends.roots.push_back(name);
    if (!read.count(name))
      ends.leaves.push_back(name);
  }
  return ends;
}

void addPort(Graph &graph, const std::vector<std::string> &at, const char *type,
             const std::string &base) {
  for (const std::string &node : at) {
    std::string name = at.size() == 1 ? base : base + "." + node;
    while (graph.nodes.count(name))
      name += "_";
    graph.nodes[name].type = type;
    bool in = base == "input";
    graph.edges.emplace_back(in ? name : node, in ? node : name);
    graph.repairs.push_back(std::string("the network has no ") + type + ": '" + name + "' added " +
                            (in ? "before '" : "behind '") + node + "'");
  }
}

} // namespace

void addPorts(Graph &graph) {
  std::set<std::string> joined;
  for (const Edge &e : graph.edges)
    joined.insert({e.first, e.second});
  bool input = false, output = false, fedOutput = false;
  size_t others = 0;
  for (const auto &[name, node] : graph.nodes) {
    input |= node.type == "Input";
    output |= node.type == "Output";
    fedOutput |= node.type == "Output" && joined.count(name);
    others += node.type != "Input" && node.type != "Output";
  }
  if (graph.nodes.empty())
    throw UserError("the network has no nodes");
  if (graph.edges.empty() && graph.nodes.size() > 1)
    throw UserError("the network has " + std::to_string(graph.nodes.size()) +
                    " nodes but no edges between them; write its 'edges'");
  for (auto it = graph.nodes.begin(); it != graph.nodes.end();) {
    // An Input takes a recording even if nothing reads it; an Output without anything is nothing.
    bool port = it->second.type == "Input" || (it->second.type == "Output" && !fedOutput);
    if (joined.count(it->first) || port || others == 1) {
      ++it;
      continue;
    }
    graph.repairs.push_back("node '" + it->first + "' has no edge: left out");
    it = graph.nodes.erase(it);
  }
  Ends ends = endsOf(graph);
  if (!input) {
    if (ends.roots.empty())
      throw UserError("the network has no Input, and no node without an incoming edge to put one "
                      "before; add an Input node");
    addPort(graph, ends.roots, "Input", "input");
  }
  if (!output) {
    if (ends.leaves.empty())
      throw UserError("the network has no Output, and no node without an outgoing edge to put one "
                      "behind; add an Output node");
    addPort(graph, ends.leaves, "Output", "output");
  }
  std::sort(graph.edges.begin(), graph.edges.end());
  for (const std::string &name : endsOf(graph).roots)
    if (graph.nodes.at(name).type != "Input")
      graph.warnings.push_back("node '" + name + "' has no input");
  for (const std::string &name : endsOf(graph).leaves)
    if (graph.nodes.at(name).type == "Input")
      graph.warnings.push_back("Input '" + name + "' leads nowhere");
}

} // namespace spindle::nir
