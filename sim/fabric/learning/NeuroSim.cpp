// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/fabric/learning/NeuroSim.h"

#include "sim/device/Device.h"
#include "sim/device/PulseConversion.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

namespace spindle::learning {

using device::Chance;
using device::Drive;
using device::PairArray;

namespace {

constexpr size_t kInputs = 400, kHidden = 100, kOutputs = 10;
constexpr int32_t kDigits = 255;

/// Rows of images as lists of set pixels, made once: pixels are binary.
std::vector<Drive> binaryCrops(const Images &images) {
  std::vector<Drive> drives(images.count());
  for (size_t i = 0; i < images.count(); ++i)
    for (size_t p = 0; p < kInputs; ++p)
      if (images.at(i)[(p / 20 + 4) * 28 + p % 20 + 4] >= 128)
        drives[i].add(uint16_t(p), 255);
  return drives;
}

/// Weight codes behind an access transistor: the current of the two in series, scaled as if the
/// transistor were not there.
std::shared_ptr<const std::vector<int16_t>> seenThrough(double onOff, double accessRatio) {
  if (accessRatio == 0)
    return nullptr;
  auto table = std::make_shared<std::vector<int16_t>>(65536);
  double low = 1 / onOff; // in units of Gmax
  for (size_t g = 0; g < 65536; ++g) {
    double conductance = low + (1 - low) * double(g) / device::kFullScale;
    double current = 1 / (1 / conductance + accessRatio);
    double w = 2 * (current - low) / (1 - low) - 1;
    (*table)[g] = int16_t(std::clamp(std::floor(w * 4096), -8192.0, 4095.0));
  }
  return table;
}

/// One layer: its array, its 8-bit partial sums, and their sigmoids.
class Layer {
public:
  Layer(const NeuroSimSettings &s, uint32_t number, size_t rows, size_t columns)
      : array_(arraySettings(s, number, rows, columns)), rows_(rows), low_(1 / (s.onOff - 1)),
        pulses_{s.pulsesUp, s.pulsesDown}, rate_(s.rates[number]) {
    for (int32_t d = -2 * kDigits; d <= 2 * kDigits; ++d)
      sigmoid_.push_back(1 / (1 + std::exp(-double(d) * double(rows) / kDigits)));
    sums_.resize(columns);
    factor_.resize(columns);
    initialise(number);
  }

  /// Activations of the driven rows, all with input 255 (1).
  void forward(const Drive &drive, std::span<double> activations) {
    array_.read(drive, sums_);
    double lines = double(drive.size()), unit = double(kDigits) / double(rows_);
    auto reference = int32_t(lines * (0.5 + low_) * unit);
    for (size_t c = 0; c < activations.size(); ++c) {
      double total = (double(sums_[c]) / (255.0 * 4096.0) + lines) / 2; // sum of g
      auto digits = int32_t((total + lines * low_) * unit) - reference;
      activations[c] =
          sigmoid_[size_t(std::clamp(digits, -2 * kDigits, 2 * kDigits) + 2 * kDigits)];
    }
  }

  double weight(size_t row, size_t column) const { return array_.weight(row, column) / 4096.0; }

  /// Change -rate s_c x_r of every driven synapse.
  void update(const Drive &drive, std::span<const double> s, uint64_t number) {
    for (size_t c = 0; c < s.size(); ++c) {
      double wish = -rate_ * s[c] / 2;
      factor_[c] = int32_t(std::lround(wish * pulses_[wish < 0] * 65536));
    }
    array_.update(drive, {number, factor_, device::Rounding::Nearest, device::kMaxPulses});
  }

  uint64_t pulses() const { return array_.counters().pulses; }

private:
  static device::PairArraySettings arraySettings(const NeuroSimSettings &s, uint32_t number,
                                                 size_t rows, size_t columns) {
    device::PairArraySettings a;
    a.rows = rows;
    a.columns = columns;
    a.method = device::UpdateMethod::Single;
    a.device = s.device;
    a.cycleNoise = s.cycleNoise;
    a.seed = s.seed;
    a.layer = number;
    a.seen = seenThrough(s.onOff, s.accessRatio);
    return a;
  }

  /// One of seven conductances, evenly over the range.
  void initialise(uint32_t number) {
    uint64_t key = operationKey(array_.settings().seed, number, Chance::Initial, 0);
    std::vector<uint16_t> codes;
    for (size_t r = 0; r < array_.rows(); ++r)
      for (size_t c = 0; c < array_.columns(); ++c)
        codes.push_back(uint16_t(device::synapseBits(key, r, c) % 7 * 65535 / 6));
    array_.programDevices(codes, {});
  }

