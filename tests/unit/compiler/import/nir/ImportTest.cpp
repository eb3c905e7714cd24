// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a graph to an snn network: what stands in the IR, and the choice of dt and profile.
#include "compiler/import/nir/Models.h"
#include "compiler/import/nir/Nir.h"
#include "dialects/snn/Snn.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/import/nir/Graphs.h"

#include <cmath>

using namespace spindle;
using namespace spindle::nir;
using namespace spindle::nir::test;
using Catch::Matchers::Contains;

namespace {

std::string ir(const Graph &graph, const std::string &profile = "", double dt = 1e-4) {
  mlir::MLIRContext context;
  ImportOptions options;
  options.dt = dt;
  options.profile = profile;
  ImportReport report;
  auto module = importNir(graph, "net.nir", options, &context, report);
  REQUIRE(module);
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream);
  for (size_t at; (at = text.find("  forward")) != std::string::npos;)
    text.erase(at, 1);
  return text;
}

size_t count(const std::string &text, const std::string &what) {
  size_t n = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++n;
  return n;
}

Node affine(int64_t out, int64_t in) {
  Node node = linear(out, in);
  node.type = "Affine";
  node.fields["bias"] = filled({out}, 0.125);
  return node;
}

Graph recurrent() {
  Graph g = chain();
  g.nodes["rec"] = affine(2, 2);
  g.edges.emplace_back("lif", "rec");
  g.edges.emplace_back("rec", "lif");
  return g;
}

} // namespace

TEST_CASE("every neuron type in every profile gives a model that verifies") {
  for (const std::string &profile : profileNames())
    for (const std::string &type : neuronTypes()) {
      Graph g;
      g.nodes["input"] = port("Input", {2});
      Node node;
      node.type = type;
      for (const char *field :
           {"tau", "tau_syn", "tau_mem", "r", "v_leak", "w_in", "v_threshold", "threshold"})
        node.fields[field] = filled({2}, 0.5);
      g.nodes["n"] = node;
      g.edges = {{"input", "n"}};
      INFO(type << " " << profile);
      std::string text = ir(g, profile);
      CHECK(count(text, "snn.population \"n\" of @" + type) == 1);
    }
}

TEST_CASE("a recurrent edge takes one step; its bias is there from the first one") {
  std::string text = ir(recurrent());
  CHECK(count(text, "forward delay 1") == 1);
  CHECK(count(text, "via @rec as #snn.dense forward delay 1") == 1);
  CHECK(count(text, "from 0") == 1);
  text = ir(recurrent(), "euler-value-norec0");
  CHECK(count(text, "from 1") == 1);
}

TEST_CASE("the order of a file's edges changes nothing") {
  Graph g = recurrent();
  std::string text = ir(g);
  std::reverse(g.edges.begin(), g.edges.end());
  CHECK(ir(g) == text);
}

TEST_CASE("a chain of maps has relays, several edges are summed") {
  Graph g = chain();
  g.nodes["mid"] = linear(2, 2);
  g.nodes["input2"] = port("Input", {3});
  g.edges = {{"fc", "mid"}, {"input", "fc"}, {"input2", "fc"}, {"lif", "output"}, {"mid", "lif"}};
  std::string text = ir(g);
  CHECK(count(text, "snn.relay \"fc\"") == 1);
  CHECK(count(text, "via @fc ") == 2);
  CHECK(count(text, "via @mid ") == 1);
}

TEST_CASE("a map before the output is a relay") {
  Graph g = chain();
  g.nodes["last"] = linear(4, 2);
  g.nodes["output"] = port("Output", {4});
  g.edges = {{"fc", "lif"}, {"input", "fc"}, {"last", "output"}, {"lif", "last"}};
  CHECK(count(ir(g), "snn.relay \"last\"") == 1);
}

TEST_CASE("delays in steps, per channel") {
  Graph g = chain();
  Node wait;
  wait.type = "Delay";
  wait.fields["delay"] = reals({3}, {2e-4, 5e-4, 2e-4});
  g.nodes["wait"] = wait;
  g.edges = {{"fc", "lif"}, {"input", "wait"}, {"lif", "output"}, {"wait", "fc"}};
  std::string text = ir(g);
  CHECK_THAT(text, Contains("delay 2 plus [0, 3, 0]"));
}

TEST_CASE("a node may have the name of a model") {
  Graph g = chain();
  g.nodes["LIF"] = g.nodes["fc"];
  g.nodes.erase("fc");
  g.edges = {{"LIF", "lif"}, {"input", "LIF"}, {"lif", "output"}};
  CHECK(count(ir(g), "snn.weights") == 1);
}

TEST_CASE("equal parameters are scalars, others tensors") {
  Graph g = chain();
  std::get<Array>(g.nodes["lif"].fields["v_threshold"]).values = {1, 2};
  std::string text = ir(g);
  CHECK_THAT(text, Contains("v_threshold = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf64>"));
  CHECK_THAT(text, Contains("v_leak = 0.000000e+00 : f64"));
}

