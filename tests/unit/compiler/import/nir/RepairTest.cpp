// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loader's rules: what is repaired, what it says, and which shapes come out.
#include "compiler/import/nir/Flat.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/import/nir/Graphs.h"

#include <algorithm>

using namespace spindle;
using namespace spindle::nir;
using namespace spindle::nir::test;
using Catch::Matchers::Contains;
using Shape = std::vector<int64_t>;

namespace {

bool says(const std::vector<std::string> &lines, const std::string &text) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string &l) { return l.find(text) != std::string::npos; });
}

RawNode rawOf(Node node) {
  RawNode raw;
  raw.type = node.type;
  raw.fields = node.fields;
  return raw;
}

/// input -> fc -> hidden{input -> lif <-> rec, lif -> output} -> output, nested.
RawFile nestedNet() {
  RawFile file;
  RawGraph &g = file.graph;
  g.nodes["input"] = rawOf(port("Input", {3}));
  g.nodes["fc"] = rawOf(linear(2, 3));
  g.nodes["output"] = rawOf(port("Output", {2}));
  RawNode &hidden = g.nodes["hidden"];
  hidden.type = "NIRGraph";
  hidden.graph = std::make_unique<RawGraph>();
  hidden.graph->nodes["input"] = rawOf(port("Input", {2}));
  hidden.graph->nodes["lif"] = rawOf(lif({2}));
  hidden.graph->nodes["rec"] = rawOf(linear(2, 2));
  hidden.graph->nodes["output"] = rawOf(port("Output", {2}));
  hidden.graph->edges = {{"input", "lif"}, {"lif", "rec"}, {"rec", "lif"}, {"lif", "output"}};
  g.edges = {{"input", "fc"}, {"fc", "hidden"}, {"hidden", "output"}};
  return file;
}

Node conv2d(int64_t out, int64_t in, int64_t kh, int64_t kw) {
  Node node;
  node.type = "Conv2d";
  node.fields["weight"] = filled({out, in, kh, kw}, 0.5);
  node.fields["bias"] = filled({out}, 0.0);
  return node;
}

/// The output shape of one node between an Input of `in` and an Output.
Shape through(Node node, std::vector<double> in) {
  Graph g;
  g.nodes["input"] = port("Input", std::move(in));
  g.nodes["x"] = std::move(node);
  g.edges = {{"input", "x"}};
  return complete(g).nodes.at("x").outputShape;
}

} // namespace

TEST_CASE("a nested graph is its flat form") {
  Graph flat = chain();
  flat.nodes["hidden.lif"] = flat.nodes["lif"];
  flat.nodes.erase("lif");
  flat.nodes["hidden.rec"] = linear(2, 2);
  flat.edges = {{"input", "fc"},
                {"fc", "hidden.lif"},
                {"hidden.lif", "hidden.rec"},
                {"hidden.rec", "hidden.lif"},
                {"hidden.lif", "output"}};
  Graph a = repair(nestedNet()), b = complete(flat);
  CHECK(a.edges == b.edges);
  CHECK(a.repairs.empty());
  REQUIRE(a.nodes.size() == b.nodes.size());
  for (const auto &[name, node] : b.nodes) {
    REQUIRE(a.nodes.count(name));
    CHECK(a.nodes.at(name).type == node.type);
    CHECK(a.nodes.at(name).outputShape == node.outputShape);
  }
}

TEST_CASE("a nested graph's oddities") {
  SECTION("an inner shape that contradicts its edges") {
    RawFile net = nestedNet();
    net.graph.nodes["hidden"].graph->nodes["input"].fields["shape"] = integers({7});
    CHECK(says(repair(std::move(net)).repairs, "'hidden.input': states a shape of (7)"));
  }
  SECTION("a dangling name and one unused node") {
    RawFile net = nestedNet();
    for (auto &[from, to] : net.graph.nodes["hidden"].graph->edges) {
      from = from == "lif" ? "neuron" : from;
      to = to == "lif" ? "neuron" : to;
    }
    CHECK(says(repair(std::move(net)).repairs, "'neuron', which does not exist; 'lif'"));
  }
  SECTION("two dangling names") {
    RawFile net = nestedNet();
    net.graph.nodes["hidden"].graph->edges[0].second = "a";
    net.graph.nodes["hidden"].graph->edges[1].first = "b";
    CHECK_THAT(refusal([&] { repair(std::move(net)); }), Contains("graph 'hidden'") &&
                                                             Contains("node 'a'") &&
                                                             Contains("there is no such node"));
  }
  SECTION("no ports") {
    RawFile net = nestedNet();
    RawGraph &hidden = *net.graph.nodes["hidden"].graph;
    hidden.nodes.erase("input");
    hidden.nodes.erase("output");
    hidden.edges = {{"lif", "rec"}};
    Graph g = repair(std::move(net));
    CHECK(says(g.repairs, "'hidden.input' added"));
    CHECK(std::count(g.edges.begin(), g.edges.end(),
                     std::pair<std::string, std::string>("fc", "hidden.lif")) == 1);
  }
}

