// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Column sums of a crossbar array. The loops run over fixed blocks of columns so that the sums of a
// block stay in registers while the driven rows pass by.
#include "sim/device/CrossbarArray.h"

#include "sim/device/Wide.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>
#include <string>

namespace spindle::device {

namespace {

constexpr size_t kBlock = 32; ///< columns summed together; rows are padded to a multiple of it

/// Calls f(row) for each set bit.
template <typename F> [[gnu::always_inline]] inline void forEachRow(RowMask mask, F f) {
  for (size_t w = 0; w < mask.size(); ++w)
    for (uint64_t bits = mask[w]; bits != 0; bits &= bits - 1)
      f(w * 64 + size_t(std::countr_zero(bits)));
}

template <typename Sum>
[[gnu::always_inline]] inline void readBlocks(RowMask mask, const int16_t *codes, size_t stride,
                                              size_t columns, int32_t *sums) {
  for (size_t base = 0; base < columns; base += kBlock) {
    Sum block[kBlock] = {};
    forEachRow(mask, [&](size_t row) {
      const int16_t *line = codes + row * stride + base;
      for (size_t c = 0; c < kBlock; ++c)
        block[c] = Sum(block[c] + line[c]);
    });
    size_t count = std::min(kBlock, columns - base);
    for (size_t c = 0; c < count; ++c)
      sums[base + c] = block[c];
  }
}

SPINDLE_WIDE void readNarrow(RowMask mask, const int16_t *codes, size_t stride, size_t columns,
                             int32_t *sums) {
  readBlocks<int16_t>(mask, codes, stride, columns, sums);
}

SPINDLE_WIDE void readWide(RowMask mask, const int16_t *codes, size_t stride, size_t columns,
                           int32_t *sums) {
  readBlocks<int32_t>(mask, codes, stride, columns, sums);
}

} // namespace

CrossbarArray::CrossbarArray(size_t rows, size_t columns, const DeviceModel &model)
    : rows_(rows), columns_(columns), stride_((columns + kBlock - 1) / kBlock * kBlock),
      model_(model) {
  if (rows == 0 || columns == 0)
    throw std::invalid_argument("crossbar array: no rows or no columns");
  if (model.levels < 2 || model.levels > 32768)
    throw std::invalid_argument("crossbar array: " + std::to_string(model.levels) +
                                " levels are outside 2..32768");
  if (uint64_t(rows) * uint64_t(model.maxCode()) > uint64_t(std::numeric_limits<int32_t>::max()))
    throw std::invalid_argument("crossbar array: a column sum may exceed 32 bits");
  codes_.assign(rows_ * stride_, 0);
}

void CrossbarArray::program(std::span<const int16_t> codes) {
  if (codes.size() != rows_ * columns_)
    throw std::invalid_argument("crossbar array: wrong number of codes");
  std::vector<int32_t> total(columns_, 0);
  for (size_t r = 0; r < rows_; ++r)
    for (size_t c = 0; c < columns_; ++c) {
      int16_t code = codes[r * columns_ + c];
      if (code < 0 || code > model_.maxCode())
        throw std::out_of_range("crossbar array: code " + std::to_string(code) + " is outside 0.." +
                                std::to_string(model_.maxCode()));
      codes_[r * stride_ + c] = code;
      total[c] += code;
    }
  largestSum_ = *std::max_element(total.begin(), total.end());
}

void CrossbarArray::read(RowMask mask, std::span<int32_t> sums) const {
  // Sums that fit 16 bits are added 16 bits wide: twice as many columns per instruction.
  if (largestSum_ <= std::numeric_limits<int16_t>::max())
    readNarrow(mask, codes_.data(), stride_, columns_, sums.data());
  else
    readWide(mask, codes_.data(), stride_, columns_, sums.data());
}

} // namespace spindle::device
