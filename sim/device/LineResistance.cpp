// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Alternating line relaxation. In units where a line's segment has conductance 1, a line is the
// system -x[k-1] + (n_k + g_k) x[k] - x[k+1] = g_k other[k] + (drive at the driven end), n_k the
// number of neighbours: its elimination needs one stored number a cell, p_k = 1/(n_k + g_k -
// p_{k-1}).
#include "sim/device/LineResistance.h"

#include "sim/device/Wide.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::device {

namespace {

constexpr size_t kMostCells = size_t(1) << 26;
constexpr size_t kBlock = 16; ///< of a transposition

/// One cell of each line: d = (g o + d before) p.
SPINDLE_WIDE void forward(const double *g, const double *other, const double *pivot,
                          const double *before, double *out, size_t n) {
  for (size_t k = 0; k < n; ++k)
    out[k] = (g[k] * other[k] + before[k]) * pivot[k];
}

SPINDLE_WIDE void forwardFirst(const double *g, const double *other, const double *pivot,
                               double *out, size_t n) {
  for (size_t k = 0; k < n; ++k)
    out[k] = g[k] * other[k] * pivot[k];
}

/// x = d + p x behind.
SPINDLE_WIDE void backward(const double *pivot, const double *behind, double *x, size_t n) {
  for (size_t k = 0; k < n; ++k)
    x[k] += pivot[k] * behind[k];
}

/// out (columns x rows) = in (rows x columns) transposed.
void transpose(const double *in, double *out, size_t rows, size_t columns) {
  for (size_t r0 = 0; r0 < rows; r0 += kBlock)
    for (size_t c0 = 0; c0 < columns; c0 += kBlock)
      for (size_t c = c0; c < std::min(columns, c0 + kBlock); ++c)
        for (size_t r = r0; r < std::min(rows, r0 + kBlock); ++r)
          out[c * rows + r] = in[r * columns + c];
}

void require(bool condition, const char *what) {
  if (!condition)
    throw std::invalid_argument(std::string("line resistance: ") + what);
}

bool valid(double x) { return x >= 0 && std::isfinite(x); }

} // namespace

LineResistance::LineResistance(size_t rows, size_t columns, const LineParameters &parameters)
    : rows_(rows), columns_(columns), parameters_(parameters) {
  require(rows > 0 && columns > 0 && rows <= 65536 && columns <= 65536 &&
              rows * columns <= kMostCells,
          "the array's size is 0 or too large");
  require(valid(parameters.wordOhms) && valid(parameters.bitOhms),
          "a resistance is negative or not finite");
  size_t cells = rows * columns;
  for (auto *field : {&g_, &bitG_, &wordG_, &bitPivot_, &wordPivot_, &v_, &vt_, &u_, &ut_})
    field->assign(cells, 0);
  dirtyRow_.assign(rows, 0);
  dirtyColumn_.assign(columns, 0);
}

void LineResistance::setConductances(std::span<const double> siemens) {
  require(siemens.size() == g_.size(), "wrong number of conductances");
  require(std::all_of(siemens.begin(), siemens.end(), valid),
          "a conductance is negative or not finite");
  for (size_t i = 0; i < rows_; ++i)
    for (size_t j = 0; j < columns_; ++j)
      if (g_[i * columns_ + j] != siemens[i * columns_ + j])
        setConductance(i, j, siemens[i * columns_ + j]);
}

void LineResistance::setConductance(size_t row, size_t column, double siemens) {
  require(row < rows_ && column < columns_, "no such cell");
  require(valid(siemens), "a conductance is negative or not finite");
  size_t cell = row * columns_ + column;
  g_[cell] = siemens;
  bitG_[cell] = siemens * parameters_.bitOhms;
  wordG_[column * rows_ + row] = siemens * parameters_.wordOhms;
  dirtyRow_[row] = std::min(dirtyRow_[row], column);
  dirtyColumn_[column] = std::min(dirtyColumn_[column], row);
}

double LineResistance::conductance(size_t row, size_t column) const {
  return g_[row * columns_ + column];
}

void LineResistance::forget() { warm_ = false; }

/// From the top (one neighbour) to the bottom, whose lower neighbour is the fixed voltage.
void LineResistance::eliminateBits(size_t column) {
  for (size_t i = dirtyColumn_[column]; i < rows_; ++i) {
    double before = i ? bitPivot_[(i - 1) * columns_ + column] : 0;
    double neighbours = i ? 2 : 1;
    bitPivot_[i * columns_ + column] = 1 / (neighbours + bitG_[i * columns_ + column] - before);
  }
  dirtyColumn_[column] = rows_;
}

/// From the driver to the open end (one neighbour).
void LineResistance::eliminateWords(size_t row) {
  for (size_t j = dirtyRow_[row]; j < columns_; ++j) {
    double before = j ? wordPivot_[(j - 1) * rows_ + row] : 0;
    double neighbours = j + 1 < columns_ ? 2 : 1;
    wordPivot_[j * rows_ + row] = 1 / (neighbours + wordG_[j * rows_ + row] - before);
  }
  dirtyRow_[row] = columns_;
}

void LineResistance::refresh() {
  for (size_t j = 0; j < columns_; ++j)
    eliminateBits(j);
  for (size_t i = 0; i < rows_; ++i)
    eliminateWords(i);
}