TEST_CASE("absent Input and Output are added") {
  Graph g = chain();
  g.nodes.erase("input");
  g.nodes.erase("output");
  g.edges = {{"fc", "lif"}};
  Graph out = complete(g);
  CHECK(out.nodes.at("input").outputShape == Shape{3});
  CHECK(out.nodes.at("output").outputShape == Shape{2});
  CHECK(out.repairs.size() == 2);
}

TEST_CASE("an Input or Output that only the edges name is added") {
  Graph g = chain();
  g.nodes.erase("input");
  g.nodes.erase("output");
  Graph out = complete(g);
  CHECK(out.edges == chain().edges);
  CHECK(says(out.repairs, "'input', which does not exist: an Input is added"));
  CHECK(says(out.repairs, "'output', which does not exist: an Output is added"));
  g.nodes["entry"] = port("Input", {3}); // then it is not what the edge means
  g.nodes["other"] = lif({2});
  CHECK_THAT(refusal([&] { complete(g); }),
             Contains("node 'input'") && Contains("'entry', 'other'"));
}

TEST_CASE("nodes without edges") {
  Graph g = chain();
  SECTION("an Output beside another one") {
    g.nodes["spare"] = port("Output", {2});
    Graph out = complete(g);
    CHECK(!out.nodes.count("spare"));
    CHECK(says(out.repairs, "node 'spare' has no edge: left out"));
  }
  SECTION("all of them") {
    g.edges.clear();
    CHECK_THAT(refusal([&] { complete(g); }), Contains("4 nodes but no edges"));
  }
}

TEST_CASE("optional fields that are absent") {
  Graph g = chain();
  Node &node = g.nodes["lif"];
  node.type = "CubaLIF";
  node.fields["tau_mem"] = node.fields["tau_syn"] = node.fields["tau"];
  node.fields.erase("tau");
  Graph out = complete(g);
  CHECK(says(out.repairs, "'w_in' is missing in 'lif': 1 is taken"));
  CHECK(says(out.defaults, "'v_reset' is missing in 'lif': 0 is taken"));
}

TEST_CASE("batch and time axes") {
  Graph g = chain();
  SECTION("batch") {
    g.nodes["input"] = port("Input", {1, 3});
    g.nodes["lif"] = lif({1, 2});
    g.nodes["output"] = port("Output", {1, 2});
    Graph out = complete(g);
    CHECK(out.nodes.at("lif").outputShape == Shape{2});
    CHECK(says(out.repairs, "a leading 1 is the batch"));
  }
  SECTION("time") {
    g.nodes["input"] = port("Input", {256, 3});
    CHECK(says(complete(g).repairs, "(256, 3) is read as (3)"));
  }
  SECTION("time, where the network is one neuron wide") {
    g.nodes["input"] = port("Input", {1000});
    g.nodes["fc"] = linear(1, 1);
    g.nodes["lif"] = lif({1});
    g.nodes["output"] = port("Output", {1000});
    CHECK(says(complete(g).repairs, "shape (1000) is read as (1)"));
    g.nodes["output"] = port("Output", {1});
    CHECK(refusal([&] { complete(g); }) != "");
  }
  SECTION("time of one neuron, in the format that wrote it") {
    g.version = "0.1.1";
    g.nodes = {{"input", port("Input", {1000, 1})},
               {"lif", lif({})},
               {"output", port("Output", {1000, 1})}};
    g.edges = {{"input", "lif"}, {"lif", "output"}};
    CHECK(complete(g).nodes.at("lif").outputShape == Shape{1});
  }
  SECTION("a shape that no machine holds") {
    g.nodes["input"] = port("Input", {1e9});
    g.nodes["lif"] = lif({});
    g.nodes.erase("fc");
    g.edges = {{"input", "lif"}};
    CHECK_THAT(refusal([&] { complete(g); }), Contains("node 'input'") && Contains("2^26"));
  }
  SECTION("one image channel is no batch") {
    Node node = conv2d(4, 1, 3, 3);
    CHECK(through(node, {1, 8, 8}) == Shape{4, 6, 6});
    CHECK(through(node, {1, 1, 8, 8}) == Shape{4, 6, 6});
    CHECK(through(node, {100, 1, 8, 8}) == Shape{4, 6, 6});
    CHECK(through(node, {1, 100, 1, 8, 8}) == Shape{4, 6, 6});
  }
  SECTION("one image channel between neurons, with and without the batch") {
    for (std::vector<int64_t> shape : {std::vector<int64_t>{1, 6, 6}, {1, 1, 6, 6}}) {
      g.nodes = {{"input", port("Input", {1, 1, 8, 8})},
                 {"conv", conv2d(1, 1, 3, 3)},
                 {"lif", lif(shape)},
                 {"conv2", conv2d(2, 1, 3, 3)},
                 {"output", port("Output", {1, 2, 4, 4})}};
      g.edges = {{"input", "conv"}, {"conv", "lif"}, {"lif", "conv2"}, {"conv2", "output"}};
      CHECK(complete(g).nodes.at("lif").outputShape == Shape{1, 6, 6});
    }
  }
  SECTION("an axis too many that is neither") {
    g.nodes["input"] = port("Input", {256, 4});
    CHECK(refusal([&] { complete(g); }) != "");
  }
}

