// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maps expanded to synapses, against dense matrices computed from the definitions.
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"
#include "compiler/transforms/Quantize.h"
#include "tests/support/catch.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <cmath>
#include <random>
#include <string>

using namespace spindle;
using namespace spindle::transforms;

namespace {

/// A network of one projection between two relays.
class OneProjection {
public:
  OneProjection(const std::string &weights, const std::string &from, const std::string &to,
                const std::string &how)
      : handler(&context, [this](mlir::Diagnostic &d) {
          message += d.str();
          return mlir::success();
        }) {
    context.loadDialect<snn::SnnDialect>();
    std::string a = "!snn.pop<" + from + ">", b = "!snn.pop<" + to + ">";
    std::string text = "snn.network @n {\n";
    if (!weights.empty())
      text += "snn.weights @w = " + weights + "\n";
    text += "%a = snn.source \"a\" : " + a + "\n%b = snn.relay \"b\" : " + b +
            "\nsnn.project %a to %b " + (weights.empty() ? "" : "via @w ") + how +
            " delay 0 : " + a + " to " + b + "\n}\n";
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    INFO(message << "\n" << text);
    REQUIRE(module);
    auto network = theNetwork(*module);
    REQUIRE(mlir::succeeded(network));
    if (mlir::succeeded(resolveConnections(*network)))
      synapses = expand(Dataflow(*network).projections.at(0));
  }

  /// Dense (target, source) matrix; checks the order and that no zero is stored.
  std::vector<std::vector<double>> matrix() {
    INFO(message);
    REQUIRE(mlir::succeeded(synapses));
    std::vector<std::vector<double>> m(synapses->targets,
                                       std::vector<double>(synapses->sources, 0.0));
    REQUIRE(synapses->rowStart.size() == synapses->sources + 1);
    for (uint64_t s = 0; s < synapses->sources; ++s)
      for (uint64_t k = synapses->rowStart[s]; k < synapses->rowStart[s + 1]; ++k) {
        if (k > synapses->rowStart[s])
          REQUIRE(synapses->target[k - 1] < synapses->target[k]);
        REQUIRE(synapses->weight[k] != 0.0);
        m[synapses->target[k]][s] = synapses->weight[k];
      }
    return m;
  }

  std::string message;
  mlir::FailureOr<Connectivity> synapses = mlir::failure();

private:
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler handler;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

using Matrix = std::vector<std::vector<double>>;

Matrix transposed(const Matrix &m) {
  Matrix t(m[0].size(), std::vector<double>(m.size()));
  for (size_t i = 0; i < m.size(); ++i)
    for (size_t j = 0; j < m[0].size(); ++j)
      t[j][i] = m[i][j];
  return t;
}

/// The definition, gathered per output and tested for bounds on the padded image.
struct Conv {
  int in, out, groups;
  int size[2], kernel[2], stride[2], low[2], high[2], dilation[2];

