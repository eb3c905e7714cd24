// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/io/SpikeInput.h"

#include "runtime/io/Files.h"
#include "runtime/io/Npy.h"
#include "runtime/io/SpikeReaders.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace spindle::io {

uint64_t sizeOf(std::span<const int64_t> shape) {
  uint64_t size = 1;
  for (int64_t extent : shape)
    size *= static_cast<uint64_t>(extent);
  return size;
}

void addSpike(SpikeInput &input, uint64_t step, uint32_t neuron, const LoadOptions &options) {
  if (step >= options.maxSteps)
    throw InputError("an event in step " + std::to_string(step) + "; at most " +
                     std::to_string(options.maxSteps) +
                     " steps are read (is the unit of time right?)");
  if (step >= input.steps.size())
    input.steps.resize(step + 1);
  input.steps[step].push_back({neuron, 1});
}

void order(SpikeInput &input) {
  input.events = 0;
  for (std::vector<Event> &step : input.steps) {
    std::sort(step.begin(), step.end(),
              [](const Event &a, const Event &b) { return a.neuron < b.neuron; });
    size_t kept = 0;
    for (size_t i = 0; i < step.size(); ++i)
      if (kept > 0 && step[kept - 1].neuron == step[i].neuron)
        step[kept - 1].value += step[i].value;
      else
        step[kept++] = step[i];
    step.resize(kept);
    input.events += kept;
  }
}

CameraShape::CameraShape(std::span<const int64_t> shape) {
  if (shape.size() != 3 || shape[0] != 2)
    throw InputError("events of a camera need a source of shape (2, height, width); it has " +
                     textOf(shape));
  height_ = static_cast<uint64_t>(shape[1]);
  width_ = static_cast<uint64_t>(shape[2]);
}

uint32_t CameraShape::index(const CameraEvent &event) const {
  if (event.x >= width_ || event.y >= height_ || event.polarity > 1)
    throw InputError("event " + std::to_string(event.where) + " is at x " +
                     std::to_string(event.x) + ", y " + std::to_string(event.y) + ", polarity " +
                     std::to_string(event.polarity) + "; the source is " + std::to_string(width_) +
                     " wide and " + std::to_string(height_) + " high");
  return static_cast<uint32_t>((event.polarity * height_ + event.y) * width_ + event.x);
}

SpikeInput bin(std::span<const CameraEvent> events, std::span<const int64_t> shape,
               const LoadOptions &options) {
  CameraShape camera(shape);
  if (!(options.windowUs > 0) || !std::isfinite(options.windowUs))
    throw InputError("a window of " + std::to_string(options.windowUs) + " us");
  if (events.empty())
    throw InputError("no events");
  auto [first, last] =
      std::minmax_element(events.begin(), events.end(),
                          [](const auto &a, const auto &b) { return a.timeUs < b.timeUs; });
  auto windowOf = [&, start = first->timeUs](uint64_t timeUs) {
    return std::floor(static_cast<double>(timeUs - start) / options.windowUs);
  };
  double complete = windowOf(last->timeUs);
  if (complete < 1)
    throw InputError("its " + std::to_string(last->timeUs - first->timeUs) +
                     " us are less than one window of " + std::to_string(options.windowUs) + " us");
  if (complete > static_cast<double>(options.maxSteps))
    throw InputError("its times ask for more than " + std::to_string(options.maxSteps) +
                     " windows");
  SpikeInput input;
  input.steps.resize(static_cast<size_t>(complete));
  for (const CameraEvent &event : events) {
    uint32_t neuron = camera.index(event);
    double window = windowOf(event.timeUs);
    if (window < complete)
      addSpike(input, static_cast<uint64_t>(window), neuron, options);
    else
      ++input.dropped;
  }
  return input;
}

SpikeInput parseSpikes(std::span<const std::byte> bytes, const std::string &name,
                       std::span<const int64_t> shape, const LoadOptions &options) {
  std::string ending = std::filesystem::path(name).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  try {
    if (options.steps > options.maxSteps)
      throw InputError(std::to_string(options.steps) + " steps asked for, at most " +
                       std::to_string(options.maxSteps));
    SpikeInput input;
    if (ending == ".npy")
      input = readSpikeNpy(bytes, shape, options);
    else if (ending == ".csv" || ending == ".txt")
      input = readSpikeCsv(bytes, shape, options);
    else if (ending == ".bin" || ending == ".bs2")
      input = readSpikeNmnist(bytes, shape, options);
    else
      throw InputError("unknown kind of spike file; .npy, .csv, .txt, .bin and .bs2 are read");
    if (options.steps)
      input.steps.resize(options.steps);
    order(input);
    return input;
  } catch (const InputError &error) {
    throw InputError(name + ": " + error.what());
  }
}

SpikeInput loadSpikes(const std::filesystem::path &file, std::span<const int64_t> shape,
                      const LoadOptions &options) {
  return parseSpikes(readFile(file), file.string(), shape, options);
}

} // namespace spindle::io