TEST_CASE("scalar parameters") {
  Graph g = chain();
  g.nodes["lif"] = lif({});
  Graph out = complete(g);
  CHECK(out.nodes.at("lif").outputShape == Shape{2});
  CHECK(says(out.repairs, "taken for all 2 neurons"));
}

TEST_CASE("transposed weights") {
  Graph g = chain();
  g.nodes["fc"].fields["weight"] = reals({3, 2}, {1, 2, 3, 4, 5, 6});
  SECTION("seen from the shape") {
    Graph out = complete(g);
    const Array &w = std::get<Array>(out.nodes.at("fc").fields.at("weight"));
    CHECK(w.shape == Shape{2, 3});
    CHECK(w.values == std::vector<double>{1, 3, 5, 2, 4, 6});
    CHECK(says(out.repairs, "transposed"));
  }
  SECTION("seen from what it leads into") {
    g.nodes.erase("input");
    g.edges = {{"fc", "lif"}, {"lif", "output"}};
    CHECK(complete(g).nodes.at("input").outputShape == Shape{3});
  }
  SECTION("forbidden") {
    CHECK(refusal([&] { complete(g, "out_in"); }) != "");
  }
  SECTION("a square one goes with the others, and says so") {
    g.nodes["sq"] = linear(2, 2);
    g.nodes["sq"].fields["weight"] = reals({2, 2}, {1, 2, 3, 4});
    g.nodes["lif2"] = lif({2});
    g.edges = {{"fc", "lif"}, {"input", "fc"}, {"lif", "sq"}, {"lif2", "output"}, {"sq", "lif2"}};
    Graph out = complete(g);
    CHECK(std::get<Array>(out.nodes.at("sq").fields.at("weight")).values ==
          std::vector<double>{1, 3, 2, 4});
    CHECK(says(out.warnings, "square weight"));
  }
  SECTION("asked for") {
    g.nodes["input"] = port("Input", {2});
    g.nodes["fc"].fields["weight"] = reals({2, 2}, {1, 2, 3, 4});
    Graph out = complete(g, "in_out");
    CHECK(std::get<Array>(out.nodes.at("fc").fields.at("weight")).values ==
          std::vector<double>{1, 3, 2, 4});
  }
}

TEST_CASE("shapes of windows") {
  Node conv = conv2d(6, 2, 3, 5); // not square: NIR's own inference gets it wrong
  CHECK(through(conv, {2, 10, 11}) == Shape{6, 8, 7});
  conv.fields["stride"] = integers({2, 3});
  conv.fields["padding"] = integers({1, 2});
  conv.fields["dilation"] = integers({2, 1});
  CHECK(through(conv, {2, 10, 11}) == Shape{6, 4, 4});
  conv.fields["groups"] = integers({3});
  CHECK(through(conv, {6, 10, 11}) == Shape{6, 4, 4});
  CHECK_THAT(refusal([&] { through(conv, {2, 10, 11}); }), Contains("takes 6 channels"));
  Node same = conv2d(4, 1, 3, 3);
  same.fields["padding"] = std::string("same");
  CHECK(through(same, {1, 7, 9}) == Shape{4, 7, 9});
  same.fields["padding"] = std::string("valid");
  CHECK(through(same, {1, 7, 9}) == Shape{4, 5, 7});
  same.fields["stride"] = integers({2});
  same.fields["padding"] = std::string("same");
  CHECK_THAT(refusal([&] { through(same, {1, 7, 9}); }), Contains("stride 1 only"));

  Node line;
  line.type = "Conv1d";
  line.fields["weight"] = filled({3, 2, 4}, 1);
  line.fields["stride"] = integers({2});
  CHECK(through(line, {2, 12}) == Shape{3, 5});

  Node pool;
  pool.type = "AvgPool2d";
  pool.fields["kernel_size"] = integers({2, 3});
  CHECK(through(pool, {5, 8, 9}) == Shape{5, 4, 3});
  pool.fields["stride"] = integers({1, 1});
  pool.fields["padding"] = integers({1, 0});
  CHECK(through(pool, {5, 8, 9}) == Shape{5, 9, 7});
  CHECK_THAT(refusal([&] { through(pool, {5, 0, 9}); }), Contains("empty"));
}

