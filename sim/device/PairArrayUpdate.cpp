// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Updates and refreshes. Vector loops decide which synapses are hit; few are, so that the physics
// of a hit can be plain code.
#include "sim/device/PairArray.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace spindle::device {

namespace {

constexpr int32_t kLargestFactor = 1 << 24;

uint32_t magnitude(int32_t factor) {
  return uint32_t(std::min(std::abs(int64_t{factor}), int64_t{kLargestFactor}));
}

} // namespace

PairArray::Keys PairArray::keysOf(uint64_t number) const {
  return {operationKey(settings_.seed, settings_.layer, Chance::Coin, number),
          operationKey(settings_.seed, settings_.layer, Chance::Noise, number)};
}

template <bool Own>
[[gnu::always_inline]] inline int32_t PairArray::stepOf(size_t device, Pulse pulse,
                                                        int32_t d) const {
  if constexpr (Own)
    return curves_[device * 2 + size_t(pulse)].step(d);
  else
    return settings_.device.step(pulse, d);
}

int32_t PairArray::noiseOf(uint32_t count, uint64_t a, uint64_t b) const {
  return int32_t((noise_[count] * normalSum(a, b) + 0x8000) >> 16);
}

/// `count` pulses of one device; a and b are the random bits of its noise.
template <bool Own>
[[gnu::always_inline]] inline void PairArray::move(size_t synapse, bool second, Pulse pulse,
                                                   uint32_t count, uint64_t a, uint64_t b) {
  uint16_t &g = second ? second_[synapse] : first_[synapse];
  size_t device = synapse * 2 + second;
  g = afterPulses(g, pulse, count, [&](int32_t d) { return stepOf<Own>(device, pulse, d); });
  if (!noise_.empty())
    g = uint16_t(std::clamp(int32_t{g} + noiseOf(count, a, b), 0, kFullScale));
  wear_[device] += count;
}

template <bool Own>
[[gnu::always_inline]] inline void PairArray::apply(size_t row, size_t column, bool up,
                                                    uint32_t count, const Keys &keys) {
  size_t globalRow = settings_.firstRow + row, globalColumn = settings_.firstColumn + column;
  size_t i = at(row, column);
  auto one = [&](bool second, Pulse pulse) __attribute__((always_inline)) {
    uint64_t a = 0, b = 0;
    if (!noise_.empty()) {
      a = synapseBits(keys.noise, globalRow, globalColumn, second * 2);
      b = synapseBits(keys.noise, globalRow, globalColumn, second * 2 + 1);
    }
    move<Own>(i, second, pulse, count, a, b);
    counters_.pulses += count;
  };
  Pulse forFirst = up ? Pulse::Up : Pulse::Down, forSecond = up ? Pulse::Down : Pulse::Up;
  switch (settings_.method) {
  case UpdateMethod::Single:
    one(false, forFirst);
    break;
  case UpdateMethod::Both:
    one(false, forFirst);
    one(true, forSecond);
    break;
  case UpdateMethod::OneOfPair: {
    bool second = synapseBits(keys.coin, globalRow, globalColumn) >> 63;
    one(second, second ? forSecond : forFirst);
    break;
  }
  case UpdateMethod::UpOnly:
    one(!up, Pulse::Up);
    break;
  case UpdateMethod::DownOnly:
    one(up, Pulse::Down);
    break;
  }
  cache(row, column);
}

void PairArray::applyAny(size_t row, size_t column, bool up, uint32_t count, const Keys &keys) {
  if (curves_.empty())
    apply<false>(row, column, up, count, keys);
  else
    apply<true>(row, column, up, count, keys);
}

void PairArray::pulse(size_t row, size_t column, int32_t count, uint64_t number) {
  if (row >= rows() || column >= columns())
    throw std::invalid_argument("array that learns: a synapse beyond the array");
  if (count != 0)
    applyAny(row, column, count > 0, uint32_t(std::min(std::abs(count), int32_t(kMaxPulses))),
             keysOf(number));
}

/// Factors for the vector loops, 16 bits; those that need more are listed in large_.
void PairArray::splitFactors(std::span<const int32_t> factor, uint32_t shift) {
  large_.clear();
  for (size_t c = 0; c < columns(); ++c) {
    uint32_t size = (magnitude(factor[c]) + (shift ? 1u << (shift - 1) : 0)) >> shift;
    sign_[c] = factor[c] < 0 ? -1 : 0;
    factor_[c] = uint16_t(size <= 65535 ? size : 0);
    if (size > 65535)
      large_.push_back(uint16_t(c));
  }
}

