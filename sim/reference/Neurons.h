// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The columns of one node of the reference engine: parameters, states, inputs, and what it emitted.
#ifndef SPINDLE_SIM_REFERENCE_NEURONS_H
#define SPINDLE_SIM_REFERENCE_NEURONS_H

#include "runtime/image/Image.h"
#include "runtime/machine/Kernel.h"
#include "runtime/machine/Machine.h"

#include <cstdint>
#include <span>
#include <vector>

namespace spindle::reference {

/// A column of doubles, or of 32-bit fixed-point numbers, as the kernel sees it.
struct Column {
  std::vector<double> real;
  std::vector<int32_t> fixed;
  void *data() { return real.empty() ? static_cast<void *>(fixed.data()) : real.data(); }
};

/// A population (or a relay, which has one input and passes it on).
class Neurons {
public:
  Neurons(const image::Image &image, uint32_t node, const KernelLibrary *kernels);

  uint64_t size() const { return size_; }
  uint32_t ports() const { return static_cast<uint32_t>(input_.size()); }
  bool graded() const { return emitKind_ == image::fb::Emit_Graded; }
  bool fixedPoint() const { return number_ == image::fb::Number_S1615; }

  /// Input sums of this step, which run() consumes. They keep the values of the last step until the
  /// caller writes them anew.
  std::span<double> input(uint32_t port) { return input_[port]; }

  /// One step: update, emit, reset; fills events(). Before the onset nothing happens.
  void run(uint64_t now);
  std::span<const Event> events() const { return events_; }
  std::vector<Event> &eventBuffer() { return events_; }

  void reset();
  /// What a raw unit of a fixed-point state is worth.
  double unit(uint32_t term) const { return unit_[term]; }
  std::vector<Column> &states() { return state_; }
  const std::vector<Column> &states() const { return state_; }

private:
  void collect();

  uint64_t size_, onset_ = 0;
  image::fb::Emit emitKind_;
  image::fb::Number number_ = image::fb::Number_F64;
  KernelFn kernel_ = nullptr; // none: a relay
  std::vector<Column> state_, initial_, param_, fixedInput_;
  std::vector<std::vector<double>> input_;
  std::vector<double> scale_, unit_; ///< per port: raw units of a 1; per state: worth of a unit
  Column emit_;
  std::vector<Event> events_;
  std::vector<void *> statePointers_, inputPointers_, paramPointers_;
};

} // namespace spindle::reference

#endif // SPINDLE_SIM_REFERENCE_NEURONS_H
