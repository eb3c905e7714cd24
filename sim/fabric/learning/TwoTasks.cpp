// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fixed point: weights 24 bits of fraction, hidden activations and errors 16.
#include "sim/fabric/learning/TwoTasks.h"

#include "sim/fabric/learning/Training.h"

#include <chrono>
#include <stdexcept>

namespace spindle::learning {

namespace {

constexpr size_t kClasses = 10;

void initialise(WeightMemory &memory, uint64_t seed, uint32_t layer, double gain) {
  uint64_t key = device::operationKey(seed, layer, device::Chance::Initial, 0);
  double bound = std::sqrt(gain / double(memory.rows()));
  for (size_t r = 0; r < memory.rows(); ++r)
    for (size_t c = 0; c < memory.columns(); ++c) {
      double u = double(device::synapseBits(key, r, c) >> 11) * 0x1p-52 - 1;
      memory.at(r, c) = int32_t(weightOf(u * bound));
    }
  memory.keepInitial();
}

class Network {
public:
  Network(const TwoTasksSettings &s, size_t inputs)
      : settings_(s), first_(inputs, s.hidden), second_(s.hidden, kClasses),
        gradient1_(inputs * s.hidden), gradient2_(s.hidden * kClasses), sums_(s.hidden),
        hidden_(s.hidden), delta1_(s.hidden) {
    initialise(first_, s.seed, 0, 6);
    initialise(second_, s.seed, 1, 3);
  }

  /// Pixel p of an image goes to input place[p].
  void setTask(std::vector<uint32_t> place) { place_ = std::move(place); }

  double accuracy(const Images &images) {
    size_t right = 0;
    for (size_t i = 0; i < images.count(); ++i) {
      forward(images.at(i));
      right += size_t(std::max_element(output_, output_ + kClasses) - output_) == images.labels[i];
    }
    return double(right) / double(images.count());
  }

  void learn(std::span<const uint8_t> image, size_t label) {
    forward(image);
    double top = *std::max_element(output_, output_ + kClasses), total = 0, p[kClasses];
    for (size_t k = 0; k < kClasses; ++k)
      total += p[k] = std::exp(output_[k] - top);
    for (size_t k = 0; k < kClasses; ++k)
      delta2_[k] = int32_t(std::lround((p[k] / total - (k == label ? 1.0 : 0.0)) * 65536));
    for (size_t j = 0; j < settings_.hidden; ++j) {
      int64_t back = 0;
      for (size_t k = 0; k < kClasses; ++k)
        back += int64_t{second_.at(j, k)} * delta2_[k];
      delta1_[j] = hidden_[j] > 0 ? int32_t(back >> 24) : 0;
      for (size_t k = 0; k < kClasses; ++k)
        gradient2_[j * kClasses + k] += int64_t{hidden_[j]} * delta2_[k]; // 32 bits of fraction
    }
    for (auto [row, x] : driven_)
      for (size_t j = 0; j < settings_.hidden; ++j)
        gradient1_[row * settings_.hidden + j] += int64_t{x} * delta1_[j]; // 255 * 2^16
  }

  /// Ends a batch; returns how many synapses changed.
  uint64_t write(const AnyRule &rule) {
    double scale1 = kWeightOne / (255.0 * 65536.0 * double(settings_.batch));
    double scale2 = kWeightOne / (0x1p32 * double(settings_.batch));
    for (int64_t &g : gradient1_)
      g = nearest(double(g) * scale1);
    for (int64_t &g : gradient2_)
      g = nearest(double(g) * scale2);
    uint64_t writes = rule(first_, {{}, {}, gradient1_, settings_.seed, steps_, 0});
    writes += rule(second_, {{}, {}, gradient2_, settings_.seed, steps_, 1});
    std::fill(gradient1_.begin(), gradient1_.end(), 0);
    std::fill(gradient2_.begin(), gradient2_.end(), 0);
    ++steps_;
    return writes;
  }

  uint64_t steps() const { return steps_; }
  size_t synapses() const { return gradient1_.size() + gradient2_.size(); }

private:
  void forward(std::span<const uint8_t> image) {
    driven_.clear();
    std::fill(sums_.begin(), sums_.end(), 0);
    for (size_t p = 0; p < image.size(); ++p)
      if (image[p] != 0)
        driven_.push_back({place_[p], image[p]});
    for (auto [row, x] : driven_) {
      std::span<const int32_t> w = first_.row(row);
      for (size_t j = 0; j < settings_.hidden; ++j)
        sums_[j] += int64_t{x} * w[j];
    }
    for (size_t j = 0; j < settings_.hidden; ++j) // 255 * 2^24 to 2^16
      hidden_[j] = sums_[j] > 0 ? int32_t(std::min<int64_t>(sums_[j] / (255 * 256), 1 << 26)) : 0;
    for (size_t k = 0; k < kClasses; ++k) {
      int64_t sum = 0;
      for (size_t j = 0; j < settings_.hidden; ++j)
        sum += int64_t{hidden_[j]} * second_.at(j, k);
      output_[k] = double(sum) * 0x1p-40;
    }
  }

  struct Driven {
    uint32_t row;
    int32_t x;
  };
  TwoTasksSettings settings_;
  WeightMemory first_, second_;
  std::vector<int64_t> gradient1_, gradient2_, sums_;
  std::vector<int32_t> hidden_, delta1_;
  std::vector<uint32_t> place_;
  std::vector<Driven> driven_;
  int32_t delta2_[kClasses];
  double output_[kClasses];
  uint64_t steps_ = 0;
};

} // namespace

TwoTasksResult trainTwoTasks(const TwoTasksSettings &settings, const AnyRule &rule,
                             const Images &training, const Images &test) {
  if (training.size() != test.size() || settings.batch == 0)
    throw std::invalid_argument("two tasks: images of one size and a batch are needed");
  auto start = std::chrono::steady_clock::now();
  Network network(settings, training.size());
  TwoTasksResult result;
  uint64_t writes = 0, epochs = 0;
  size_t n = std::min(settings.images, training.count());
  // Places of the tasks are orders of pixels, from streams far beyond those of the epochs.
  constexpr uint64_t kPlaces = 1u << 20;
  auto placeOf = [&](uint64_t task) {
    return orderOf(training.size(), settings.seed, kPlaces + task);
  };
  for (uint64_t task = 0; task < 2; ++task) {
    network.setTask(placeOf(task));
    for (uint32_t epoch = 0; epoch < settings.epochs; ++epoch) {
      std::vector<uint32_t> order = orderOf(n, settings.seed, epochs++);
      for (size_t i = 0; i < n; ++i) {
        network.learn(training.at(order[i]), training.labels[order[i]]);
        if ((i + 1) % settings.batch == 0 || i + 1 == n)
          writes += network.write(rule);
      }
    }
    (task == 0 ? result.firstBefore : result.second) = network.accuracy(test);
  }
  network.setTask(placeOf(0));
  result.firstAfter = network.accuracy(test);
  result.writes = double(writes) / double(network.steps()) / double(network.synapses());
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

} // namespace spindle::learning