void PairArray::prepareRows(const Drive &inputs, uint64_t key) {
  size_t n = inputs.size();
  drive_.resize(n);
  rowKeys_.resize(n);
  for (size_t i = 0; i < n; ++i) {
    drive_[i] = uint16_t(257 * inputs.inputs()[i]);
    rowKeys_[i] = rowKey(key, settings_.firstRow + inputs.rows()[i]);
  }
  if (hits_.size() < n * stride_)
    hits_.resize(n * stride_);
}

void PairArray::applyHits(size_t hits, const Drive &inputs, const UpdateOperation &operation) {
  Keys keys = keysOf(operation.number);
  for (size_t h = 0; h < hits; ++h) {
    size_t row = inputs.rows()[hits_[h] >> 16], column = hits_[h] & 0xffff;
    applyAny(row, column, operation.factor[column] > 0, 1, keys);
  }
}

/// Columns that may wish for more than a pulse: every driven row, one by one.
void PairArray::largeFactors(const Drive &inputs, const UpdateOperation &operation) {
  Keys keys = keysOf(operation.number);
  for (uint16_t c : large_)
    for (size_t i = 0; i < inputs.size(); ++i) {
      uint64_t v = (uint64_t{drive_[i]} * magnitude(operation.factor[c])) >> 16;
      uint64_t part = 0x8000;
      if (operation.rounding == Rounding::Stochastic)
        part = 65535u - columnHash(rowKeys_[i], settings_.firstColumn + c);
      auto count = uint32_t(std::min<uint64_t>((v + part) >> 16, operation.maxPulses));
      if (count != 0)
        applyAny(inputs.rows()[i], c, operation.factor[c] > 0, count, keys);
    }
}

void PairArray::update(const Drive &inputs, const UpdateOperation &operation) {
  if (operation.factor.size() < columns())
    throw std::invalid_argument("array that learns: a factor for each column is needed");
  if (inputs.size() != 0 && inputs.rows().back() >= rows())
    throw std::invalid_argument("array that learns: a driven row beyond the array");
  if (operation.maxPulses < 1 || operation.maxPulses > kMaxPulses)
    throw std::invalid_argument("array that learns: pulses per update are 1..127");
  ++counters_.updates;
  prepareRows(inputs,
              operationKey(settings_.seed, settings_.layer, Chance::Pulse, operation.number));
  if (operation.rounding == Rounding::PulseTrain)
    return updateTrains(inputs, operation);
  if (operation.rounding == Rounding::Accumulate)
    return updateAccumulators(inputs, operation);
  splitFactors(operation.factor, 0);
  RowJob job{inputs.size(),  stride_,         inputs.rows().data(),
             drive_.data(),  rowKeys_.data(), columnWords_.data(),
             factor_.data(), sign_.data(),    nullptr};
  bool random = operation.rounding == Rounding::Stochastic;
  size_t hits = (random ? kernels_->drawn : kernels_->nearest)(job, hits_.data());
  applyHits(hits, inputs, operation);
  if (!large_.empty())
    largeFactors(inputs, operation);
}

void PairArray::drawRow(uint64_t number, size_t row, std::span<uint16_t> bits) const {
  uint32_t key = rowKey(operationKey(settings_.seed, settings_.layer, Chance::Pulse, number),
                        settings_.firstRow + row);
  for (size_t c = 0; c < columns(); ++c)
    bits[c] = columnHash(key, settings_.firstColumn + c);
}

void PairArray::drawSlot(uint64_t number, uint32_t slot, std::span<uint16_t> rowBits,
                         std::span<uint16_t> columnBits) const {
  uint64_t key = operationKey(settings_.seed, settings_.layer, Chance::RowTrain, number);
  for (size_t r = 0; r < rows(); ++r)
    rowBits[r] = trainBits(rowKey(key, settings_.firstRow + r), slot);
  key = operationKey(settings_.seed, settings_.layer, Chance::ColumnTrain, number);
  for (size_t c = 0; c < columns(); ++c)
    columnBits[c] = trainBits(rowKey(key, settings_.firstColumn + c), slot);
}

