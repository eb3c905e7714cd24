// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels in plain C++, which are the definition, and the choice among the widths.
#include "sim/device/ArrayKernelLoops.h"
#include "sim/device/SynapseHash.h"

#include <initializer_list>

namespace spindle::device {

namespace {

uint32_t scaledDrive(uint16_t drive, uint16_t factor) { return (uint32_t{drive} * factor) >> 16; }

struct Portable {
  static void weightedSum(const int16_t *const *lines, const int16_t *factors, size_t count,
                          size_t stride, int32_t *sums) {
    for (size_t base = 0; base < stride; base += kColumnBlock) {
      int32_t block[kColumnBlock] = {};
      for (size_t i = 0; i < count; ++i) {
        const int16_t *line = lines[i] + base;
        int32_t factor = factors[i];
        for (size_t c = 0; c < kColumnBlock; ++c)
          block[c] += factor * line[c];
      }
      for (size_t c = 0; c < kColumnBlock; ++c)
        sums[base + c] = block[c];
    }
  }

  /// Compiled without branches: compare to bytes, bytes to bits.
  template <typename Test> static uint32_t bits(Test test) {
    uint8_t flags[kColumnBlock];
    for (size_t c = 0; c < kColumnBlock; ++c)
      flags[c] = test(c);
    uint32_t mask = 0;
    for (size_t c = 0; c < kColumnBlock; ++c)
      mask |= uint32_t{flags[c]} << c;
    return mask;
  }

  static uint32_t drawn(uint32_t key, const uint32_t *words, uint16_t drive,
                        const uint16_t *factor) {
    uint32_t hash[kColumnBlock / 2];
    for (size_t c = 0; c < kColumnBlock / 2; ++c)
      hash[c] = pairHash(key, words[c]);
    return bits([&](size_t c) {
      return ((hash[c / 2] >> (16 * (c & 1))) & 0xffff) < scaledDrive(drive, factor[c]);
    });
  }

  static uint32_t nearest(uint16_t drive, const uint16_t *factor) {
    return bits([&](size_t c) { return scaledDrive(drive, factor[c]) >= 0x8000; });
  }

  static uint32_t coincident(uint32_t row, const uint32_t *columns) {
    return bits([&](size_t c) { return (row & columns[c]) != 0; });
  }

  static uint32_t accumulate(uint16_t drive, const uint16_t *factor, const int16_t *sign,
                             int16_t *accumulator) {
    return bits([&](size_t c) {
      uint32_t size = (uint32_t{drive} * factor[c] + 0x8000) >> 16;
      int32_t step = int32_t(size < 32767 ? size : 32767);
      int32_t sum = accumulator[c] + (sign[c] ? -step : step);
      sum = sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
      accumulator[c] = int16_t(sum);
      return sum >= kAccumulatorOne || sum <= -kAccumulatorOne;
    });
  }
};

} // namespace

const ArrayKernels kernels::portable = kernelsOf<Portable>();

#if defined(__x86_64__)
namespace {
bool hostHas(VectorWidth width) {
  __builtin_cpu_init();
  return width == VectorWidth::Avx512
             ? __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
             : __builtin_cpu_supports("avx2");
}
} // namespace

const ArrayKernels *arrayKernels(VectorWidth width) {
  if (width == VectorWidth::Portable)
    return &kernels::portable;
  if (!hostHas(width))
    return nullptr;
  return width == VectorWidth::Avx512 ? &kernels::avx512 : &kernels::avx2;
}
#else
const ArrayKernels *arrayKernels(VectorWidth width) {
  return width == VectorWidth::Portable ? &kernels::portable : nullptr;
}
#endif

const ArrayKernels &arrayKernels() {
  static const ArrayKernels &widest = [&]() -> const ArrayKernels & {
    for (VectorWidth width : {VectorWidth::Avx512, VectorWidth::Avx2})
      if (const ArrayKernels *found = arrayKernels(width))
        return *found;
    return kernels::portable;
  }();
  return widest;
}

} // namespace spindle::device
