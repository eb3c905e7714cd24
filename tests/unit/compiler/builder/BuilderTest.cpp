// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the builder writes parses, verifies and is the network that was meant.
#include "compiler/builder/Builder.h"
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"
#include "tests/support/catch.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <cmath>

using namespace spindle;
using namespace spindle::pynn;

namespace {

const char *kModel = R"(
  snn.model @acc params(th = 2.0) state(v = 0.0) inputs(excitatory : "nA", inhibitory : "nA") update {
    %x = snn.get "excitatory"
    snn.set "v", %x
  } emit {
    %v = snn.get "v"
    %th = snn.get "th"
    %z = arith.cmpf oge, %v, %th : f64
    snn.emit spike %z : i1
  })";

CellType acc(pynn::Values parameters = {}) { return {CellType::Neuron, "acc", parameters, {}, 0}; }

/// The network's text, parsed and resolved.
struct Parsed {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  snn::NetworkOp network;

  explicit Parsed(Network &net) {
    context.loadDialect<snn::SnnDialect, mlir::arith::ArithDialect>();
    net.define(kModel);
    INFO(net.text());
    module = mlir::parseSourceString<mlir::ModuleOp>(net.text(), &context);
    REQUIRE(module);
    network = *transforms::theNetwork(*module);
    REQUIRE(mlir::succeeded(transforms::resolveConnections(network)));
  }
  std::vector<transforms::Connectivity> synapses() {
    std::vector<transforms::Connectivity> all;
    for (snn::ProjectOp p : transforms::Dataflow(network).projections) {
      auto c = transforms::expand(p);
      REQUIRE(mlir::succeeded(c));
      all.push_back(*c);
    }
    return all;
  }
};

} // namespace

TEST_CASE("every connector is the rule of its name") {
  Network net = setup(0.5);
  Population a(net, 30, acc(), "a"), b(net, 20, acc({{"th", 3.0}}), "b");
  StaticSynapse synapse{0.25, 2.0};
  Projection(a, b, AllToAllConnector(), synapse);
  Projection(a, a, AllToAllConnector(false), synapse);
  Projection(a, a, OneToOneConnector(), synapse);
  Projection(a, b, FixedNumberPreConnector(4), synapse);
  Projection(a, b, FixedNumberPostConnector(5), synapse, "inhibitory", 3);
  Projection(a, b, FixedTotalNumberConnector(77), synapse);
  Projection(a, b, FixedProbabilityConnector(1.0), synapse);
  Projection(a, a, DistanceDependentProbabilityConnector({"step", 1, 1, 0, {}, {30}}, false),
             synapse);
  Parsed parsed(net);
  std::vector<uint64_t> counts;
  for (auto &c : parsed.synapses()) {
    counts.push_back(c.synapses());
    for (double w : c.weight)
      CHECK(w == 0.25);
  }
  CHECK(counts == std::vector<uint64_t>{600, 870, 30, 80, 150, 77, 600, 60});
  for (snn::ProjectOp p : parsed.network.getOps<snn::ProjectOp>())
    CHECK(p.getDelay() == 4);
}

TEST_CASE("views and assemblies join the neurons that they name") {
  Network net = setup(1.0);
  Population a(net, 10, acc(), "a"), b(net, 6, acc(), "b");
  Projection(a.view(0, 10, 4), b.view({5, 0, 2}), OneToOneConnector(), {1.0, 1.0});
  Projection(Assembly({a.view(8, 10), b}), b, AllToAllConnector(false), {1.0, 1.0});
  Parsed parsed(net);
  auto c = parsed.synapses();
  REQUIRE(c.size() == 3);
  CHECK(c[0].target == std::vector<uint32_t>{5, 0, 2});
  CHECK(c[0].rowStart[1] == 1);
  CHECK(c[0].rowStart[5] == 2);
  CHECK(c[1].synapses() == 12);
  CHECK(c[2].synapses() == 30);
}

TEST_CASE("a list has the weights and delays that it gives") {
  Network net = setup(0.1);
  Population a(net, 3, acc(), "a");
  Projection(a, a, FromListConnector({{0, 2, -1.5, 0.3}, {1, 2, 2, 1}, {0, 2, 1e-7, 0.3}}),
             StaticSynapse());
  auto c = Parsed(net).synapses();
  CHECK(c[0].weight == std::vector<double>{-1.5, 1e-7, 2});
  CHECK(c[0].delay == std::vector<uint32_t>{0, 0, 7});
}

TEST_CASE("distributions keep PyNN's meaning") {
  CHECK(RandomDistribution("normal", {1, 2}).text() == "normal(1.0, 2.0)");
  CHECK(RandomDistribution("normal_clipped", {1, 2, 0, INFINITY}).text() ==
        "normal(1.0, 2.0) above 0.0 redrawn");
  CHECK(RandomDistribution("normal_clipped_to_boundary", {1, 2, -INFINITY, 5e20}).text() ==
        "normal(1.0, 2.0) below 5.0e+20");
  CHECK_THROWS_WITH(RandomDistribution("normal", {1}),
                    "distribution 'normal' has 2 parameters, not 1");
  CHECK_THROWS(RandomDistribution("gamma", {1, 2}));
  Network net = setup(0.1);
  Population a(net, 1000, acc({{"th", RandomDistribution("uniform", {2, 4})}}), "a");
  a.initialize("v", RandomDistribution("normal", {-60, 5}));
  Population b(net, 2, acc({{"th", std::vector<double>{1, 2.5}}}), "b");
  Projection(a, b, AllToAllConnector(),
             {RandomDistribution("exponential", {0.5}), RandomDistribution("uniform", {1, 3})});
  Parsed parsed(net);
  auto populations = transforms::Dataflow(parsed.network).populations;
  double sum = 0;
  for (double v : mlir::cast<mlir::DenseElementsAttr>(populations[0].getInitialAttr().get("v"))
                      .getValues<double>())
    sum += v;
  CHECK(sum / 1000 == Approx(-60).margin(0.8));
  auto c = parsed.synapses();
  CHECK(*std::max_element(c[0].delay.begin(), c[0].delay.end()) == 30);
  CHECK(*std::min_element(c[0].delay.begin(), c[0].delay.end()) == 10);
}

TEST_CASE("spike times become lines of steps") {
  Network net = setup(0.5);
  Population a(net, 2, SpikeSourceArray({{0, 1.5}, {0.5}}), "in");
  CHECK(net.spikes() == "step,source,neuron\n0,in,0\n1,in,1\n3,in,0\n");
}

TEST_CASE("impossible networks are refused") {
  Network net = setup(1.0), other = setup(1.0);
  Population a(net, 5, acc(), "a"), b(other, 5, acc(), "b");
  CHECK_THROWS_WITH(a.view(0, 6), "view [0, 6) of 'a' with 5 neurons");
  CHECK_THROWS(a.view({5}));
  CHECK_THROWS(Projection(a, b, AllToAllConnector(), StaticSynapse()));
  CHECK_THROWS(setup(0));
  CHECK_THROWS(Population(net, 0, acc()));
}
