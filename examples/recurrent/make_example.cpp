// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// make_example DIR: writes recurrent.nir and recurrent_input.npy. The network is made of numbers
// from a hash, so that every machine gets the same bytes: 10 channels, 24 recurrent CubaLIF
// neurons, 4 outputs. Every 50 steps the lively half of the channels changes; outputs 0 and 1
// follow the first half, 2 and 3 the second.
#include "compiler/import/nir/NirGraph.h"
#include "runtime/io/Npy.h"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>

namespace {

using spindle::nir::Array;
using spindle::nir::Graph;
using spindle::nir::Node;

constexpr int kChannels = 10, kHidden = 24, kOutputs = 4, kSteps = 200;
constexpr double kDt = 1e-4;

/// A number in [0, 1) for each (stream, index).
double unit(uint32_t stream, uint32_t index) {
  uint32_t x = stream * 0x9e3779b9u + index;
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  x ^= x >> 16;
  return x / 4294967296.0;
}

Array array(std::vector<int64_t> shape, const std::function<double(uint32_t)> &value) {
  Array a;
  uint32_t n = 1;
  for (int64_t d : shape)
    n *= static_cast<uint32_t>(d);
  a.shape = std::move(shape);
  for (uint32_t i = 0; i < n; ++i)
    a.values.push_back(value(i));
  return a;
}

Array between(uint32_t stream, std::vector<int64_t> shape, double low, double high) {
  return array(std::move(shape), [=](uint32_t i) { return low + (high - low) * unit(stream, i); });
}

Node port(const char *type, int size) {
  Node node;
  node.type = type;
  Array shape = array({1}, [=](uint32_t) { return size; });
  shape.real = shape.single = false;
  node.fields["shape"] = shape;
  return node;
}

/// Weights in [low, high), moved up by `same` where source and target belong to the same half of
/// their populations, and by `other` where not.
Node affine(uint32_t stream, int out, int in, double low, double high, double same, double other,
            double biasLow, double biasHigh) {
  Node node;
  node.type = "Affine";
  node.fields["weight"] = array({out, in}, [=](uint32_t i) {
    auto width = static_cast<uint32_t>(in);
    bool half =
        (i / width) / static_cast<uint32_t>(out / 2) == (i % width) / static_cast<uint32_t>(in / 2);
    return low + (high - low) * unit(stream, i) + (half ? same : other);
  });
  node.fields["bias"] = between(stream + 3, {out}, biasLow, biasHigh);
  return node;
}

/// Gains are tau/dt, as exporters of frameworks without a dt write them: dt can be told from them.
Node cubaLif(int size, double alpha, double beta) {
  auto all = [=](double v) { return array({size}, [=](uint32_t) { return v; }); };
  Node node;
  node.type = "CubaLIF";
  node.fields["tau_syn"] = all(kDt / (1 - alpha));
  node.fields["tau_mem"] = all(kDt / (1 - beta));
  node.fields["w_in"] = all(1 / (1 - alpha));
  node.fields["r"] = all(1 / (1 - beta));
  node.fields["v_leak"] = all(0);
  node.fields["v_threshold"] = all(1);
  node.fields["v_reset"] = all(0);
  return node;
}

Graph network() {
  Graph g;
  g.version = "1.0.0";
  g.nodes["input"] = port("Input", kChannels);
  g.nodes["fc1"] = affine(1, kHidden, kChannels, -0.20, 0.35, 0.12, -0.10, -0.01, 0.03);
  g.nodes["lif1.lif"] = cubaLif(kHidden, 0.6, 0.8);
  g.nodes["lif1.w_rec"] = affine(2, kHidden, kHidden, -0.20, 0.10, 0, 0, -0.02, 0.02);
  g.nodes["fc2"] = affine(27, kOutputs, kHidden, -0.20, 0.20, 0.08, -0.12, 0.0, 0.04);
  g.nodes["lif2"] = cubaLif(kOutputs, 0.6, 0.8);
  g.nodes["output"] = port("Output", kOutputs);
  g.edges = {{"fc1", "lif1.lif"},        {"fc2", "lif2"},
             {"input", "fc1"},           {"lif1.lif", "fc2"},
             {"lif1.lif", "lif1.w_rec"}, {"lif1.w_rec", "lif1.lif"},
             {"lif2", "output"}};
  return g;
}

std::vector<uint8_t> input() {
  std::vector<uint8_t> spikes;
  for (int t = 0; t < kSteps; ++t)
    for (int c = 0; c < kChannels; ++c) {
      bool lively = c / (kChannels / 2) == (t / 50) % 2;
      spikes.push_back(unit(9, static_cast<uint32_t>(t * kChannels + c)) < (lively ? 0.30 : 0.06));
    }
  return spikes;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_example DIR\n");
    return 1;
  }
  try {
    std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    spindle::nir::save(network(), (folder / "recurrent.nir").string());
    const std::vector<uint8_t> spikes = input();
    const int64_t shape[] = {kSteps, kChannels};
    spindle::io::writeNpy<uint8_t>(folder / "recurrent_input.npy", spindle::io::NpyType::U8, shape,
                                   std::span<const uint8_t>(spikes));
  } catch (const std::exception &e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}
