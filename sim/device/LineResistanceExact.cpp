// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All nodes of the crossbar in one sparse system: slow, obvious, exact.
#include "sim/device/LineResistance.h"

#include <Eigen/SparseCore>
#include <Eigen/SparseLU>

#include <stdexcept>

namespace spindle::device {

std::vector<double> exactLineCurrents(std::span<const double> siemens,
                                      std::span<const double> volts, size_t columns,
                                      const LineParameters &parameters) {
  size_t rows = volts.size();
  if (rows == 0 || columns == 0 || siemens.size() != rows * columns)
    throw std::invalid_argument("line resistance: wrong number of conductances");
  if (!(parameters.wordOhms > 0 && parameters.bitOhms > 0))
    throw std::invalid_argument("line resistance: the exact solver needs resistances above 0");
  double gw = 1 / parameters.wordOhms, gb = 1 / parameters.bitOhms;
  size_t cells = rows * columns;
  std::vector<Eigen::Triplet<double>> entries;
  Eigen::VectorXd right = Eigen::VectorXd::Zero(Eigen::Index(2 * cells));
  auto connect = [&](size_t a, size_t b, double g) {
    entries.emplace_back(a, a, g);
    entries.emplace_back(b, b, g);
    entries.emplace_back(a, b, -g);
    entries.emplace_back(b, a, -g);
  };
  for (size_t i = 0; i < rows; ++i)
    for (size_t j = 0; j < columns; ++j) {
      size_t word = i * columns + j, bit = cells + word;
      connect(word, bit, siemens[word]);
      if (j + 1 < columns)
        connect(word, word + 1, gw);
      if (i + 1 < rows)
        connect(bit, bit + columns, gb);
      else
        entries.emplace_back(bit, bit, gb);
      if (j == 0) {
        entries.emplace_back(word, word, gw);
        right[Eigen::Index(word)] = gw * volts[i];
      }
    }
  Eigen::SparseMatrix<double> system(Eigen::Index(2 * cells), Eigen::Index(2 * cells));
  system.setFromTriplets(entries.begin(), entries.end());
  Eigen::SparseLU<Eigen::SparseMatrix<double>> solver(system);
  if (solver.info() != Eigen::Success)
    throw std::runtime_error("line resistance: the nodal system is singular");
  Eigen::VectorXd nodes = solver.solve(right);
  std::vector<double> amperes(columns);
  for (size_t j = 0; j < columns; ++j)
    amperes[j] = gb * nodes[Eigen::Index(cells + (rows - 1) * columns + j)];
  return amperes;
}

} // namespace spindle::device
