// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// When values arrive, on graphs small enough to work out by hand: what a recurrent path brings in
// the first step and later, and that parallel ways add up.
#include "compiler/import/nir/Flat.h"
#include "tests/support/Engines.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/import/nir/Graphs.h"

using namespace spindle;
using namespace spindle::nir;
using namespace spindle::nir::test;

namespace {

using Values = std::vector<double>;

Node with(const char *type, std::map<std::string, Value> fields) {
  Node node;
  node.type = type;
  node.fields = std::move(fields);
  return node;
}

/// input(1) -> n, which adds up what it is given, -> output
Graph integrator() {
  Graph g;
  g.nodes["input"] = port("Input", {1});
  g.nodes["n"] = with("I", {{"r", filled({1}, 1)}});
  g.nodes["output"] = port("Output", {1});
  g.edges = {{"input", "n"}, {"n", "output"}};
  return g;
}
Node affine(double weight, double bias) {
  return with("Affine", {{"weight", filled({1, 1}, weight)}, {"bias", filled({1}, bias)}});
}

/// What `n` holds after each of three steps, given a 1 in the first.
Values run(const Graph &graph, const std::string &profile = "euler-value") {
  ImportOptions options;
  options.profile = profile;
  auto image = spindle::test::compileNir(graph, options, ReferenceOptions{});
  auto machine = spindle::test::machineFor(image);
  auto trace = spindle::test::run(*machine, *image, {{1}, {0}, {0}});
  Values out;
  for (const auto &row : trace.raster(spindle::test::nodeIndex(*image, "n"), 1))
    out.push_back(row[0]);
  return out;
}

} // namespace

TEST_CASE("a recurrent chain of maps reads the step before, and maps zeros in the first") {
  Graph g = integrator();
  g.nodes["rec"] = affine(2, 3);
  g.nodes["half"] = with("Scale", {{"scale", filled({1}, 0.5)}});
  for (auto edge : {std::pair("n", "rec"), {"rec", "half"}, {"half", "n"}})
    g.edges.emplace_back(edge);
  CHECK(run(g) == Values{2.5, 6.5, 14.5});
  CHECK(run(g, "euler-value-norec0") == Values{1, 3.5, 8.5});
  SECTION("what else reads the map sees it in the same step") {
    g.nodes["m"] = with("I", {{"r", filled({1}, 1)}});
    g.nodes["output2"] = port("Output", {1});
    g.edges.emplace_back("rec", "m");
    g.edges.emplace_back("m", "output2");
    CHECK(run(g) == Values{2.5, 6.5, 14.5});
  }
}

TEST_CASE("a recurrent map that also feeds itself takes a step for each edge") {
  Graph g = integrator();
  g.nodes["rec"] = affine(2, 3);
  for (auto edge : {std::pair("n", "rec"), {"rec", "n"}, {"rec", "rec"}})
    g.edges.emplace_back(edge);
  CHECK(run(g) == Values{4, 15, 70});
}

TEST_CASE("a map that this step's input leads into is not silent in the first one") {
  Graph g = integrator();
  g.nodes["mix"] = affine(2, 3);
  g.edges = {{"input", "mix"}, {"n", "mix"}, {"mix", "n"}, {"n", "output"}};
  CHECK(run(g) == Values{5, 18, 57});
  CHECK(run(g, "euler-value-norec0") == Values{5, 18, 57});
}

TEST_CASE("two ways between the same nodes add up") {
  RawFile file;
  for (auto &[name, node] : integrator().nodes) {
    file.graph.nodes[name].type = node.type;
    file.graph.nodes[name].fields = node.fields;
  }
  RawNode &sub = file.graph.nodes["sub"];
  sub.type = "NIRGraph";
  sub.graph = std::make_unique<RawGraph>();
  for (const char *name : {"a", "b", "out"}) {
    Node node = port(name == std::string("out") ? "Output" : "Input", {1});
    sub.graph->nodes[name].type = node.type;
    sub.graph->nodes[name].fields = node.fields;
  }
  sub.graph->edges = {{"a", "out"}, {"b", "out"}};
  file.graph.edges = {{"input", "sub.a"}, {"input", "sub.b"}, {"sub", "n"},
                      {"input", "n"},     {"input", "n"},     {"n", "output"}};
  CHECK(run(repair(std::move(file))) == Values{3, 3, 3});
}
