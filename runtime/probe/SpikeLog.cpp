// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/probe/SpikeLog.h"

#include "runtime/io/Npy.h"

#include <algorithm>
#include <cmath>

namespace spindle::probe {
namespace {

[[noreturn]] void fail() {
  throw UserError("the temporary file of a recording cannot be used; is the disk full?");
}

template <typename T> void put(std::FILE *file, const T *values, size_t count) {
  if (count && std::fwrite(values, sizeof(T), count, file) != count)
    fail();
}

template <typename T> void get(std::FILE *file, T *values, size_t count) {
  if (count && std::fread(values, sizeof(T), count, file) != count)
    fail();
}

} // namespace

SpikeLog::SpikeLog(std::string node, std::vector<int64_t> shape, bool graded)
    : node_(std::move(node)), shape_(std::move(shape)), counts_(!graded), file_(std::tmpfile()) {
  if (!file_)
    fail();
  for (int64_t extent : shape_)
    neurons_ *= static_cast<uint64_t>(extent);
}

void SpikeLog::append(std::span<const Event> events) {
  uint64_t count = events.size();
  put(file_.get(), &count, 1);
  put(file_.get(), events.data(), events.size());
  ++steps_;
  events_ += count;
  for (const Event &event : events) {
    single_ &= event.value == 1;
    counts_ &=
        event.value >= 0 && event.value <= UINT32_MAX && event.value == std::floor(event.value);
    largest_ = std::max(largest_, event.value);
  }
}

std::span<const Event> SpikeLog::readStep() {
  uint64_t count = 0;
  get(file_.get(), &count, 1);
  step_.resize(count);
  get(file_.get(), step_.data(), count);
  return step_;
}

template <typename Use> void SpikeLog::replay(Use use) {
  if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0)
    fail();
  for (uint64_t step = 0; step < steps_; ++step)
    use(readStep());
  std::fseek(file_.get(), 0, SEEK_END);
}

template <typename T>
void SpikeLog::writeDense(const std::filesystem::path &file, io::NpyType type) {
  io::NpyWriter writer(file, type, shape_);
  std::vector<T> row(neurons_, T{});
  replay([&](std::span<const Event> events) {
    for (const Event &event : events)
      row[event.neuron] = static_cast<T>(event.value);
    writer.append(std::as_bytes(std::span<const T>(row)));
    for (const Event &event : events)
      row[event.neuron] = T{};
  });
  writer.finish();
}

void SpikeLog::writeNpy(const std::filesystem::path &file) {
  using io::NpyType;
  if (!counts_)
    return writeDense<double>(file, NpyType::F64);
  if (largest_ <= UINT8_MAX)
    return writeDense<uint8_t>(file, NpyType::U8);
  if (largest_ <= UINT16_MAX)
    return writeDense<uint16_t>(file, NpyType::U16);
  writeDense<uint32_t>(file, NpyType::U32);
}

void SpikeLog::writeNirData(io::NirDataWriter &writer) {
  if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0)
    fail();
  io::NirDataInfo info{node_, neurons_, steps_, events_, counts_ && single_, counts_};
  writer.addSpikes(info, [&](uint64_t) { return readStep(); });
  std::fseek(file_.get(), 0, SEEK_END);
}

} // namespace spindle::probe
