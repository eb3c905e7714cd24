// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dense frames: an array whose first axis is the step.
#include "runtime/io/Npy.h"
#include "runtime/io/SpikeReaders.h"

#include <cmath>

namespace spindle::io {
namespace {

std::vector<int64_t> withoutOnes(std::span<const int64_t> shape) {
  std::vector<int64_t> kept;
  for (int64_t extent : shape)
    if (extent != 1)
      kept.push_back(extent);
  return kept;
}

/// Whether a frame of that shape is one of the source: the same but for axes of length 1, or flat.
bool matches(std::span<const int64_t> frame, std::span<const int64_t> shape) {
  std::vector<int64_t> flat{static_cast<int64_t>(sizeOf(shape))};
  return withoutOnes(frame) == withoutOnes(shape) || withoutOnes(frame) == withoutOnes(flat);
}

void checkValue(double value, uint64_t step, uint64_t neuron) {
  if (!std::isfinite(value))
    throw InputError("step " + std::to_string(step) + ", neuron " + std::to_string(neuron) +
                     " holds a value that is no number");
}

} // namespace

SpikeInput readSpikeNpy(std::span<const std::byte> bytes, std::span<const int64_t> shape,
                        const LoadOptions &options) {
  NpyArray array = parseNpy(bytes, "");
  uint64_t size = sizeOf(shape);
  std::span<const int64_t> dims(array.shape);
  if (dims.empty() || !matches(dims.subspan(1), shape))
    throw InputError("has the shape " + textOf(dims) + ", expected are steps x " + textOf(shape) +
                     " or steps x " + std::to_string(size));
  uint64_t steps = static_cast<uint64_t>(dims[0]);
  if (steps > options.maxSteps)
    throw InputError("has " + std::to_string(steps) + " steps; at most " +
                     std::to_string(options.maxSteps) + " are read");
  SpikeInput input;
  input.steps.resize(steps);
  for (uint64_t step = 0; step < steps; ++step)
    for (uint64_t neuron = 0; neuron < size; ++neuron) {
      double value = array.at(step * size + neuron);
      if (value == 0)
        continue;
      checkValue(value, step, neuron);
      input.counts &= value >= 0 && value == std::floor(value);
      input.steps[step].push_back({static_cast<uint32_t>(neuron), value});
    }
  input.note = std::string(nameOf(array.type)) + " array " + textOf(dims);
  return input;
}

} // namespace spindle::io