/// Slots of the driven rows into rowKeys_, of the columns into trains_, by their chances.
void PairArray::makeTrains(const Drive &inputs, const UpdateOperation &operation) {
  uint64_t rowSeed =
      operationKey(settings_.seed, settings_.layer, Chance::RowTrain, operation.number);
  uint64_t columnSeed =
      operationKey(settings_.seed, settings_.layer, Chance::ColumnTrain, operation.number);
  size_t n = inputs.size(), all = n + columns();
  ports_.resize(all);
  slots_.resize(all);
  for (size_t i = 0; i < n; ++i)
    ports_[i] = rowKey(rowSeed, settings_.firstRow + inputs.rows()[i]);
  for (size_t c = 0; c < columns(); ++c)
    ports_[n + c] = rowKey(columnSeed, settings_.firstColumn + c);
  kernels_->trains(ports_.data(), chances_.data(), all, slots_.data());
  constexpr uint32_t kSlots = (1u << kTrainSlots) - 1;
  for (size_t i = 0; i < n; ++i)
    rowKeys_[i] = slots_[i] & kSlots;
  for (size_t c = 0; c < columns(); ++c)
    trains_[c] = slots_[n + c] & kSlots;
}

/// The chances of row and column multiply to v / 31. Both get the same largest one (update
/// management), which is 1 at most: a wish for more than 31 pulses is cut.
bool PairArray::trainChances(const Drive &inputs, const UpdateOperation &operation,
                             std::span<uint32_t> rowChances,
                             std::span<uint32_t> columnChances) const {
  uint32_t largestFactor = operation.largestFactor, largestDrive = 257u * operation.largestInput;
  for (size_t c = 0; c < columns(); ++c)
    largestFactor = std::max(largestFactor, magnitude(operation.factor[c]));
  for (uint8_t x : inputs.inputs())
    largestDrive = std::max(largestDrive, 257u * x);
  if (largestFactor == 0 || largestDrive == 0)
    return false;
  uint64_t wish = uint64_t{largestFactor} * largestDrive / kTrainSlots; // 2^-32 per slot
  // IEEE square roots are exact to the last bit, so this is the same number everywhere.
  auto top = uint64_t(std::min(65535.0, std::sqrt(double(wish))));
  for (size_t i = 0; i < inputs.size(); ++i)
    rowChances[i] = uint32_t(257u * inputs.inputs()[i] * top / largestDrive);
  for (size_t c = 0; c < columns(); ++c)
    columnChances[c] = uint32_t(magnitude(operation.factor[c]) * top / largestFactor);
  return true;
}

void PairArray::updateTrains(const Drive &inputs, const UpdateOperation &operation) {
  chances_.resize(inputs.size() + columns());
  std::span<uint32_t> chances(chances_);
  if (!trainChances(inputs, operation, chances, chances.subspan(inputs.size())))
    return;
  makeTrains(inputs, operation);
  RowJob job{inputs.size(),  stride_,        inputs.rows().data(), drive_.data(), rowKeys_.data(),
             trains_.data(), factor_.data(), sign_.data(),         nullptr};
  size_t hits = kernels_->coincident(job, hits_.data());
  Keys keys = keysOf(operation.number);
  for (size_t h = 0; h < hits; ++h) {
    size_t i = hits_[h] >> 16, column = hits_[h] & 0xffff;
    auto count = uint32_t(std::popcount(rowKeys_[i] & trains_[column]));
    applyAny(inputs.rows()[i], column, operation.factor[column] > 0,
             std::min(count, operation.maxPulses), keys);
  }
}

void PairArray::updateAccumulators(const Drive &inputs, const UpdateOperation &operation) {
  if (accumulators_.empty())
    throw std::logic_error("array that learns: it was made without accumulators");
  splitFactors(operation.factor, 4);
  for (uint16_t c : large_) // more than 16 pulses at once: an accumulator holds no more anyway
    factor_[c] = 65535;
  RowJob job{inputs.size(),  stride_,         inputs.rows().data(),
             drive_.data(),  rowKeys_.data(), columnWords_.data(),
             factor_.data(), sign_.data(),    accumulators_.data()};
  size_t hits = kernels_->accumulate(job, hits_.data());
  Keys keys = keysOf(operation.number);
  for (size_t h = 0; h < hits; ++h) {
    size_t row = inputs.rows()[hits_[h] >> 16], column = hits_[h] & 0xffff;
    int16_t &rest = accumulators_[at(row, column)];
    auto count =
        uint32_t(std::min(std::abs(int32_t{rest}) / kAccumulatorOne, int32_t(operation.maxPulses)));
    bool up = rest > 0;
    rest = int16_t(rest + (up ? -1 : 1) * int32_t(count) * kAccumulatorOne);
    applyAny(row, column, up, count, keys);
  }
}