  PairArray array_;
  size_t rows_;
  double low_; ///< Gmin in units of the range
  double pulses_[2], rate_;
  std::vector<double> sigmoid_;
  std::vector<int32_t> sums_, factor_;
};

class Network {
public:
  explicit Network(const NeuroSimSettings &s)
      : first_(s, 0, kInputs, kHidden), second_(s, 1, kHidden, kOutputs) {}

  size_t classify(const Drive &image) {
    forward(image);
    return size_t(std::max_element(a2_, a2_ + kOutputs) - a2_);
  }

  void train(const Drive &image, size_t label, uint64_t number) {
    forward(image);
    double s2[kOutputs], s1[kHidden];
    for (size_t k = 0; k < kOutputs; ++k)
      s2[k] = -2 * a2_[k] * (1 - a2_[k]) * ((k == label ? 1.0 : 0.0) - a2_[k]);
    for (size_t j = 0; j < kHidden; ++j) {
      double sum = 0;
      for (size_t k = 0; k < kOutputs; ++k)
        sum += second_.weight(j, k) * s2[k];
      s1[j] = a1_[j] * (1 - a1_[j]) * sum;
    }
    first_.update(image, s1, number);
    graded_.clear();
    for (size_t j = 0; j < kHidden; ++j)
      if (auto a = uint8_t(std::lround(a1_[j] * 255)))
        graded_.add(uint16_t(j), a);
    second_.update(graded_, s2, number);
  }

  uint64_t pulses() const { return first_.pulses() + second_.pulses(); }

private:
  void forward(const Drive &image) {
    first_.forward(image, a1_);
    binary_.clear();
    for (size_t j = 0; j < kHidden; ++j)
      if (a1_[j] >= 0.5)
        binary_.add(uint16_t(j), 255);
    second_.forward(binary_, a2_);
  }

  Layer first_, second_;
  Drive binary_, graded_;
  double a1_[kHidden], a2_[kOutputs];
};

} // namespace

NeuroSimSettings neuroSimOf(const device::Device &device, double accessOhms) {
  NeuroSimSettings s;
  auto drawn = device::draw(device, {}, {});
  s.device = device::pulseResponse(drawn);
  s.pulsesUp = device.up.pulses;
  s.pulsesDown = device.down ? device.down->pulses : device.up.pulses;
  s.cycleNoise = device.cycle.sigma;
  s.onOff = device.maximum / device.minimum;
  s.accessRatio = accessOhms * device.maximum;
  return s;
}

NeuroSimResult trainNeuroSim(const NeuroSimSettings &settings, const Images &training,
                             const Images &test) {
  if (training.size() != 784 || test.size() != 784 || training.count() == 0 || test.count() == 0)
    throw std::invalid_argument("NeuroSim's protocol takes images of 28 x 28");
  std::vector<Drive> images = binaryCrops(training), tests = binaryCrops(test);
  Network network(settings);
  NeuroSimResult result;
  uint64_t key = device::operationKey(settings.seed, 0, Chance::Order, 0), number = 0;
  for (uint32_t epoch = 0; epoch < settings.epochs; ++epoch) {
    auto start = std::chrono::steady_clock::now();
    for (uint32_t n = 0; n < settings.imagesPerEpoch; ++n, ++number) {
      uint64_t random = device::mix64(key + (number + 1) * device::kGolden) >> 32;
      size_t i = size_t(random * images.size() >> 32);
      network.train(images[i], training.labels[i], number);
    }
    result.seconds +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if ((epoch + 1) % std::max(settings.evaluateEvery, 1u) != 0 && epoch + 11 < settings.epochs)
      continue;
    size_t right = 0;
    for (size_t i = 0; i < tests.size(); ++i)
      right += network.classify(tests[i]) == test.labels[i];
    result.accuracies.push_back(double(right) / double(tests.size()));
  }
  size_t last = std::min<size_t>(11, result.accuracies.size());
  for (size_t i = 0; i < result.accuracies.size(); ++i) {
    result.best = std::max(result.best, result.accuracies[i]);
    if (i + last >= result.accuracies.size())
      result.lastMean += result.accuracies[i] / double(last);
  }
  result.pulses = network.pulses();
  return result;
}

} // namespace spindle::learning
