// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Currents of a crossbar whose lines have a resistance. Word lines are driven at their left end,
// bit lines are held at 0 V at their bottom end; each line has a resistance between neighbouring
// cells, before its first cell (word) and after its last (bit):
//   (V[i][j-1] + V[i][j+1] - 2 V[i][j]) / rw =  G[i][j] (V[i][j] - U[i][j])   word node
//   (U[i-1][j] + U[i+1][j] - 2 U[i][j]) / rb = -G[i][j] (V[i][j] - U[i][j])   bit node
// where the far ends have one neighbour. Units: volts, siemens, ohms, amperes. Matrices are
// row-major, rows = word lines.
#ifndef SPINDLE_SIM_DEVICE_LINERESISTANCE_H
#define SPINDLE_SIM_DEVICE_LINERESISTANCE_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spindle::device {

struct LineParameters {
  double wordOhms = 1; ///< rw, 0 or more
  double bitOhms = 1;  ///< rb, 0 or more
};

/// What a solve took.
struct LineSolve {
  uint32_t sweeps = 0;
  double error = 0; ///< estimated, relative to the largest current
  bool converged = false;
};

/// The default solver: exact along one direction at a time. All bit lines are solved with the word
/// voltages held, then all word lines with the bit voltages held, and again until the currents
/// stand. Each line is a tridiagonal system whose elimination is kept as long as its conductances
/// stay; all lines of a direction go side by side through it. The last voltages are the first guess
/// of the next solve.
class LineResistance {
public:
  static constexpr uint32_t kMostSweeps = 1000;

  /// All conductances 0. Throws std::invalid_argument on a size of 0 or above 65,536, more than
  /// 2^26 cells, or a resistance that is negative or not finite.
  LineResistance(size_t rows, size_t columns, const LineParameters &parameters);

  size_t rows() const { return rows_; }
  size_t columns() const { return columns_; }

  /// All cells. Throws std::invalid_argument on a wrong size, a negative or not finite number.
  void setConductances(std::span<const double> siemens);
  /// One cell; of its two lines, what lies behind the cell is eliminated anew before the next
  /// solve.
  void setConductance(size_t row, size_t column, double siemens);
  double conductance(size_t row, size_t column) const;

  /// Bit-line currents for one voltage a word line. Stops when the estimated error is below
  /// `tolerance`, relative to the largest current. Throws std::invalid_argument on wrong sizes.
  LineSolve read(std::span<const double> volts, std::span<double> amperes, double tolerance = 1e-9);

  /// The same from zero knowledge: forgets the voltages of the last solve.
  void forget();

  /// The whole array as one matrix: amperes[j] = sum over i of volts[i] * matrix[i][j]. By
  /// reciprocity it needs one solve a column (1 V at the bottom of a bit line, the currents into
  /// the word drivers), and pays where conductances stand still for more reads than there are
  /// columns.
  std::vector<double> transfer(double tolerance = 1e-9);

private:
  struct Drive {
    const double *word; ///< volts of the word drivers
    const double *bit;  ///< volts at the bottom of the bit lines, or null for 0
  };
  void eliminateBits(size_t column);
  void eliminateWords(size_t row);
  void refresh();
  void solveBits(const Drive &drive);
  void solveWords(const Drive &drive);
  void bitCurrents(const Drive &drive, double *amperes) const;
  void wordCurrents(const Drive &drive, double *amperes) const;
  LineSolve relax(const Drive &drive, bool atWords, std::span<double> amperes, double tolerance);

  size_t rows_, columns_;
  LineParameters parameters_;
  std::vector<double> g_;         ///< siemens
  std::vector<double> bitG_;      ///< g * rb, row-major
  std::vector<double> wordG_;     ///< g * rw, column-major
  std::vector<double> bitPivot_;  ///< 1 / eliminated diagonal, row-major
  std::vector<double> wordPivot_; ///< column-major
  std::vector<double> v_, vt_;    ///< word voltages, row-major and column-major
  std::vector<double> u_, ut_;    ///< bit voltages, row-major and column-major
  std::vector<size_t> dirtyRow_;  ///< per row: first column whose pivot is stale, columns_ if none
  std::vector<size_t> dirtyColumn_;
  bool warm_ = false;
};

/// The oracle: all nodes in one sparse system, direct solution. Same arguments and errors; both
/// resistances above 0.
std::vector<double> exactLineCurrents(std::span<const double> siemens,
                                      std::span<const double> volts, size_t columns,
                                      const LineParameters &parameters);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_LINERESISTANCE_H
