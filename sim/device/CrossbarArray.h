// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A crossbar array of synapse devices with discrete conductance, one bank of a tile: rows x columns
// codes 0..levels-1. A read drives a set of rows and gives the sum of the codes of every column.
#ifndef SPINDLE_SIM_DEVICE_CROSSBARARRAY_H
#define SPINDLE_SIM_DEVICE_CROSSBARARRAY_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spindle::device {

/// What a device can hold. Programming is ideal: a device takes exactly the code that is written.
/// Update families and variation act on the codes at programming and update time and leave the read
/// as it is.
struct DeviceModel {
  uint32_t levels = 32; ///< conductance levels; codes are 0..levels-1

  int32_t maxCode() const { return int32_t(levels) - 1; }
};

/// The rows of a read as a bit vector, 64 rows a word, row 0 in bit 0 of word 0.
using RowMask = std::span<const uint64_t>;

inline constexpr size_t rowWords(size_t rows) { return (rows + 63) / 64; }

class CrossbarArray {
public:
  /// All devices at code 0. Throws std::invalid_argument when a size is 0, a level count is
  /// outside 2..32768 or a column sum could leave int32.
  CrossbarArray(size_t rows, size_t columns, const DeviceModel &model);

  size_t rows() const { return rows_; }
  size_t columns() const { return columns_; }
  const DeviceModel &model() const { return model_; }

  /// Writes all devices, row-major. Throws std::out_of_range on a code that the device does not
  /// have and std::invalid_argument on a wrong size.
  void program(std::span<const int16_t> codes);
  int16_t code(size_t row, size_t column) const { return codes_[row * stride_ + column]; }

  /// sums[c] = sum of the codes of column c over the rows of `mask`. `sums` has columns() elements
  /// or more.
  void read(RowMask mask, std::span<int32_t> sums) const;

  /// Largest sum that a column can give, whatever rows are driven.
  int32_t largestSum() const { return largestSum_; }

private:
  size_t rows_, columns_;
  size_t stride_; ///< columns rounded up to a vector
  DeviceModel model_;
  std::vector<int16_t> codes_;
  int32_t largestSum_ = 0;
};

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_CROSSBARARRAY_H