TEST_CASE("the choice of dt") {
  Graph g = chain();
  ImportOptions none;
  SECTION("from the gains") {
    ImportReport r = decide(g, none);
    CHECK(r.needsDt);
    REQUIRE(r.dt);
    CHECK(*r.dt == 1e-4);
    CHECK(!r.dtReason.empty());
  }
  SECTION("given beats metadata beats gains") {
    g.nodes["lif"].metadata["dt"] = reals({}, {2e-3});
    CHECK(*decide(g, none).dt == 2e-3);
    none.dt = 5e-3;
    CHECK(*decide(g, none).dt == 5e-3);
  }
  SECTION("metadata in whatever form") {
    g.metadata["dt"] = std::string("2e-3");
    CHECK(*decide(g, none).dt == 2e-3);
    g.metadata["dt"] = filled({2}, static_cast<float>(1e-3)); // float32, one for each neuron
    CHECK(*decide(g, none).dt == 1e-3);
    g.nodes["lif"].metadata["dt"] = reals({}, {1e-3});
    CHECK(*decide(g, none).dt == 1e-3);
    g.nodes["lif"].metadata["dt"] = reals({}, {2e-3});
    CHECK(!decide(g, none).dt);
  }
  SECTION("metadata that are no step") {
    for (const Value &value : {Value(reals({}, {-1})), Value(reals({}, {NAN})),
                               Value(std::string("soon")), Value(reals({2}, {1, 2}))}) {
      g.metadata["dt"] = value;
      ImportReport r = decide(g, none);
      CHECK(r.dt == 1e-4);
      REQUIRE(r.warnings.size() == 1);
      CHECK_THAT(r.warnings[0], Contains("'dt' of the graph"));
    }
  }
  SECTION("a synapse that forgets at once") { // tau_syn = dt, w_in = 1
    Node &node = g.nodes["lif"];
    node.type = "CubaLIF";
    node.fields["tau_mem"] = node.fields["tau"];
    node.fields["tau_syn"] = filled({2}, 1e-4);
    node.fields["w_in"] = filled({2}, 1);
    CHECK(decide(g, none).dt == 1e-4);
  }
  SECTION("a step without few digits is not rounded") {
    g.nodes["lif"].fields["r"] = filled({2}, 2e-3 * 44100);
    CHECK(*decide(g, none).dt == Approx(1.0 / 44100).epsilon(1e-12));
  }
  SECTION("a gain of one holds no dt") {
    g.nodes["lif"].fields["r"] = filled({2}, 1);
    CHECK(!decide(g, none).dt);
    mlir::MLIRContext context;
    ImportReport report;
    CHECK_THAT(refusal([&] { importNir(complete(g), "net.nir", none, &context, report); }),
               Contains("net.nir") && Contains("--dt"));
  }
  SECTION("numbers in the reasons are readable") {
    g.nodes["lif"].fields["r"] = filled({2}, 0.9);
    CHECK_THAT(decide(g, none).dtReason, Contains("a gain of 0.9 does not"));
    CHECK_THAT(decide(g, none).unitReason, Contains("0.002 to 0.002"));
  }
  SECTION("gains that differ") {
    std::get<Array>(g.nodes["lif"].fields["r"]).values[1] = 30;
    CHECK(!decide(g, none).dt);
  }
  SECTION("an exponential gain") {
    g.nodes["lif"].fields["r"] = filled({2}, 2e-3 * std::exp(-1e-4 / 2e-3) / 1e-4);
    CHECK(!decide(g, none).dt);
  }
  SECTION("integrate-and-fire needs none") {
    g.nodes["lif"].type = "IF";
    g.nodes["lif"].fields.erase("tau");
    g.nodes["lif"].fields.erase("v_leak");
    CHECK(!decide(g, none).needsDt);
  }
  SECTION("nonsense") {
    none.dt = -1;
    CHECK(refusal([&] { decide(g, none); }) != "");
  }
}

TEST_CASE("the choice of profile") {
  Graph g = chain();
  ImportOptions options;
  CHECK(decide(g, options).profile == "euler-value");
  g.metadata["profile"] = std::string("exp-value");
  CHECK(decide(g, options).profile == "exp-value");
  g.nodes["fc"].metadata["profile"] = std::string("euler-torchsub");
  CHECK(decide(g, options).profile == "euler-value");
  CHECK_THAT(decide(g, options).warnings.at(0), Contains("different profiles"));
  g.nodes["fc"].metadata.clear();
  g.metadata["profile"] = std::string("somebody's own");
  CHECK(decide(g, options).profile == "euler-value");
  CHECK_THAT(decide(g, options).warnings.at(0), Contains("'somebody's own'"));
  options.profile = "euler-subtract";
  CHECK(decide(g, options).profile == "euler-subtract");
  options.profile = "forward-euler";
  CHECK_THAT(refusal([&] { decide(g, options); }),
             Contains("'forward-euler'") && Contains("euler-value") && Contains("if-multi-clip"));
}