  int extent(int a) const {
    return (size[a] + low[a] + high[a] - dilation[a] * (kernel[a] - 1) - 1) / stride[a] + 1;
  }
  double weight(int o, int c, int ky, int kx) const {
    return 1 + ((o * 7 + c * 5 + ky * 3 + kx) % 11);
  }
  Matrix matrix() const {
    int oh = extent(0), ow = extent(1), per = in / groups;
    Matrix m(out * oh * ow, std::vector<double>(in * size[0] * size[1], 0.0));
    for (int o = 0; o < out; ++o)
      for (int y = 0; y < oh; ++y)
        for (int x = 0; x < ow; ++x)
          for (int ci = 0; ci < in; ++ci)
            for (int iy = 0; iy < size[0]; ++iy)
              for (int ix = 0; ix < size[1]; ++ix) {
                int py = iy + low[0] - y * stride[0], px = ix + low[1] - x * stride[1];
                if (py < 0 || px < 0 || py % dilation[0] || px % dilation[1] ||
                    py / dilation[0] >= kernel[0] || px / dilation[1] >= kernel[1] ||
                    ci / per != o / (out / groups))
                  continue;
                m[(o * oh + y) * ow + x][(ci * size[0] + iy) * size[1] + ix] =
                    weight(o, ci % per, py / dilation[0], px / dilation[1]);
              }
    return m;
  }
  std::string weights(bool flat) const {
    std::string text = "dense<[";
    for (int o = 0; o < out; ++o) {
      text += o ? ",[" : "[";
      for (int c = 0; c < in / groups; ++c) {
        text += c ? "," : "";
        text += flat ? "" : "[";
        for (int y = 0; y < kernel[0]; ++y) {
          text += y ? ",[" : "[";
          for (int x = 0; x < kernel[1]; ++x)
            text += (x ? "," : "") + std::to_string(weight(o, c, y, x));
          text += "]";
        }
        text += flat ? "" : "]";
      }
      text += "]";
    }
    auto n = [](int v) { return std::to_string(v) + "x"; };
    return text + "]> : tensor<" + n(out) + n(in / groups) + (flat ? "" : n(kernel[0])) +
           n(kernel[1]) + "f32>";
  }
};

std::string list(std::initializer_list<int> values) {
  std::string text = "[";
  for (int v : values)
    text += (text.size() > 1 ? ", " : "") + std::to_string(v);
  return text + "]";
}

} // namespace

TEST_CASE("dense storage, forward and transposed") {
  std::string w = "dense<[[1.0, 0.0, 2.0], [0.0, 3.0, -4.0]]> : tensor<2x3xf32>";
  Matrix expected = {{1, 0, 2}, {0, 3, -4}};
  CHECK(OneProjection(w, "3", "2", "as #snn.dense forward").matrix() == expected);
  CHECK(OneProjection(w, "2", "3", "as #snn.dense transpose").matrix() == transposed(expected));
  CHECK(OneProjection("dense<2.5> : tensor<2x3xf64>", "3", "2", "as #snn.dense forward").matrix() ==
        Matrix(2, std::vector<double>(3, 2.5)));
}

TEST_CASE("sparse storage in any order, and not with an entry twice") {
  std::string w =
      "sparse<[[1, 2], [0, 0], [1, 0], [0, 2]], [5.0, 1.0, 0.0, 7.0]> : tensor<2x3xf32>";
  Matrix expected = {{1, 0, 7}, {0, 0, 5}};
  CHECK(OneProjection(w, "3", "2", "as #snn.dense forward").matrix() == expected);
  CHECK(OneProjection(w, "2", "3", "as #snn.dense transpose").matrix() == transposed(expected));
  OneProjection twice("sparse<[[1, 2], [1, 2]], [5.0, 1.0]> : tensor<2x3xf32>", "3", "2",
                      "as #snn.dense forward");
  CHECK(mlir::failed(twice.synapses));
  CHECK(twice.message.find("store the entry (1, 2) twice") != std::string::npos);
}

TEST_CASE("one to one with and without weights, across shapes") {
  Matrix unit(4, std::vector<double>(4, 0.0)), scaled = unit;
  for (int i = 0; i < 4; ++i) {
    unit[i][i] = 1;
    scaled[i][i] = i + 0.5;
  }
  CHECK(OneProjection("", "2x2", "4", "as #snn.one_to_one forward").matrix() == unit);
  CHECK(OneProjection("dense<[0.5, 1.5, 2.5, 3.5]> : tensor<4xf32>", "4", "2x2",
                      "as #snn.one_to_one forward")
            .matrix() == scaled);
}

TEST_CASE("convolutions of every kind") {
  std::mt19937 random(1);
  auto pick = [&](int low, int high) { return low + int(random() % unsigned(high - low + 1)); };
  for (int trial = 0; trial < 60; ++trial) {
    bool flat = trial % 3 == 0;
    Conv c;
    c.groups = pick(1, 2);
    c.in = c.groups * pick(1, 2);
    c.out = c.groups * pick(1, 2);
    for (int a = 0; a < 2; ++a) {
      bool none = flat && a == 0;
      c.kernel[a] = none ? 1 : pick(1, 3);
      c.dilation[a] = none ? 1 : pick(1, 2);
      c.size[a] = none ? 1 : c.dilation[a] * (c.kernel[a] - 1) + pick(1, 4);
      c.stride[a] = none ? 1 : pick(1, 3);
      c.low[a] = none ? 0 : pick(0, 2);
      c.high[a] = none ? 0 : pick(0, 2);
    }
    auto shape = [&](int channels, int h, int w) {
      return std::to_string(channels) + (flat ? "" : "x" + std::to_string(h)) + "x" +
             std::to_string(w);
    };
    std::string map = flat ? "as #snn.conv<stride = " + list({c.stride[1]}) +
                                 ", padding = " + list({c.low[1], c.high[1]}) +
                                 ", dilation = " + list({c.dilation[1]}) +
                                 ", groups = " + std::to_string(c.groups) + ">"
                           : "as #snn.conv<stride = " + list({c.stride[0], c.stride[1]}) +
                                 ", padding = " + list({c.low[0], c.high[0], c.low[1], c.high[1]}) +
                                 ", dilation = " + list({c.dilation[0], c.dilation[1]}) +
                                 ", groups = " + std::to_string(c.groups) + ">";
    std::string in = shape(c.in, c.size[0], c.size[1]);
    std::string out = shape(c.out, c.extent(0), c.extent(1));
    CHECK(OneProjection(c.weights(flat), in, out, map + " forward").matrix() == c.matrix());
    CHECK(OneProjection(c.weights(flat), out, in, map + " transpose").matrix() ==
          transposed(c.matrix()));
  }
}

TEST_CASE("sum and mean pools count the padding") {
  for (bool mean : {false, true}) {
    Matrix expected(4, std::vector<double>(9, 0.0));
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 2; ++x)
        for (int iy = 0; iy < 3; ++iy)
          for (int ix = 0; ix < 3; ++ix)
            if ((iy + 1) / 2 == y && (ix + 1) / 2 == x)
              expected[y * 2 + x][iy * 3 + ix] = mean ? 0.25 : 1.0;
    CHECK(OneProjection("", "1x3x3", "1x2x2",
                        std::string("as #snn.pool<") + (mean ? "avg" : "sum") +
                            ", kernel = [2, 2], stride = [2, 2], padding = [1, 1]> forward")
              .matrix() == expected);
  }
}