uint32_t PairArray::nominalCount(int32_t target) const {
  auto above = std::lower_bound(trajectory_.begin(), trajectory_.end(), target);
  if (above == trajectory_.end())
    return uint32_t(trajectory_.size() - 1);
  auto n = uint32_t(above - trajectory_.begin());
  return n > 0 && target - trajectory_[n - 1] < *above - target ? n - 1 : n;
}

/// Brings an erased device to a travel of `target` codes. Returns the pulses that it took.
uint32_t PairArray::travelTo(size_t row, size_t column, bool second, int32_t target,
                             const RefreshOperation &operation, uint64_t dither) {
  size_t i = at(row, column);
  Pulse way = settings_.method == UpdateMethod::UpOnly ? Pulse::Up : Pulse::Down;
  uint16_t &g = second ? second_[i] : first_[i];
  uint64_t random = synapseBits(dither, settings_.firstRow + row, settings_.firstColumn + column);
  uint32_t sent = 0;
  auto send = [&](uint32_t count) {
    sent += count;
    uint64_t a = random = mix64(random + kGolden), b = mix64(random ^ kGolden);
    curves_.empty() ? move<false>(i, second, way, count, a, b)
                    : move<true>(i, second, way, count, a, b);
    counters_.rewritePulses += count;
  };
  if (!operation.verify) {
    for (uint32_t count = nominalCount(target); count != 0;) {
      uint32_t now = std::min(count, kMaxPulses);
      send(now);
      count -= now;
    }
    return sent;
  }
  uint32_t budget = uint32_t(4 * trajectory_.size()); // a dead device is given up
  for (; budget != 0; --budget) {
    int32_t d = travel(way, g), rest = target - d;
    int32_t step = settings_.device.step(way, d);
    if (rest <= 0 || step == 0)
      break;
    if (rest >= step) {
      send(1);
      continue;
    }
    uint64_t u = mix64(random + 2 * kGolden) & 0xffff;
    if (u * uint64_t(step) < uint64_t(rest) << 16)
      send(1);
    break;
  }
  return sent;
}

uint32_t PairArray::rewrite(size_t row, size_t column, const RefreshOperation &operation,
                            uint64_t dither) {
  size_t i = at(row, column);
  Pulse way = settings_.method == UpdateMethod::UpOnly ? Pulse::Up : Pulse::Down;
  int32_t a = travel(way, first_[i]), b = travel(way, second_[i]);
  first_[i] = second_[i] = uint16_t(travel(way, 0));
  ++wear_[i * 2];
  ++wear_[i * 2 + 1];
  counters_.resets += 2;
  ++counters_.refreshes;
  uint32_t sent = travelTo(row, column, b > a, std::abs(a - b), operation, dither);
  cache(row, column);
  return sent;
}

int32_t PairArray::refreshRow(size_t row, const RefreshOperation &operation) {
  if (!isOneWay(settings_.method))
    throw std::logic_error("array that learns: only pairs of one-way devices are refreshed");
  if (row >= rows())
    throw std::invalid_argument("array that learns: a row beyond the array");
  uint64_t dither = operationKey(settings_.seed, settings_.layer, Chance::Dither, operation.number);
  // In the mirror method travel is the distance from the top.
  uint16_t flip = settings_.method == UpdateMethod::DownOnly ? 0xffff : 0;
  const uint16_t *first = first_.data() + at(row, 0), *second = second_.data() + at(row, 0);
  int32_t most = -1;
  for (size_t base = 0; base < columns(); base += kColumnBlock) {
    size_t end = std::min(base + kColumnBlock, columns());
    int any = 0;
    for (size_t c = base; c < end; ++c) {
      uint16_t a = first[c] ^ flip, b = second[c] ^ flip;
      any |= int(std::max(a, b) > operation.high) & int(std::min(a, b) > operation.low);
    }
    for (size_t c = base; any != 0 && c < end; ++c) {
      uint16_t a = first[c] ^ flip, b = second[c] ^ flip;
      if (std::max(a, b) > operation.high && std::min(a, b) > operation.low)
        most = std::max(most, int32_t(rewrite(row, c, operation, dither)));
    }
  }
  return most;
}

} // namespace spindle::device
