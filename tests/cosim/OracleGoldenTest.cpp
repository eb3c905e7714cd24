// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The oracle itself against recordings of the real machine's code: exponentials, neurons, learning
// rules, and a whole network with learning. What is compared with the oracle stands on this.
#include "tests/support/ManyCoreOracle.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

using namespace spindle::oracle;
using spindle::test::requireShared;

namespace {

using Line = std::vector<std::string>;

/// The lines of a table after its header.
std::vector<Line> readTable(const std::filesystem::path &file, char separator) {
  std::ifstream in(file);
  std::vector<Line> lines;
  std::string text;
  std::getline(in, text);
  while (std::getline(in, text)) {
    if (!text.empty() && text.back() == '\r')
      text.pop_back();
    std::stringstream cells(text);
    lines.emplace_back();
    for (std::string cell; std::getline(cells, cell, separator);)
      lines.back().push_back(cell);
  }
  return lines;
}

nlohmann::json readManifest(const std::string &folder) {
  std::ifstream file(requireShared(folder) / "manifest.json");
  return nlohmann::json::parse(file);
}

std::vector<int64_t> numbers(const Line &line) {
  std::vector<int64_t> out;
  for (const std::string &cell : line)
    out.push_back(std::stoll(cell));
  return out;
}

Neuron neuronOf(const nlohmann::json &entry) {
  std::string name = entry.at("model");
  if (name.rfind("IZK", 0) == 0)
    name = name == "IZK_cond_exp" ? "Izhikevich_cond" : "Izhikevich";
  Model model = modelOf(name);
  auto values = defaultsOf(model);
  const std::map<std::string, std::string> others{{"te", "tau_syn_E"},
                                                  {"ti", "tau_syn_I"},
                                                  {"ee", "e_rev_E"},
                                                  {"ei", "e_rev_I"},
                                                  {"v_init", "v"}};
  double dt = entry.at("params").at("dt");
  for (const char *group : {"params", "syn"})
    for (const auto &[key, value] : entry.at(group).items())
      if (key != "dt")
        values[others.count(key) ? others.at(key) : key] = value;
  return Neuron(model, values, dt, entry.at("n_steps_per_tick"), Constants::OnCore);
}

/// What a neuron holds after a tick, in the columns of the recordings.
std::vector<int64_t> columns(const Neuron &neuron, bool spiked, bool izhikevich) {
  const Recorded &r = neuron.recorded();
  std::vector<int64_t> out{r.v, r.exc, r.inh, spiked, neuron.v()};
  if (izhikevich)
    out.insert(out.end(), {neuron.u(), neuron.nextStep()});
  else
    out.push_back(neuron.refractory());
  out.insert(out.end(), {neuron.synapse(0), neuron.synapse(1)});
  return out;
}

Rule ruleOf(const nlohmann::json &entry) {
  Rule rule;
  std::string name = entry.at("rule");
  if (name.rfind("nearest", 0) == 0)
    rule.timing = Timing::NearestPair;
  if (name.rfind("vogels", 0) == 0)
    rule.timing = Timing::Vogels;
  if (name.find("mul") != std::string::npos)
    rule.dependence = Dependence::Multiplicative;
  rule.tauPlus = entry.at("tau_plus"), rule.tauMinus = entry.at("tau_minus");
  rule.aPlus = entry.at("A_plus"), rule.aMinus = entry.at("A_minus");
  rule.wMin = entry.at("w_min"), rule.wMax = entry.at("w_max");
  rule.alpha = entry.at("alpha");
  rule.backprop = entry.at("bp") == 1;
  return rule;
}

/// Rows of plastic synapses at neurons that spike as they are told.
class Rows {
public:
  explicit Rows(const nlohmann::json &entry)
      : learning_(ruleOf(entry), entry.at("dt"), 1), shift_(entry.at("shift")),
        slots_(1u << entry.at("ld").get<unsigned>()),
        histories_(entry.at("nn").get<size_t>(), Learning::emptyHistory()) {
    for (const auto &row : entry.at("rows")) {
      rows_.emplace_back();
      for (const auto &s : row)
        rows_.back().synapses.push_back({s.at(0), s.at(2), s.at(3)});
    }
  }

  void post(size_t neuron, uint32_t t) { learning_.postSpike(histories_[neuron], t); }

