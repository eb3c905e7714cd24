// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The library's learning rules, compiled to fixed point and run over rows in the machine's format,
// against traces of the machine's own C code: every trace that the manifest lists, every row and
// every ring slot after each event.
#include "compiler/codegen/Rules.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "sim/number/Fixed.h"
#include "sim/number/Trace.h"
#include "sim/spinn/Plasticity.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/Parsed.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace n = spindle::number;
using namespace spindle;
using codegen::RulePart;
using nlohmann::json;
using test::Parsed;

namespace {

/// All rules of the library.
std::string libraryText() {
  std::string rules;
  for (const auto &entry : std::filesystem::directory_iterator(SPINDLE_RULES_DIR)) {
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    std::string all = text.str();
    size_t open = all.find('{'), close = all.rfind('}');
    rules += all.substr(open + 1, close - open - 1);
  }
  return rules;
}

/// A number as MLIR reads it.
std::string real(double value) {
  std::ostringstream text;
  text.precision(17);
  text << std::scientific << value;
  return text.str();
}

/// The library rule and parameters of a trace of the manifest.
std::string learnClause(const json &trace) {
  std::string rule = trace.at("rule");
  bool vogels = rule.find("vogels") == 0;
  std::string timing = vogels                      ? "Vogels2011Rule"
                       : rule.find("nearest") == 0 ? "SpikeNearestPairRule"
                                                   : "SpikePairRule";
  bool additive = rule.find("_add") != std::string::npos;
  std::map<std::string, std::string> names;
  if (vogels)
    names = {{"tau", "tau_plus"}, {"alpha", "alpha"}, {"A_plus", "A_plus"}, {"w_max", "w_max"}};
  else
    for (const char *name : {"tau_plus", "tau_minus", "A_plus", "A_minus", "w_min", "w_max"})
      names[name] = name;
  std::string with;
  for (auto &[name, key] : names)
    with += (with.empty() ? "" : ", ") + name + " = " + real(trace.at(key)) + " : f64";
  return "learn @" + timing + (additive ? "_Additive" : "_Multiplicative") +
         "WeightDependence with {" + with + "}";
}

/// Kernels and numbers of one trace.
struct Built {
  explicit Built(const json &trace)
      : parsed(libraryText() + R"(
          %a = snn.source "a" : !snn.pop<2>
          %b = snn.relay "b" : !snn.pop<2>
          snn.project %a to %b as #snn.one_to_one forward delay 1 )" +
                   learnClause(trace) + " : !snn.pop<2> to !snn.pop<2>",
               "attributes {dt = " + real(trace.at("dt").get<double>() / 1000) + " : f64}"),
        models(parsed.network()), project(*parsed.network().getOps<snn::ProjectOp>().begin()) {
    auto compiled =
        codegen::emitCpuKernels(models.models(), {codegen::Number::S1615, codegen::Overflow::Wrap});
    if (mlir::failed(compiled))
      throw std::runtime_error(parsed.said);
    kernels = std::move(*compiled);
    library = KernelLibrary::load(kernels.bitcode);
    auto rule = std::make_shared<spinn::PlasticRule>();
    rule->backprop = trace.at("bp").get<int>() != 0;
    rule->pre = tracesOf(true);
    rule->post = tracesOf(false);
    rule->onPre = part(RulePart::OnPre);
    rule->onPost = part(RulePart::OnPost);
    rule->preTrace = part(RulePart::PreTrace);
    rule->postTrace = part(RulePart::PostTrace);
    rule->shift.assign(2, trace.at("shift").get<uint8_t>());
    this->rule = std::move(rule);
  }

