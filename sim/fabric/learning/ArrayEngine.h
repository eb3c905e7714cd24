// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What runs the operations of an array that learns: the functional model, which is the array
// itself, or a tile in RTL around its devices. Both give the same numbers.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_ARRAYENGINE_H
#define SPINDLE_SIM_FABRIC_LEARNING_ARRAYENGINE_H

#include "sim/device/PairArray.h"

#include <functional>
#include <memory>
#include <span>

namespace spindle::learning {

class ArrayEngine {
public:
  virtual ~ArrayEngine() = default;

  /// The operations of device::PairArray, with the same meaning.
  virtual void read(const device::Drive &inputs, std::span<int32_t> sums) = 0;
  virtual void readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums) = 0;
  virtual void update(const device::Drive &inputs, const device::UpdateOperation &operation) = 0;
  virtual void refreshRow(size_t row, const device::RefreshOperation &operation) = 0;

  virtual device::PairArray &devices() = 0;
  virtual device::ArrayCounters counters() const = 0;
};

using ArrayFactory = std::function<std::unique_ptr<ArrayEngine>(const device::PairArraySettings &)>;

class FunctionalArray final : public ArrayEngine {
public:
  explicit FunctionalArray(const device::PairArraySettings &settings) : array_(settings) {}

  void read(const device::Drive &inputs, std::span<int32_t> sums) override {
    array_.read(inputs, sums);
  }
  void readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums) override {
    array_.readTransposed(errors, sums);
  }
  void update(const device::Drive &inputs, const device::UpdateOperation &operation) override {
    array_.update(inputs, operation);
  }
  void refreshRow(size_t row, const device::RefreshOperation &operation) override {
    array_.refreshRow(row, operation);
  }
  device::PairArray &devices() override { return array_; }
  device::ArrayCounters counters() const override { return array_.counters(); }

private:
  device::PairArray array_;
};

inline std::unique_ptr<ArrayEngine> functionalArray(const device::PairArraySettings &settings) {
  return std::make_unique<FunctionalArray>(settings);
}

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_ARRAYENGINE_H
