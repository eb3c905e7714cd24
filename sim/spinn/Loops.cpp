// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiled once for each vector width, with SPINDLE_ISA naming it (CMakeLists.txt).
#include "sim/spinn/Loops.h"

#include <algorithm>

namespace spindle::spinn::SPINDLE_ISA {

namespace {

constexpr uint32_t kLimit = 0xffff;

bool combine(const uint32_t *__restrict plus, unsigned up, const uint32_t *__restrict minus,
             unsigned down, uint32_t count, int32_t *__restrict input) {
  uint32_t highest = 0;
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t a = plus[i], b = minus[i];
    highest |= (a | b) >> 16;
    input[i] = static_cast<int32_t>((std::min(a, kLimit) << up) - (std::min(b, kLimit) << down));
  }
  return highest != 0;
}

bool raise(const uint32_t *__restrict plus, unsigned up, uint32_t count,
           int32_t *__restrict input) {
  uint32_t highest = 0;
  for (uint32_t i = 0; i < count; ++i) {
    highest |= plus[i] >> 16;
    input[i] = static_cast<int32_t>(std::min(plus[i], kLimit) << up);
  }
  return highest != 0;
}

void add(const int32_t *__restrict values, uint32_t count, int32_t *__restrict input) {
  for (uint32_t i = 0; i < count; ++i)
    input[i] = static_cast<int32_t>(uint32_t(input[i]) + uint32_t(values[i]));
}

void addOne(int32_t value, uint32_t count, int32_t *input) {
  for (uint32_t i = 0; i < count; ++i)
    input[i] = static_cast<int32_t>(uint32_t(input[i]) + uint32_t(value));
}

void addCounts(const uint8_t *__restrict counts, uint32_t weight, uint32_t count,
               uint32_t *__restrict sums) {
  for (uint32_t i = 0; i < count; ++i)
    sums[i] += counts[i] * weight;
}

void addDraws(const uint8_t *__restrict counts, uint32_t weight, uint32_t count,
              uint32_t *__restrict sums, uint8_t *__restrict packets, uint8_t *__restrict spikes) {
  addCounts(counts, weight, count, sums);
  for (uint32_t i = 0; i < count; ++i) {
    spikes[i] = static_cast<uint8_t>(spikes[i] + counts[i]);
    packets[i] = static_cast<uint8_t>(packets[i] + (counts[i] != 0));
  }
}

void moveCounts(uint8_t *__restrict few, uint32_t count, uint16_t *__restrict sums) {
  for (uint32_t i = 0; i < count; ++i) {
    sums[i] = static_cast<uint16_t>(sums[i] + few[i]);
    few[i] = 0;
  }
}

uint32_t positive(const int32_t *values, uint32_t count, uint32_t *out) {
  constexpr uint32_t kBlock = 64; // most of them hold nothing
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i += kBlock) {
    uint32_t end = std::min(i + kBlock, count);
    int32_t any = 0;
    if (end == i + kBlock)
      for (uint32_t k = 0; k < kBlock; ++k)
        any |= values[i + k];
    else
      any = 1;
    if (any == 0)
      continue;
    for (uint32_t k = i; k < end; ++k) {
      out[found] = k;
      found += values[k] > 0;
    }
  }
  return found;
}

} // namespace

extern const Loops table;
const Loops table{combine, raise, add, addOne, addCounts, addDraws, moveCounts, positive};

} // namespace spindle::spinn::SPINDLE_ISA
