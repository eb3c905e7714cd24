// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an image costs on arrays that learn: training 784-100-10 on one thread, by rule of rounding
// and width of vectors, its inference, and NeuroSim's protocol. The time of an iteration is that of
// one image. MNIST where the shared data is, else synthetic digits (which have as much ink).
#include "examples/hw-dnn/Data.h"
#include "examples/hw-dnn/Options.h"
#include "sim/device/Presets.h"
#include "sim/fabric/learning/NeuroSim.h"

#include <benchmark/benchmark.h>

using namespace spindle;
using namespace spindle::learning;

namespace {

const hwdnn::Data &data() {
  static const hwdnn::Data all = hwdnn::loadData("", false);
  return all;
}

/// A network in the middle of its training, which is when errors are as they mostly are.
Perceptron warm(const char *method, const char *rounding, device::VectorWidth width) {
  hwdnn::Options options;
  options.method = method;
  options.rounding = rounding;
  TrainingSettings s = options.settings();
  Perceptron network(s.network);
  network.set(s.controls);
  network.use(*device::arrayKernels(width));
  for (size_t i = 0; i < 15000; ++i)
    network.train(data().training.at(i), data().training.labels[i]);
  return network;
}

void trainImages(benchmark::State &state, const char *method, const char *rounding,
                 device::VectorWidth width) {
  Perceptron network = warm(method, rounding, width);
  uint64_t before = network.counters().pulses;
  size_t i = 0;
  for (auto _ : state) {
    size_t image = i++ % data().training.count();
    network.train(data().training.at(image), data().training.labels[image]);
  }
  state.counters["pulses/image"] = double(network.counters().pulses - before) / double(i);
}

void classifyImages(benchmark::State &state, device::VectorWidth width) {
  Perceptron network = warm("U3c", "SR1", width);
  size_t i = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(network.classify(data().test.at(i++ % data().test.count())));
}

/// An iteration is a run of 8 epochs; `ns/image` is to be read.
void neuroSim(benchmark::State &state, const char *preset) {
  double seconds = 0, images = 0;
  for (auto _ : state) {
    NeuroSimSettings s = neuroSimOf(*device::presetNamed(preset), 15e3);
    s.epochs = 8;
    s.evaluateEvery = 100;
    NeuroSimResult r = trainNeuroSim(s, data().training, firstOf(data().test, 10));
    seconds += r.seconds;
    images += s.epochs * s.imagesPerEpoch;
  }
  state.counters["ns/image"] = 1e9 * seconds / images;
}

void addWidth(device::VectorWidth width, const std::string &name) {
  if (!device::arrayKernels(width))
    return;
  auto add = [&](const char *method, const char *rounding) {
    benchmark::RegisterBenchmark(
        ("train/" + std::string(method) + "/" + rounding + "/" + name).c_str(), trainImages, method,
        rounding, width)
        ->Unit(benchmark::kMicrosecond);
  };
  add("U3c", "SR1");
  add("U3c", "SR7");
  add("U2A", "SR7");
  add("U3c", "PT31");
  add("U3c", "MP");
  benchmark::RegisterBenchmark(("classify/" + name).c_str(), classifyImages, width)
      ->Unit(benchmark::kMicrosecond);
}

} // namespace

int main(int argc, char **argv) {
  addWidth(device::VectorWidth::Avx512, "avx512");
  addWidth(device::VectorWidth::Avx2, "avx2");
  addWidth(device::VectorWidth::Portable, "portable");
  for (const char *preset : {"ag-asi", "epiram", "ideal"})
    benchmark::RegisterBenchmark(("neurosim/" + std::string(preset)).c_str(), neuroSim, preset)
        ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
