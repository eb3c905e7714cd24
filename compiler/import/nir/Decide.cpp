// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The choice of dt, profile and unit, with its reason: a NIR file states none of them.
#include "compiler/import/nir/Models.h"
#include "compiler/import/nir/Nir.h"
#include "runtime/image/Errors.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string_view>

namespace spindle::nir {
namespace {

const Array *array(const Node &node, const std::string &name) {
  auto it = node.fields.find(name);
  return it == node.fields.end() ? nullptr : std::get_if<Array>(&it->second);
}

std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", v);
  return text;
}

/// Calls f(key, value) for the metadata of the graph and of every node.
template <typename F> void eachMetadata(const Graph &graph, F f) {
  for (const auto &[key, value] : graph.metadata)
    f(std::string("the graph"), key, value);
  for (const auto &[name, node] : graph.nodes)
    for (const auto &[key, value] : node.metadata)
      f("node '" + name + "'", key, value);
}

/// One neuron's time constant and gain as an exporter may have folded dt into them.
struct Folded {
  double tau, r;
  bool synapse; ///< tau_syn and w_in, else tau_mem and r
};

std::vector<Folded> foldedPairs(const Graph &graph) {
  std::vector<Folded> out;
  for (const auto &[name, node] : graph.nodes)
    for (auto [tau, gain] : {std::pair("tau", "r"), {"tau_mem", "r"}, {"tau_syn", "w_in"}}) {
      bool synapse = std::string_view(gain) == "w_in";
      const Array *t = array(node, tau), *g = array(node, gain);
      if (!t || !g || t->values.empty() || g->values.empty())
        continue;
      size_t n = std::max(t->values.size(), g->values.size());
      for (size_t i = 0; i < n; ++i)
        out.push_back({t->values[t->values.size() == 1 ? 0 : i],
                       g->values[g->values.size() == 1 ? 0 : i], synapse});
    }
  return out;
}

constexpr double kTolerance = 1e-4; // float32 arithmetic of the exporters

/// The number that a rounding to float32 stands for: the one with few digits, if there is one.
double meant(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5e", value);
  double rounded = std::strtod(text, nullptr);
  return std::abs(rounded - value) <= 2e-7 * value ? rounded : value;
}

bool allEqual(const std::vector<double> &values) {
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  return !values.empty() && *high - *low <= kTolerance * std::abs(*high);
}

/// The dt for which r = tau exp(-dt / tau) / dt (Rockpool), by Newton's method from dt = tau / (1 +
/// r).
double rockpoolDt(Folded f) {
  double dt = f.tau / (1.0 + f.r);
  for (int k = 0; k < 50; ++k) {
    double e = f.tau * std::exp(-dt / f.tau);
    dt -= (e - f.r * dt) / (-e / f.tau - f.r);
  }
  return dt;
}

/// Relative distance from the nearest number with at most two significant digits.
double roughness(double v) {
  double unit = std::pow(10.0, std::floor(std::log10(v)) - 1);
  return std::abs(v / unit - std::round(v / unit)) * unit / v;
}

std::optional<double> dtFromGains(const Graph &graph, std::string &reason) {
  std::vector<Folded> pairs = foldedPairs(graph);
  if (pairs.empty()) {
    reason = "no time constant and gain to take it from";
    return std::nullopt;
  }
  std::vector<double> plain, rockpool;
  for (const Folded &f : pairs) {
    // A synapse that forgets in one step has tau_syn = dt and the gain 1; a gain r of 1 is what
    // exporters write that do not fold dt.
    if (!(f.synapse ? f.r > 0.0 : f.r > 1.0) || !(f.tau > 0.0)) {
      reason = "a gain of " + number(f.r) + " does not hold dt (it would have to be tau/dt > 1)";
      return std::nullopt;
    }
    plain.push_back(f.tau / f.r);
    rockpool.push_back(rockpoolDt(f));
  }
  bool plainFits = allEqual(plain), rockpoolFits = allEqual(rockpool);
  if (rockpoolFits && (!plainFits || roughness(rockpool[0]) < roughness(plain[0]))) {
    reason = "the gains fit tau exp(-dt/tau)/dt with dt = " + number(rockpool[0]) +
             " better than tau/dt; that is another discretisation";
    return std::nullopt;
  }
  if (!plainFits) {
    reason = "tau/r is not the same for all neurons";
    return std::nullopt;
  }
  reason = "tau/r of every neuron";
  return meant(plain[0]);
}

/// The dt that metadata state: one positive number, or one for each neuron, or a number as text.
std::optional<double> statedDt(const Value &value) {
  double dt = NAN;
  if (const auto *text = std::get_if<std::string>(&value)) {
    char *end = nullptr;
    dt = std::strtod(text->c_str(), &end);
    if (text->empty() || *end != 0)
      return std::nullopt;
  } else if (const Array &a = std::get<Array>(value); !a.values.empty() && allEqual(a.values)) {
    dt = a.single ? meant(a.values[0]) : a.values[0];
  }
  return dt > 0.0 && std::isfinite(dt) ? std::optional(dt) : std::nullopt;
}

void decideDt(const Graph &graph, const ImportOptions &options, ImportReport &report) {
  if (options.dt) {
    if (!(*options.dt > 0.0) || !std::isfinite(*options.dt))
      throw UserError("--dt must be a positive number of seconds");
    report.dt = options.dt;
    report.dtReason = "given";
    return;
  }
  std::optional<double> found;
  bool conflict = false;
  eachMetadata(graph, [&](const std::string &where, const std::string &key, const Value &value) {
    if (key != "dt")
      return;
    std::optional<double> stated = statedDt(value);
    if (!stated) {
      report.warnings.push_back("the metadata 'dt' of " + where +
                                " is not one positive number: ignored");
      return;
    }
    conflict |= found && !allEqual({*found, *stated});
    if (!found)
      report.dtReason = "metadata of " + where;
    found = stated;
  });
  if (conflict)
    report.dtReason = "the metadata of the nodes name different ones";
  else if (found)
    report.dt = found;
  else
    report.dt = dtFromGains(graph, report.dtReason);
}

/// Metadata are free keys: a profile that is none of ours is no reason to refuse the file.
void statedProfile(const Graph &graph, ImportReport &report) {
  const auto &names = profileNames();
  std::set<std::string> found;
  eachMetadata(graph, [&](const std::string &where, const std::string &key, const Value &value) {
    const std::string *text = std::get_if<std::string>(&value);
    if (key != "profile")
      return;
    if (!text || std::find(names.begin(), names.end(), *text) == names.end()) {
      report.warnings.push_back("the metadata 'profile' of " + where +
                                (text ? " is '" + *text + "', " : " is ") + "none of " +
                                llvm::join(names, ", ") + ": ignored");
      return;
    }
    if (found.empty())
      report.profileReason = "metadata of " + where;
    found.insert(*text);
  });
  if (found.size() == 1)
    report.profile = *found.begin();
  else if (found.size() > 1)
    report.warnings.push_back("the metadata of the nodes name different profiles (" +
                              llvm::join(found, ", ") + "): ignored (--profile decides)");
}

void decideProfile(const Graph &graph, const ImportOptions &options, ImportReport &report) {
  const auto &names = profileNames();
  report.profile = options.profile;
  report.profileReason = "given";
  if (report.profile.empty())
    statedProfile(graph, report);
  if (report.profile.empty()) {
    report.profile = names.front();
    report.profileReason = "the default: the file does not say how it is to be discretised";
  }
  if (std::find(names.begin(), names.end(), report.profile) == names.end())
    throw UserError("unknown profile '" + report.profile + "'; there are " +
                    llvm::join(names, ", "));
}

void decideUnit(const Graph &graph, ImportReport &report) {
  double shortest = INFINITY, longest = 0;
  for (const auto &[name, node] : graph.nodes)
    for (const char *field : {"tau", "tau_mem", "tau_syn"})
      if (const Array *a = array(node, field))
        for (double v : a->values) {
          shortest = std::min(shortest, v);
          longest = std::max(longest, v);
        }
  if (longest == 0)
    report.unitReason = "no time constants";
  else if (longest > 1.0)
    report.unitReason = "time constants up to " + number(longest) +
                        " look like time steps, not seconds: with --dt=1 they are";
  else
    report.unitReason = "time constants of " + number(shortest) + " to " + number(longest) +
                        " are taken as seconds";
  if (longest > 1.0)
    report.warnings.push_back(report.unitReason);
  if (report.dt && shortest < *report.dt)
    report.warnings.push_back("a time constant of " + number(shortest) +
                              " is shorter than dt = " + number(*report.dt));
}

} // namespace

ImportReport decide(const Graph &graph, const ImportOptions &options) {
  ImportReport report;
  report.repairs = graph.repairs;
  report.warnings = graph.warnings;
  report.defaults = graph.defaults;
  for (const auto &[name, node] : graph.nodes)
    report.needsDt |= nir::needsDt(node.type) || node.type == "Delay";
  decideDt(graph, options, report);
  decideProfile(graph, options, report);
  decideUnit(graph, report);
  return report;
}

} // namespace spindle::nir