TEST_CASE("generated maps are expanded as their rule says") {
  auto generated = [](const std::string &text) {
    return "as #snn.generated<" + text + "> forward";
  };
  CHECK(OneProjection("", "2", "2", generated("all_to_all, weight = 2.0")).matrix() ==
        Matrix{{2, 2}, {2, 2}});
  CHECK(OneProjection("", "2", "2", generated("all_but_self, weight = 2")).matrix() ==
        Matrix{{0, 2}, {2, 0}});
  CHECK(OneProjection("", "2", "2", generated("one_to_one, weight = -0.5")).matrix() ==
        Matrix{{-0.5, 0}, {0, -0.5}});
  OneProjection drawn("", "50", "40",
                      generated("fixed_in_degree(7), seed = 3, weight = normal(1, 0.1), delay = "
                                "uniform(2, 9)"));
  REQUIRE(mlir::succeeded(drawn.synapses));
  CHECK(drawn.synapses->synapses() == 280);
  REQUIRE(drawn.synapses->delay.size() == 280);
  std::vector<int> degree(40, 0);
  for (uint32_t t : drawn.synapses->target)
    ++degree[t];
  CHECK(degree == std::vector<int>(40, 7));
  for (uint32_t d : drawn.synapses->delay)
    CHECK((d >= 2 && d <= 9));
}

TEST_CASE("impossible rules are refused with their reason") {
  OneProjection many("", "5", "4",
                     "as #snn.generated<fixed_in_degree(6), weight = 1.0, no_multapses> forward");
  CHECK(mlir::failed(many.synapses));
  CHECK(many.message.find("'a' to 'b': 'fixed_in_degree': without multapses at most 5 synapses are "
                          "possible, not 6") != std::string::npos);
}

TEST_CASE("lists hold pairs twice, zeros and a delay each") {
  OneProjection list("", "3", "2",
                     "as #snn.list<[2, 1, 0.5, 4], [0, 1, 0.0, 9], [2, 1, -1, 2], [2, 0, 3, 2]> "
                     "forward");
  REQUIRE(mlir::succeeded(list.synapses));
  CHECK(list.synapses->rowStart == std::vector<uint64_t>{0, 1, 1, 4});
  CHECK(list.synapses->target == std::vector<uint32_t>{1, 0, 1, 1});
  CHECK(list.synapses->weight == std::vector<double>{0.0, 3.0, 0.5, -1.0});
  CHECK(list.synapses->delay == std::vector<uint32_t>{7, 0, 2, 0}); // 2 is the projection's
}

TEST_CASE("what cannot be expanded is refused before anything is allocated") {
  OneProjection huge("", "1000000", "1000000",
                     "as #snn.generated<all_to_all, weight = 1.0> forward");
  CHECK(mlir::failed(huge.synapses));
  CHECK(huge.message.find("does not fit: the projection expands to 1000000000000 synapses") !=
        std::string::npos);
  OneProjection infinite("dense<0x7F800000> : tensor<1x1xf32>", "1", "1", "as #snn.dense forward");
  CHECK(mlir::failed(infinite.synapses));
  CHECK(infinite.message.find("not a finite number") != std::string::npos);
}

TEST_CASE("weight shifts: the smallest that holds the largest sum") {
  CHECK(weightShift(0.0) == 0);
  CHECK(weightShift(0.999) == 0);
  CHECK(weightShift(1.0) == 1);
  CHECK(weightShift(3.9) == 2);
  CHECK(weightShift(4.0) == 3);
  CHECK(weightBits(0.5, 0) == 16384);
  CHECK(weightBits(-0.5, 1) == 8192);
  CHECK(weightBits(1.5 / 32768, 0) == 2); // ties to even
  CHECK(weightBits(2.5 / 32768, 0) == 2);
  CHECK(weightBits(100.0, 0) == 65535);
}
