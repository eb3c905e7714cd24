// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows stream past blocks of columns whose sums stay in registers.
#include "sim/device/DeviceArray.h"

#include "sim/device/Wide.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::device {

namespace {

constexpr size_t kBlock = 32; ///< columns summed together

/// Sums of volts G and of (volts N)^2 for kBlock columns, or for the `count` last ones. Every
/// column adds its rows in order, whatever the width of the vectors: the same numbers on every
/// host.
template <bool noisy, bool whole>
[[gnu::always_inline]] inline void sumBlock(const float *volts, const float *g, const float *noise,
                                            size_t rows, size_t stride, size_t count, float *sums,
                                            float *squares) {
  float sum[kBlock] = {}, square[kBlock] = {};
  size_t n = whole ? kBlock : count;
  for (size_t r = 0; r < rows; ++r) {
    float v = volts[r];
    if (v == 0)
      continue;
    for (size_t c = 0; c < n; ++c) {
      sum[c] += v * g[r * stride + c];
      if (noisy) {
        float s = v * noise[r * stride + c];
        square[c] += s * s;
      }
    }
  }
  std::copy_n(sum, n, sums);
  if (noisy)
    std::copy_n(square, n, squares);
}

template <bool noisy>
[[gnu::always_inline]] inline void sumAll(const float *volts, const float *g, const float *noise,
                                          size_t rows, size_t columns, float *sums,
                                          float *squares) {
  size_t c = 0;
  for (; c + kBlock <= columns; c += kBlock)
    sumBlock<noisy, true>(volts, g + c, noise + c, rows, columns, kBlock, sums + c, squares + c);
  if (c < columns)
    sumBlock<noisy, false>(volts, g + c, noise + c, rows, columns, columns - c, sums + c,
                           squares + c);
}

SPINDLE_WIDE void sumQuiet(const float *volts, const float *g, size_t rows, size_t columns,
                           float *sums) {
  sumAll<false>(volts, g, g, rows, columns, sums, sums);
}

SPINDLE_WIDE void sumNoisy(const float *volts, const float *g, const float *noise, size_t rows,
                           size_t columns, float *sums, float *squares) {
  sumAll<true>(volts, g, noise, rows, columns, sums, squares);
}

} // namespace

DeviceArray::DeviceArray(const Device &device, uint32_t rows, uint32_t columns, uint64_t seed,
                         uint32_t tile)
    : device_(device), extent_{rows, columns}, seed_(seed), tile_(tile) {
  if (rows == 0 || columns == 0 || rows > 65536 || columns > 65536 || tile >= 1u << 24)
    throw std::invalid_argument("device array: its size or its tile is out of range");
  DeviceDrawer drawer(device_, seed, tile, extent_);
  cells_.reserve(size_t(rows) * columns);
  for (uint32_t r = 0; r < rows; ++r)
    for (uint32_t c = 0; c < columns; ++c)
      cells_.push_back(Synapse::of(device_, Place{seed, tile, r, c}, drawer.draw(r, c)));
  for (const Synapse &cell : cells_) {
    noisy_ |= cell.drawn().readNoise > 0;
    sameNoise_ &= cell.drawn().readNoise == device_.readNoise;
  }
  siemens_.resize(cells_.size());
  noise_.resize(sameNoise_ ? 0 : cells_.size());
  for (size_t i = 0; i < cells_.size(); ++i)
    note(i);
}

size_t DeviceArray::index(uint32_t row, uint32_t column) const {
  if (row >= extent_.rows || column >= extent_.columns)
    throw std::out_of_range("device array: no such device");
  return size_t(row) * extent_.columns + column;
}

void DeviceArray::note(size_t cell) {
  siemens_[cell] = float(cells_[cell].conductance());
  if (!sameNoise_)
    noise_[cell] = float(cells_[cell].conductance() * cells_[cell].drawn().readNoise);
}

void DeviceArray::pulse(uint32_t row, uint32_t column, int32_t n) {
  size_t cell = index(row, column);
  cells_[cell].pulse(n);
  note(cell);
}

void DeviceArray::erase(uint32_t row, uint32_t column) {
  size_t cell = index(row, column);
  cells_[cell].erase();
  note(cell);
}

void DeviceArray::program(uint32_t row, uint32_t column, double state) {
  size_t cell = index(row, column);
  cells_[cell].program(state);
  note(cell);
}

Written DeviceArray::writeVerify(uint32_t row, uint32_t column, double target) {
  size_t cell = index(row, column);
  Written written = cells_[cell].writeVerify(target);
  note(cell);
  return written;
}

void DeviceArray::age(double seconds) {
  for (size_t i = 0; i < cells_.size(); ++i) {
    cells_[i].age(seconds);
    note(i);
  }
}

void DeviceArray::read(std::span<const float> volts, std::span<float> amperes) {
  if (volts.size() != extent_.rows || amperes.size() != extent_.columns)
    throw std::invalid_argument("device array: wrong number of volts or currents");
  size_t columns = extent_.columns;
  uint32_t operation = reads_++;
  if (!noisy_)
    return sumQuiet(volts.data(), siemens_.data(), extent_.rows, columns, amperes.data());
  std::vector<float> squares(columns);
  const float *noise = sameNoise_ ? siemens_.data() : noise_.data();
  sumNoisy(volts.data(), siemens_.data(), noise, extent_.rows, columns, amperes.data(),
           squares.data());
  float sigma = sameNoise_ ? float(device_.readNoise) : 1;
  for (uint32_t c = 0; c < columns; ++c) {
    Place place{seed_, tile_, 0, c};
    amperes[c] += sigma * std::sqrt(squares[c]) * float(normal(place, Draw::ColumnRead, operation));
  }
}

} // namespace spindle::device