TEST_CASE("flatten, with and without a batch axis") {
  Node flat;
  flat.type = "Flatten";
  flat.fields["start_dim"] = integers({0});
  flat.fields["end_dim"] = integers({-1});
  CHECK(through(flat, {2, 3, 4}) == Shape{24});
  flat.fields["start_dim"] = integers({1});
  CHECK(through(flat, {2, 3, 4}) == Shape{2, 12}); // nothing behind it says otherwise
  flat.fields["input_type"] = integers({1, 2, 3, 4});
  CHECK(through(flat, {2, 3, 4}) == Shape{24});
  flat.fields["input_type"] = integers({0, 0, 0, 0});
  Graph g;
  g.nodes["input"] = port("Input", {2, 3, 4});
  g.nodes["flat"] = flat;
  g.nodes["fc"] = linear(5, 24);
  g.edges = {{"flat", "fc"}, {"input", "flat"}};
  CHECK(says(complete(g).repairs, "count a batch axis"));
}

TEST_CASE("what is written reads back") {
  Graph g = chain();
  g.nodes["lif"].metadata["dt"] = reals({}, {1e-4});
  g.nodes["lif"].fields["v_reset"] = reals({2}, {-0.25, 0.5});
  g.nodes["fc"].metadata["quantised"] = std::string("no, é");
  Graph first = complete(g);
  TempFile file("trip.nir"), again("trip2.nir");
  save(first, file.path());
  Graph back = load(file.path());
  CHECK(back.version == first.version);
  CHECK(back.edges == first.edges);
  CHECK(back.repairs.empty());
  CHECK(back.warnings.empty());
  auto equal = [](const std::map<std::string, Value> &a, const std::map<std::string, Value> &b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto &x, const auto &y) {
      if (x.first != y.first || x.second.index() != y.second.index())
        return false;
      if (const auto *text = std::get_if<std::string>(&x.second))
        return *text == std::get<std::string>(y.second);
      const Array &p = std::get<Array>(x.second), &q = std::get<Array>(y.second);
      bool close = p.values.size() == q.values.size();
      for (size_t i = 0; close && i < p.values.size(); ++i)
        close = q.values[i] == (p.real && p.single ? static_cast<float>(p.values[i]) : p.values[i]);
      return close && p.shape == q.shape && p.real == q.real;
    });
  };
  for (const auto &[name, node] : first.nodes) {
    INFO(name);
    CHECK(equal(node.fields, back.nodes.at(name).fields));
    CHECK(equal(node.metadata, back.nodes.at(name).metadata));
    CHECK(node.outputShape == back.nodes.at(name).outputShape);
  }
  CHECK_THAT(refusal([&] { save(first, "/nowhere/x.nir"); }), Contains("/nowhere/x.nir"));
}

TEST_CASE("what is written has every field of its type, in full") {
  Graph g;
  g.nodes["input"] = port("Input", {2, 9, 8});
  g.nodes["conv"].type = "Conv2d";
  g.nodes["conv"].fields["weight"] = filled({4, 1, 3, 2}, 1);
  g.nodes["conv"].fields["groups"] = integers({2});
  g.nodes["conv"].fields["stride"] = integers({2});
  g.nodes["pool"].type = "AvgPool2d";
  g.nodes["pool"].fields["kernel_size"] = integers({2});
  g.nodes["n"].type = "CubaLIF";
  for (const char *field : {"tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "w_in"})
    g.nodes["n"].fields[field] = filled({}, 0.5);
  g.edges = {{"input", "conv"}, {"conv", "pool"}, {"pool", "n"}};
  TempFile file("full.nir");
  save(complete(g), file.path());
  Graph back = load(file.path());
  CHECK(back.repairs.empty());
  CHECK(back.defaults.empty());
  auto values = [&](const char *node, const char *field) {
    return std::get<Array>(back.nodes.at(node).fields.at(field)).values;
  };
  CHECK(values("conv", "stride") == std::vector<double>{2, 2});
  CHECK(values("conv", "dilation") == std::vector<double>{1, 1});
  CHECK(values("conv", "padding") == std::vector<double>{0, 0});
  CHECK(values("conv", "bias") == std::vector<double>(4, 0));
  CHECK(values("pool", "stride") == std::vector<double>{2, 2});
  CHECK(std::get<Array>(back.nodes.at("n").fields.at("r")).shape == Shape{4, 2, 2});
  CHECK(values("n", "w_in") == std::vector<double>(16, 0.5));
  CHECK(values("n", "v_reset") == std::vector<double>(16, 0));
}