  /// The weights after a spike of the row's source.
  std::string pre(size_t index, uint32_t t) {
    Row &row = rows_[index];
    std::string text;
    for (Synapse &s : row.synapses) {
      s.weight =
          learning_.update(s.weight, shift_, t, row.last, s.delay % slots_, histories_[s.target]);
      text += (text.empty() ? "" : " ") + std::to_string(s.weight);
    }
    row.last = learning_.preSpike(row.last, t);
    return text;
  }
  int trace(size_t index) const { return rows_[index].last.trace; }

private:
  struct Synapse {
    size_t target;
    uint32_t delay;
    uint16_t weight;
  };
  struct Row {
    Traced last;
    std::vector<Synapse> synapses;
  };
  Learning learning_;
  unsigned shift_;
  uint32_t slots_;
  std::vector<Learning::History> histories_;
  std::vector<Row> rows_;
};

//===- The content-addressable memory ---------------------------------------------------------===//

/// Networks written down a line per projection.
struct Writer {
  Network network;
  std::map<std::string, uint32_t> index;

  void add(const std::string &name, uint32_t size, double cm = 0, double tau = 0,
           double threshold = -57) {
    index[name] = static_cast<uint32_t>(network.nodes.size());
    Node node{name, cm == 0 ? "" : "IF_curr_exp", size, 1, {}, {}, 0};
    if (cm != 0)
      node.values = {{"v", {-60}},        {"v_rest", {-60}},    {"v_reset", {-60}},
                     {"tau_refrac", {1}}, {"tau_syn_E", {0.3}}, {"tau_syn_I", {0.3}},
                     {"cm", {cm}},        {"tau_m", {tau}},     {"v_thresh", {threshold}}};
    network.nodes.push_back(node);
  }

  /// `join(i, j)`: is there a synapse?
  template <typename F>
  void project(const std::string &from, const std::string &to, double weight, uint32_t delay,
               Receptor receptor, F &&join, int rule = -1) {
    Projection p{index.at(from), index.at(to), receptor, {}, rule, Written::List};
    for (uint32_t i = 0; i < network.nodes[p.source].size; ++i)
      for (uint32_t j = 0; j < network.nodes[p.target].size; ++j)
        if (join(i, j))
          p.synapses.push_back({i, j, weight, delay});
    network.projections.push_back(p);
  }
};

Writer memoryNetwork(uint32_t cue, uint32_t cont) {
  Writer w;
  w.add("IN", cue + cont);
  for (const char *name : {"CueCue", "MergeCue"})
    w.add(name, cue, 0.27, 3);
  for (const char *name : {"ContCue", "ContCont", "MergeCont"})
    w.add(name, cont, 0.27, 3);
  w.add("CueCont", cue, 0.14, 0.5);
  w.add("Cond", cont, 0.14, 0.5);
  w.add("CondInt", 1, 0.14, 0.5);
  w.add("OUT", cue + cont, 0.27, 3, -57.5);
  Rule rule;
  rule.tauPlus = rule.tauMinus = 3;
  rule.aPlus = rule.aMinus = rule.wMax = 6;
  w.network.rules = {rule};
  auto same = [](uint32_t i, uint32_t j) { return i == j; };
  auto other = [](uint32_t i, uint32_t j) { return i != j; };
  auto all = [](uint32_t, uint32_t) { return true; };
  auto up = [=](uint32_t i, uint32_t j) { return i == j + cue; };
  auto down = [=](uint32_t i, uint32_t j) { return i + cue == j; };
  w.project("IN", "CueCue", 6, 1, Excitatory, same);
  w.project("IN", "ContCue", 6, 1, Excitatory, up);
  w.project("CueCue", "CueCont", 6, 2, Excitatory, same);
  w.project("CueCue", "CueCont", 6.0 * cont, 3, Inhibitory, other);
  w.project("CueCue", "Cond", 6, 2, Inhibitory, all);
  w.project("ContCue", "Cond", 9, 1, Excitatory, same);
  w.project("Cond", "ContCont", 6, 1, Excitatory, same);
  w.project("ContCue", "CondInt", 6, 1, Excitatory, all);
  w.project("CondInt", "Cond", 2, 1, Excitatory, all);
  w.project("CueCont", "CueCont", 6.0 * cont, 2, Inhibitory, other);
  w.project("CueCue", "MergeCue", 6, 3, Excitatory, same);
  w.project("CueCont", "MergeCue", 6, 1, Excitatory, same);
  w.project("ContCue", "MergeCont", 6, 3, Excitatory, same);
  w.project("ContCont", "MergeCont", 6, 1, Excitatory, same);
  w.project("MergeCue", "OUT", 6, 1, Excitatory, same);
  w.project("MergeCont", "OUT", 6, 1, Excitatory, down);
  w.project("CueCue", "ContCue", 0, 1, Excitatory, all, 0);
  w.project("ContCont", "CueCont", 0, 1, Excitatory, all, 0);
  return w;
}

std::vector<uint32_t> ids(const Line &line, size_t column) {
  std::vector<uint32_t> list;
  std::stringstream cell(column < line.size() ? line[column] : "");
  for (uint32_t id; cell >> id;)
    list.push_back(id);
  return list;
}

std::vector<uint32_t> spiked(const Oracle &oracle, uint32_t node, uint32_t from, uint32_t to) {
  std::vector<uint32_t> list;
  for (const Emitted &e : oracle.emitted(node))
    if (e.neuron >= from && e.neuron < to)
      list.push_back(e.neuron - from);
  return list;
}

} // namespace