  std::vector<spinn::PlasticTrace> tracesOf(bool pre) {
    auto traces = models.traces(project, pre);
    if (mlir::failed(traces))
      throw std::runtime_error(parsed.said);
    std::vector<spinn::PlasticTrace> list;
    for (const codegen::RuleTrace &t : *traces) {
      auto table = n::traceTable(t.tauText, t.stepText).value();
      tables.push_back(table);
      list.push_back({static_cast<int16_t>(t.initial * n::kTraceOne),
                      t.stored,
                      true,
                      {table.begin(), table.end()}});
    }
    return list;
  }

  spinn::PlasticPart part(RulePart which) {
    snn::ModelOp model = models.model(codegen::ruleOf(project), which);
    if (!model)
      return {};
    for (const codegen::CpuKernel &kernel : kernels.kernels) {
      if (kernel.model != model.getSymName())
        continue;
      auto columns = models.columns(project, which, kernel.info, 0, true);
      if (mlir::failed(columns))
        throw std::runtime_error(parsed.said);
      spinn::PlasticPart result{library->find(kernel.symbol), {}};
      for (const codegen::Column &column : *columns)
        result.param.emplace_back(spinn::kPlasticWidth, n::toS1615(column.front()).value());
      return result;
    }
    throw std::runtime_error("no kernel");
  }

  Parsed parsed;
  codegen::RuleModels models;
  snn::ProjectOp project;
  codegen::CpuKernels kernels;
  std::shared_ptr<KernelLibrary> library;
  std::vector<std::vector<uint16_t>> tables;
  std::shared_ptr<const spinn::PlasticRule> rule;
};

/// The words of a row: {P, data, fixed, controls, control half-words}.
std::vector<uint32_t> rowWords(const json &row, const spinn::PlasticRule &rule, unsigned typeBits,
                               unsigned indexBits, unsigned delayBits) {
  uint32_t header = spinn::plasticHeader(rule);
  auto count = static_cast<uint32_t>(row.size());
  std::vector<uint32_t> words(1 + header + (count + 1) / 2 + 2 + (count + 1) / 2);
  uint32_t plastic = words[0] = header + (count + 1) / 2;
  words[plastic + 2] = count;
  for (uint32_t k = 0; k < count; ++k) {
    uint32_t delay = row[k][2].get<uint32_t>() & ((1u << delayBits) - 1);
    uint32_t control = delay << (typeBits + indexBits) | row[k][1].get<uint32_t>() << indexBits |
                       row[k][0].get<uint32_t>();
    words[1 + header + k / 2] |= row[k][3].get<uint32_t>() << (k % 2 * 16);
    words[plastic + 3 + k / 2] |= control << (k % 2 * 16);
  }
  return words;
}

std::string joined(const std::vector<uint32_t> &values) {
  std::string text;
  for (uint32_t v : values)
    text += (text.empty() ? "" : " ") + std::to_string(v);
  return text;
}

/// The trace replayed, written as the lines of its file.
class Replay {
public:
  Replay(const json &trace, const Built &built)
      : trace(trace), rule(built.rule), delayBits(trace.at("ld")),
        typeBits(trace.at("log_n_synapse_types")), indexBits(trace.at("log_n_neurons")),
        neurons(trace.at("nn")),
        ring(size_t(1) << delayBits, std::vector<uint32_t>(size_t(neurons) << typeBits)) {
    machine.addRule(built.rule, 0, neurons);
    spinn::PlasticLayout layout{delayBits, typeBits, indexBits, neurons, 2};
    for (const json &row : trace.at("rows"))
      machine.addRow(0, spinn::readPlasticRow(rowWords(row, *rule, typeBits, indexBits, delayBits),
                                              spinn::plasticHeader(*rule), layout, "row"));
  }

