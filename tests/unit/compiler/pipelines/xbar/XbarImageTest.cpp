// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The image of a mapped network: what the loader accepts, what it holds, and that it follows from
// the text.
#include "compiler/pipelines/Pipelines.h"
#include "runtime/image/Image.h"
#include "tools/Registry.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"

#include "tests/support/catch.h"

using namespace spindle;

namespace {

const char *const kNetwork = R"(
snn.network @net attributes {dt = 1.0e-3 : f64} {
  snn.model @lif params(tau : "s", th = 1.0, unused = 3.0) state(v = 0.0) inputs(x) derived(beta)
    derive {
      %tau = snn.get "tau"
      %dt = snn.get "dt"
      %one = arith.constant 1.0 : f64
      %gain = arith.divf %dt, %tau : f64
      %b = arith.subf %one, %gain : f64
      snn.set "beta", %b
    } update {
      %v = snn.get "v"
      %x = snn.get "x"
      %beta = snn.get "beta"
      %a = snn.decay %v by %beta
      %v1 = arith.addf %a, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.weights @w = dense<[[1.0, 0.5], [0.25, -0.5], [0.0, 0.75]]> : tensor<3x2xf32>
  snn.weights @o = dense<[[1.0, 1.0, -1.0]]> : tensor<1x3xf32>
  snn.weights @bias = dense<[0.125, -0.25, 0.5]> : tensor<3xf64>
  %in = snn.source "input" : !snn.pop<2>
  %relay = snn.relay "pass" : !snn.pop<2>
  %hid = snn.population "hid" of @lif {tau = dense<[2.0e-3, 4.0e-3, 8.0e-3]> : tensor<3xf64>, th = 2.0 : f64} initial {v = 0.5 : f64} : !snn.pop<3>
  %out = snn.population "out" of @lif {tau = 2.0e-3 : f64} : !snn.pop<1>
  snn.project %in to %relay as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
  snn.project %relay to %hid via @w as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<3>
  snn.project %hid to %out via @o as #snn.dense forward delay 0 : !snn.pop<3> to !snn.pop<1>
  snn.drive %hid by @bias from 0 : !snn.pop<3>
  snn.output %out as "output" : !snn.pop<1>
  snn.probe %hid ["spikes", "v"] : !snn.pop<3>
}
)";

struct Compiled {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  XbarOptions options;

  explicit Compiled(const std::string &text = kNetwork) : context(registry()) {
    context.loadAllAvailableDialects();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    REQUIRE(module);
    options.rows = 4, options.cols = 4, options.banks = 2;
    options.meshWidth = options.meshHeight = 2;
  }
  static const mlir::DialectRegistry &registry() {
    static const mlir::DialectRegistry all = [] {
      mlir::DialectRegistry r;
      registerDialects(r);
      return r;
    }();
    return all;
  }
  void lower() { REQUIRE(mlir::succeeded(lowerToXbar(*module, options))); }
  std::vector<std::byte> bytes() {
    auto result = writeXbarImage(*module, options);
    REQUIRE(mlir::succeeded(result));
    return *result;
  }
  std::string text() {
    std::string result;
    llvm::raw_string_ostream stream(result);
    module->print(stream);
    return result;
  }
};

template <typename T>
std::vector<T> values(const image::Image &image, const image::fb::Blob *blob) {
  auto span = image.array<T>(*blob);
  return {span.begin(), span.end()};
}

} // namespace

TEST_CASE("the image holds the fabric, its tiles and their numbers") {
  Compiled net;
  net.lower();
  auto image = image::Image::fromBytes(net.bytes());
  const auto &meta = image->meta();
  REQUIRE(meta.nodes()->size() == 3); // the relay is folded away
  CHECK(meta.nodes()->Get(1)->latency() == 1);
  CHECK(meta.nodes()->Get(2)->latency() == 2);
  CHECK(meta.outputs()->Get(0)->node() == 2);
  CHECK(meta.probes()->Get(0)->terms()->size() == 2);
  const auto &xbar = *meta.program_as_Xbar();
  CHECK(xbar.slots() == 64);
  CHECK(xbar.neuron_verilog()->str().find("function automatic") != std::string::npos);
  REQUIRE(xbar.tiles()->size() == 3); // two neurons a tile
  const auto &tile = *xbar.tiles()->Get(0);
  CHECK(values<uint32_t>(*image, tile.neurons()).size() == 2);
  CHECK(tile.onset() == 1);
  CHECK(tile.banks() == 1);
  CHECK(values<int16_t>(*image, tile.codes()).size() == 4 * 4);
  // Params that the step reads: th, then beta = 1 - dt/tau as u0.32.
  REQUIRE(tile.param()->size() == 2);
  CHECK(values<int32_t>(*image, tile.param()->Get(0)) == std::vector<int32_t>{65536, 65536});
  std::map<uint32_t, uint32_t> beta = {{0, 0x80000000}, {1, 0xc0000000}, {2, 0xe0000000}};
  std::map<uint32_t, int32_t> bias = {{0, 4096}, {1, -8192}, {2, 16384}};
  for (const auto *t : *xbar.tiles()) {
    if (t->node() != 1)
      continue;
    auto neurons = values<uint32_t>(*image, t->neurons());
    for (size_t c = 0; c < neurons.size(); ++c) {
      CHECK(values<uint32_t>(*image, t->param()->Get(1))[c] == beta[neurons[c]]);
      CHECK(values<int32_t>(*image, t->drives()->Get(0)->values())[c] == bias[neurons[c]]);
      CHECK(values<int32_t>(*image, t->init()->Get(0))[c] == 16384);
    }
    CHECK(t->drives()->Get(0)->from() == 1); // from the onset on
  }
}

TEST_CASE("float neurons keep reals") {
  Compiled net;
  net.options.floatNeurons = true;
  net.lower();
  auto image = image::Image::fromBytes(net.bytes());
  const auto &tile = *image->meta().program_as_Xbar()->tiles()->Get(0);
  CHECK(image->meta().models()->Get(0)->number() == image::fb::Number_F64);
  CHECK(values<double>(*image, tile.param()->Get(0)) == std::vector<double>{2.0, 2.0});
  CHECK(values<double>(*image, tile.scale_real()).size() == 2);
}

TEST_CASE("the mapped module is the whole truth: its text gives the same image") {
  Compiled net;
  net.lower();
  std::vector<std::byte> bytes = net.bytes();
  CHECK(net.bytes() == bytes);
  Compiled again(net.text());
  CHECK(again.bytes() == bytes);
}

TEST_CASE("a value that s16.15 cannot hold is an error at its node") {
  std::string text = kNetwork;
  text.replace(text.find("th = 2.0 : f64"), 14, "th = 9.0e4 : f64");
  Compiled net(text);
  net.lower();
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&net.context, [&](mlir::Diagnostic &d) {
    message += d.str();
    return mlir::success();
  });
  CHECK(mlir::failed(writeXbarImage(*net.module, net.options)));
  CHECK_THAT(message, Catch::Contains("hid") && Catch::Contains("th"));
}