void LineResistance::solveBits(const Drive &drive) {
  size_t n = columns_;
  if (parameters_.bitOhms == 0) {
    for (size_t i = 0; i < rows_; ++i)
      for (size_t j = 0; j < n; ++j)
        u_[i * n + j] = drive.bit ? drive.bit[j] : 0;
    return;
  }
  // The top node has one neighbour; a lone conductance of 0 there leaves p = 1, never a division by
  // 0.
  forwardFirst(bitG_.data(), v_.data(), bitPivot_.data(), u_.data(), n);
  for (size_t i = 1; i < rows_; ++i)
    forward(&bitG_[i * n], &v_[i * n], &bitPivot_[i * n], &u_[(i - 1) * n], &u_[i * n], n);
  if (drive.bit)
    backward(&bitPivot_[(rows_ - 1) * n], drive.bit, &u_[(rows_ - 1) * n], n);
  for (size_t i = rows_ - 1; i-- > 0;)
    backward(&bitPivot_[i * n], &u_[(i + 1) * n], &u_[i * n], n);
}

void LineResistance::solveWords(const Drive &drive) {
  size_t n = rows_;
  if (parameters_.wordOhms == 0) {
    for (size_t j = 0; j < columns_; ++j)
      std::copy_n(drive.word, n, &vt_[j * n]);
    transpose(vt_.data(), v_.data(), columns_, rows_);
    return;
  }
  transpose(u_.data(), ut_.data(), rows_, columns_);
  forward(wordG_.data(), ut_.data(), wordPivot_.data(), drive.word, vt_.data(), n);
  for (size_t j = 1; j < columns_; ++j)
    forward(&wordG_[j * n], &ut_[j * n], &wordPivot_[j * n], &vt_[(j - 1) * n], &vt_[j * n], n);
  for (size_t j = columns_ - 1; j-- > 0;)
    backward(&wordPivot_[j * n], &vt_[(j + 1) * n], &vt_[j * n], n);
  transpose(vt_.data(), v_.data(), columns_, rows_);
}

void LineResistance::bitCurrents(const Drive &drive, double *amperes) const {
  size_t n = columns_;
  for (size_t j = 0; j < n; ++j) {
    double bottom = drive.bit ? drive.bit[j] : 0;
    if (parameters_.bitOhms > 0) {
      amperes[j] = (u_[(rows_ - 1) * n + j] - bottom) / parameters_.bitOhms;
      continue;
    }
    amperes[j] = 0;
    for (size_t i = 0; i < rows_; ++i)
      amperes[j] += g_[i * n + j] * (v_[i * n + j] - bottom);
  }
}

/// Into the drivers, which is out of the array.
void LineResistance::wordCurrents(const Drive &drive, double *amperes) const {
  for (size_t i = 0; i < rows_; ++i) {
    if (parameters_.wordOhms > 0) {
      amperes[i] = (v_[i * columns_] - drive.word[i]) / parameters_.wordOhms;
      continue;
    }
    amperes[i] = 0;
    for (size_t j = 0; j < columns_; ++j)
      amperes[i] += g_[i * columns_ + j] * (u_[i * columns_ + j] - drive.word[i]);
  }
}

LineSolve LineResistance::relax(const Drive &drive, bool atWords, std::span<double> amperes,
                                double tolerance) {
  refresh();
  auto currents = [&] {
    if (atWords)
      wordCurrents(drive, amperes.data());
    else
      bitCurrents(drive, amperes.data());
  };
  LineSolve solve;
  std::vector<double> last(amperes.size(), 0);
  if (warm_) {
    // Against these the first sweep is judged; against 0 it would look as if it had converged fast.
    currents();
    std::copy(amperes.begin(), amperes.end(), last.begin());
  } else {
    for (size_t i = 0; i < rows_; ++i)
      std::fill_n(&v_[i * columns_], columns_, drive.word[i]);
  }
  warm_ = true;
  double lastChange = 0;
  while (solve.sweeps < kMostSweeps) {
    solveBits(drive);
    solveWords(drive);
    ++solve.sweeps;
    currents();
    double change = 0, largest = 0;
    for (size_t k = 0; k < last.size(); ++k) {
      change = std::max(change, std::fabs(amperes[k] - last[k]));
      largest = std::max(largest, std::fabs(amperes[k]));
      last[k] = amperes[k];
    }
    // The error shrinks by about one factor a sweep: what is left is its geometric series.
    double factor = lastChange > 0 ? std::min(change / lastChange, 0.999) : 0.5;
    solve.error = largest > 0 ? change / largest * factor / (1 - factor) : 0;
    lastChange = change;
    bool direct = parameters_.wordOhms == 0 || parameters_.bitOhms == 0;
    solve.converged = solve.sweeps > 1 && (solve.error <= tolerance || direct);
    if (solve.converged)
      break;
  }
  return solve;
}

LineSolve LineResistance::read(std::span<const double> volts, std::span<double> amperes,
                               double tolerance) {
  require(volts.size() == rows_ && amperes.size() == columns_, "wrong number of volts or currents");
  return relax({volts.data(), nullptr}, false, amperes, tolerance);
}

std::vector<double> LineResistance::transfer(double tolerance) {
  std::vector<double> matrix(rows_ * columns_), word(rows_, 0), bit(columns_, 0), current(rows_);
  for (size_t j = 0; j < columns_; ++j) {
    warm_ = false;
    bit[j] = 1;
    relax({word.data(), bit.data()}, true, current, tolerance);
    bit[j] = 0;
    for (size_t i = 0; i < rows_; ++i)
      matrix[i * columns_ + j] = current[i];
  }
  warm_ = false;
  return matrix;
}

} // namespace spindle::device
