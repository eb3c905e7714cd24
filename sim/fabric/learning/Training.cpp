// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/fabric/learning/Training.h"

#include <chrono>
#include <numeric>
#include <stdexcept>

namespace spindle::learning {

std::vector<uint32_t> orderOf(size_t count, uint64_t seed, uint64_t epoch) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  uint64_t key = device::operationKey(seed, 0, device::Chance::Order, epoch);
  for (size_t i = count; i > 1; --i) {
    uint64_t random = device::mix64(key + i * device::kGolden) >> 32;
    std::swap(order[i - 1], order[size_t(random * i >> 32)]);
  }
  return order;
}

TrainingResult train(const TrainingSettings &settings, const Images &training, const Images &test) {
  if (training.size() != settings.network.inputs || test.size() != settings.network.inputs)
    throw std::invalid_argument("training: images have another size than the network's input");
  using Clock = std::chrono::steady_clock;
  Perceptron network(settings.network);
  Controls controls = settings.controls;
  TrainingResult result;
  Clock::duration spent{};
  size_t n = training.count(), due = settings.evaluations;
  for (uint32_t epoch = 0; epoch < settings.epochs; ++epoch) {
    std::vector<uint32_t> order = orderOf(n, settings.network.seed, epoch);
    network.set(controls);
    bool last = epoch + 1 == settings.epochs;
    auto start = Clock::now();
    for (size_t i = 0; i < n; ++i) {
      if (settings.schedule) {
        settings.schedule(network.updates(), controls);
        network.set(controls);
      }
      network.train(training.at(order[i]), training.labels[order[i]]);
      // Five evaluations of 60,000 images: at 40, 45, 50, 55 and 60 thousand.
      size_t left = n - (i + 1);
      if (!last || due == 0 ||
          left != n * (due - 1) / (3 * std::max<size_t>(settings.evaluations - 1, 1)))
        continue;
      --due;
      spent += Clock::now() - start;
      result.evaluations.push_back(network.accuracy(test));
      start = Clock::now();
    }
    spent += Clock::now() - start;
    controls.rate *= settings.rateFactor;
  }
  for (double a : result.evaluations)
    result.accuracy += a / double(result.evaluations.size());
  result.counters = network.counters();
  if (network.updates())
    result.secondsPerImage =
        std::chrono::duration<double>(spent).count() / double(network.updates());
  return result;
}

} // namespace spindle::learning
