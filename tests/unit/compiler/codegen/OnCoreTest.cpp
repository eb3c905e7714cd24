// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants of the library's models as the machine's cores compute them, as its older host did, and
// as reals; and what is said about them.
#include "compiler/codegen/Derive.h"

#include "compiler/models/Library.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/Parsed.h"

#include <cmath>
#include <map>

using namespace spindle;
using namespace spindle::codegen;
using spindle::test::Parsed;

namespace {

using Raw = std::map<std::string, uint32_t>;

/// The words of a population of one neuron: parameters, derived terms and initial states.
struct Words {
  explicit Words(const std::string &name, const std::string &parameters,
                 Constants constants = Constants::OnCore, const std::string &dt = "1.0e-3",
                 const std::string &more = "") {
    mlir::MLIRContext context;
    context.getDiagEngine().registerHandler([this](mlir::Diagnostic &diag) {
      said += diag.str() + "\n";
      return mlir::success();
    });
    context.loadDialect<mlir::func::FuncDialect, snn::SnnDialect>();
    std::string text = "snn.network @net attributes {dt = " + dt +
                       " : f64} {\n %n = snn.population \"n\" of @" + name + " {" + parameters +
                       "} " + more + " : !snn.pop<1>\n}";
    auto module = mlir::parseSourceString<mlir::ModuleOp>(
        text, mlir::ParserConfig(&context, /*verifyAfterParse=*/false));
    REQUIRE(module);
    REQUIRE(mlir::succeeded(models::link(*module)));
    auto network = *module->getOps<snn::NetworkOp>().begin();
    auto pop = *network.getOps<snn::PopulationOp>().begin();
    auto model = *network.getOps<snn::ModelOp>().begin();
    mlir::OwningOpRef<mlir::ModuleOp> scratch = mlir::ModuleOp::create(pop.getLoc());
    auto info = buildScalarStep(model, {Number::S1615}, *scratch);
    REQUIRE(mlir::succeeded(info));
    auto values = columns(pop, model, *info, constants);
    failed = mlir::failed(values);
    if (failed)
      return;
    auto add = [&](const std::vector<StepTerm> &terms, const std::vector<Column> &list) {
      for (size_t k = 0; k < terms.size(); ++k)
        raw[terms[k].name] = toWords(pop, terms[k], list[k])->front();
    };
    add(info->param, values->param);
    add(info->state, values->state);
  }
  Raw raw;
  bool failed = false;
  std::string said;
};

std::string f64(const std::string &name, double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%s = %.17e : f64", name.c_str(), value);
  return text;
}

} // namespace

TEST_CASE("constants of a leaky neuron with exponential synapses on the core") {
  Words w("IF_curr_exp",
          f64("cm", 0.2) + ", " + f64("tau_refrac", 5.0) + ", " + f64("tau_syn_I", 10.0));
  CHECK(w.raw["r"] == 3276600); // 20 / 0.2 with 0.2 = 6554 units
  CHECK(w.raw["keep"] == 31170);
  CHECK(w.raw["t_ref"] == 5);
  CHECK(w.raw["decay_E"] == 3516490311);
  CHECK(w.raw["init_E"] == 3892384920);
  CHECK(w.raw["decay_I"] == 3886339153);
  CHECK(w.raw["init_I"] == 4086281420);
  CHECK(w.said.empty());
}

TEST_CASE("older releases' host: float64, cut towards 0") {
  for (double tau : {5.0, 0.5, 3.3}) {
    Words w("IF_curr_exp", f64("tau_syn_E", tau), Constants::HostTruncated);
    CHECK(w.raw["keep"] == std::floor(std::exp(-1.0 / 20.0) * 0x1p15));
    CHECK(w.raw["decay_E"] == std::floor(std::exp(-1.0 / tau) * 0x1p32));
    CHECK(w.raw["init_E"] == std::floor(tau * (1.0 - std::exp(-1.0 / tau)) * 0x1p32));
    CHECK(w.raw["t_ref"] == 1);
  }
}

TEST_CASE("sub-steps divide dt, rounding down") {
  Words w("IF_curr_exp", f64("tau_syn_E", 2.0), Constants::OnCore, "1.0e-3", "substeps 2");
  CHECK(w.raw["keep"] == 31959);
  CHECK(w.raw["decay_E"] == 3344919770);
  CHECK(w.raw["init_E"] == 3800190100);
  Words third("Izhikevich", "", Constants::OnCore, "1.0e-3", "substeps 3");
  CHECK(third.raw["h"] == 32768 / 3);
}

TEST_CASE("a state that derive sets starts there unless the population says otherwise") {
  CHECK(Words("Izhikevich", "", Constants::OnCore, "1.0e-4").raw["h"] == 3277);
  Words given("Izhikevich", "", Constants::OnCore, "1.0e-4",
              "initial {" + f64("h", 1.0) + ", " + f64("v", -60.0) + "}");
  CHECK(given.raw["h"] == 32768);
  CHECK(int32_t(given.raw["v"]) == -60 * 32768);
}

TEST_CASE("fractions of 1 and more lose their whole part, with a warning") {
  Words silent("IF_curr_alpha", "");
  CHECK(silent.raw["k_E"] == 0);
  CHECK(silent.said.find("node 'n': 'k_E' is 4.000000") != std::string::npos);
  Words weak("IF_curr_alpha", f64("tau_syn_E", 0.8) + ", " + f64("tau_syn_I", 5.0));
  CHECK(weak.raw["k_E"] > 0);
  CHECK(weak.raw["k_E"] < 32768);
  CHECK(weak.raw["k_I"] == 1310);
  CHECK(weak.said.find("'k_I'") == std::string::npos);
  CHECK(Words("IF_curr_alpha", "", Constants::HostTruncated).said.empty());
}

TEST_CASE("an exponential of 0 is a fraction of 0, with a warning") {
  Words w("IF_curr_exp", f64("tau_syn_E", 40000.0));
  CHECK(w.raw["decay_E"] == 0);
  CHECK(w.said.find("'decay_E' is e^0 = 1") != std::string::npos);
}

TEST_CASE("what the machine's division cannot do is refused") {
  for (double tau : {0.0, -1.0, 1e-6}) {
    Words w("IF_curr_exp", f64("tau_m", tau));
    CHECK(w.failed);
    CHECK(w.said.find("divides by 0 or a negative number") != std::string::npos);
  }
}