TEST_CASE("the oracle's exponentials are those of the machine") {
  size_t points = 0;
  for (const Line &line : readTable(requireShared("spinnaker/math") / "exp.csv", ',')) {
    std::vector<int64_t> n = numbers(line);
    REQUIRE(expk(static_cast<Accum>(n[0])) == n[1]);
    REQUIRE(expulr(static_cast<Accum>(n[0])) == n[2]);
    ++points;
  }
  CHECK(points > 1000);
}

TEST_CASE("the oracle's neurons are those of the machine, value for value") {
  size_t traces = 0;
  for (const auto &entry : readManifest("spinnaker/neurons")) {
    INFO(entry.at("name"));
    Neuron neuron = neuronOf(entry);
    bool izhikevich = entry.at("model").get<std::string>().rfind("IZK", 0) == 0;
    auto file = requireShared("spinnaker/neurons") / entry.at("file").get<std::string>();
    for (const Line &line : readTable(file, ',')) {
      std::vector<int64_t> n = numbers(line);
      auto at = [&](size_t i) { return static_cast<Accum>(n[i]); };
      bool spike = neuron.tick(at(4), at(5), at(3));
      REQUIRE(columns(neuron, spike, izhikevich) == std::vector<int64_t>(n.begin() + 6, n.end()));
    }
    ++traces;
  }
  CHECK(traces >= 13);
}

TEST_CASE("the oracle's learning rules are those of the machine, weight for weight") {
  size_t traces = 0;
  for (const auto &entry : readManifest("spinnaker/stdp")) {
    std::string name = entry.at("name");
    INFO(name);
    Rows rows(entry);
    for (const Line &line : readTable(requireShared("spinnaker/stdp") / (name + ".csv"), ',')) {
      if (line[1] == "transfer")
        continue;
      auto t = static_cast<uint32_t>(std::stoul(line[0]));
      size_t id = std::stoul(line[2]);
      if (line[1] == "post") {
        rows.post(id, t);
        continue;
      }
      REQUIRE(rows.pre(id, t) == line[5]);
      CHECK(rows.trace(id) == std::stoi(line[4]));
    }
    ++traces;
  }
  CHECK(traces >= 6);
}

TEST_CASE("the oracle learns and recalls as the recorded memory did, spike for spike") {
  size_t recorded = 0;
  for (const auto &entry : readManifest("cam")) {
    uint32_t cue = entry.at("cue_size"), cont = entry.at("content_size");
    Writer w = memoryNetwork(cue, cont);
    Oracle oracle(w.network);
    const std::vector<std::string> order{"",          "IN",      "IN",      "CueCue",   "ContCue",
                                         "Cond",      "CondInt", "CueCont", "ContCont", "MergeCue",
                                         "MergeCont", "OUT",     "OUT"};
    auto file = requireShared("cam") / entry.at("file").get<std::string>();
    for (const Line &line : readTable(file, ';')) {
      INFO(entry.at("file") << " tick " << line[0]);
      std::vector<Emitted> in;
      for (uint32_t id : ids(line, 1))
        in.push_back({id, 1});
      for (uint32_t id : ids(line, 2))
        in.push_back({cue + id, 1});
      oracle.tick({{w.index["IN"], in}});
      for (size_t c = 1; c < order.size(); ++c) {
        bool shared = order[c] == "IN" || order[c] == "OUT", second = c == 2 || c == 12;
        uint32_t from = shared && second ? cue : 0, to = shared && !second ? cue : cue + cont;
        INFO("column " << c << " (" << order[c] << ")");
        REQUIRE(spiked(oracle, w.index[order[c]], from, to) == ids(line, c));
        recorded += ids(line, c).size();
      }
    }
  }
  CHECK(recorded > 100);
}