  std::vector<std::string> run() {
    auto events = trace.at("events");
    size_t next = 0;
    for (uint32_t t = 0; t < trace.at("nt").get<uint32_t>(); ++t) {
      transfer(t);
      for (; next < events.size() && events[next][0] == t; ++next)
        apply(t, events[next][1].get<int>() == 1, events[next][2]);
    }
    return lines;
  }

private:
  void transfer(uint32_t t) {
    auto &slot = ring[t % ring.size()];
    std::vector<uint32_t> exc(slot.begin(), slot.begin() + neurons),
        inh(slot.begin() + neurons, slot.begin() + 2 * neurons);
    bool any = std::any_of(slot.begin(), slot.end(), [](uint32_t v) { return v != 0; });
    if (any)
      lines.push_back(std::to_string(t) + ",transfer,,,,," + joined(exc) + "," + joined(inh));
    std::fill(slot.begin(), slot.end(), 0);
  }

  void apply(uint32_t t, bool pre, uint32_t id) {
    std::string line = std::to_string(t) + (pre ? ",pre," : ",post,") + std::to_string(id) + ",";
    if (!pre) {
      machine.onPost(0, id, 1, t);
      lines.push_back(line + ",,,,");
      return;
    }
    machine.onPre(id, 1, t, [&](uint32_t neuron, uint32_t type, uint32_t delay, uint32_t weight) {
      uint32_t &slot = ring[(t + delay) % ring.size()][type * neurons + neuron];
      slot = std::min(slot + weight, 0xffffu);
    });
    std::vector<uint32_t> weights;
    for (const spinn::PlasticSynapse &s : machine.learnt(id))
      weights.push_back(s.weight);
    auto header = machine.data(id);
    bool stored = spinn::plasticHeader(*rule) > 1;
    lines.push_back(line + std::to_string(header[0]) + "," +
                    std::to_string(stored ? static_cast<int16_t>(header[1]) : 0) + "," +
                    joined(weights) + ",,");
  }

  const json &trace;
  std::shared_ptr<const spinn::PlasticRule> rule;
  unsigned delayBits, typeBits, indexBits;
  uint32_t neurons;
  spinn::Plasticity machine;
  std::vector<std::vector<uint32_t>> ring;
  std::vector<std::string> lines;
};

} // namespace

TEST_CASE("learning rules reproduce every golden trace") {
  auto folder = test::requireShared("spinnaker/stdp");
  std::ifstream manifest(folder / "manifest.json");
  REQUIRE(manifest);
  json traces = json::parse(manifest);
  REQUIRE(!traces.empty());
  for (const json &trace : traces) {
    std::string name = trace.at("name");
    INFO(name);
    Built built(trace);
    std::ifstream file(folder / (name + ".csv"));
    std::string line;
    REQUIRE(std::getline(file, line));
    std::vector<std::string> expected;
    while (std::getline(file, line))
      expected.push_back(line);
    REQUIRE(!expected.empty());
    std::vector<std::string> found = Replay(trace, built).run();
    size_t differing = found.size() != expected.size();
    for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
      if (found[i] != expected[i] && ++differing < 5)
        UNSCOPED_INFO("line " << i + 2 << ": " << found[i] << " instead of " << expected[i]);
    CHECK(differing == 0);
  }
}

TEST_CASE("the tables of traces are those of the golden traces' regions") {
  auto folder = test::requireShared("spinnaker/stdp");
  std::ifstream manifest(folder / "manifest.json");
  for (const json &trace : json::parse(manifest)) {
    INFO(trace.at("name").get<std::string>());
    Built built(trace);
    auto words = trace.at("region_words");
    bool vogels = trace.at("rule").get<std::string>().find("vogels") == 0;
    size_t at = vogels ? 2 : 1, tables = vogels ? 1 : 2;
    for (size_t i = 0; i < tables; ++i) {
      const std::vector<uint16_t> &table = built.tables[i];
      REQUIRE(words[at] == table.size()); // the shift, above, is 0
      for (size_t k = 0; k < table.size(); k += 2)
        REQUIRE(words[at + 1 + k / 2].get<uint32_t>() ==
                (uint32_t(table[k]) | uint32_t(table[k + 1]) << 16));
      at += 1 + table.size() / 2;
    }
  }
}
