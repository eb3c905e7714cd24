// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Golden currents of badcrossbar, and the relaxation against the nodal solver.
#include "sim/device/LineResistance.h"
#include "tests/support/catch.h"

#include <cmath>
#include <random>
#include <stdexcept>

using namespace spindle::device;

namespace {

struct Golden {
  std::vector<double> volts, ohms, amperes;
  double segment;
};

const Golden kGolden[] = {
    {{1.5, 2.3, 1.7},
     {345, 903, 755, 257, 646, 652, 401, 508, 166, 454, 442, 874, 190, 244, 635},
     {11.5850254e-3, 9.1906416e-3, 15.1156812e-3, 25.8332082e-3, 9.8117929e-3},
     0.5},
    {{1, 1}, {10e3, 20e3, 30e3, 40e3}, {132.8876656247e-6, 74.79853736767e-6}, 10}};

std::vector<double> inverse(const std::vector<double> &ohms) {
  std::vector<double> siemens;
  for (double r : ohms)
    siemens.push_back(1 / r);
  return siemens;
}

std::vector<double> uniform(std::mt19937 &random, size_t n, double low, double high) {
  std::uniform_real_distribution<double> draw(low, high);
  std::vector<double> values(n);
  for (double &v : values)
    v = draw(random);
  return values;
}

double distance(const std::vector<double> &a, const std::vector<double> &b) {
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::fabs(a[i] / b[i] - 1));
  return largest;
}

} // namespace

TEST_CASE("golden currents") {
  for (const Golden &golden : kGolden) {
    size_t columns = golden.amperes.size();
    LineParameters lines{golden.segment, golden.segment};
    std::vector<double> exact =
        exactLineCurrents(inverse(golden.ohms), golden.volts, columns, lines);
    CHECK(distance(exact, golden.amperes) < 1e-7);
    LineResistance solver(golden.volts.size(), columns, lines);
    solver.setConductances(inverse(golden.ohms));
    std::vector<double> currents(columns);
    LineSolve solve = solver.read(golden.volts, currents);
    CHECK(solve.converged);
    CHECK(distance(currents, golden.amperes) < 1e-7);
    CHECK(distance(currents, exact) < 1e-8);
  }
}

TEST_CASE("relaxation equals the nodal solver") {
  std::mt19937 random(3);
  for (auto [rows, columns] : {std::pair<size_t, size_t>{1, 1}, {1, 7}, {7, 1}, {5, 9}, {33, 18}})
    for (double rw : {0.1, 1.0, 100.0})
      for (double rb : {0.35, 20.0}) {
        INFO(rows << "x" << columns << " " << rw << " " << rb);
        LineParameters lines{rw, rb};
        auto siemens = uniform(random, rows * columns, 1e-6, 1e-4);
        auto volts = uniform(random, rows, 0, 0.2);
        LineResistance solver(rows, columns, lines);
        solver.setConductances(siemens);
        std::vector<double> currents(columns);
        REQUIRE(solver.read(volts, currents).converged);
        CHECK(distance(currents, exactLineCurrents(siemens, volts, columns, lines)) < 1e-7);
      }
}

TEST_CASE("a warm start and changed cells give what a cold start gives") {
  std::mt19937 random(5);
  size_t rows = 24, columns = 40;
  LineParameters lines{2, 3};
  auto siemens = uniform(random, rows * columns, 1e-6, 1e-4);
  LineResistance solver(rows, columns, lines);
  solver.setConductances(siemens);
  std::vector<double> currents(columns);
  for (int round = 0; round < 6; ++round) {
    auto volts = uniform(random, rows, 0, 0.2);
    for (int k = 0; k < 3; ++k) {
      size_t cell = random() % siemens.size();
      siemens[cell] = k == 2 ? 0 : 5e-5;
      solver.setConductance(cell / columns, cell % columns, siemens[cell]);
    }
    REQUIRE(solver.read(volts, currents).converged);
    CHECK(distance(currents, exactLineCurrents(siemens, volts, columns, lines)) < 1e-8);
    LineSolve again = solver.read(volts, currents);
    CHECK(again.sweeps == 2);
  }
}

TEST_CASE("the stated tolerance is kept") {
  std::mt19937 random(6);
  size_t n = 48;
  auto siemens = uniform(random, n * n, 1e-6, 1e-4);
  for (double ohms : {1.0, 10.0}) {
    LineResistance solver(n, n, {ohms, ohms});
    solver.setConductances(siemens);
    for (double tolerance : {1e-3, 1e-5, 1e-8}) {
      std::vector<double> currents(n);
      for (int read = 0; read < 3; ++read) {
        auto volts = uniform(random, n, 0, 0.2);
        solver.read(volts, currents, tolerance);
        auto exact = exactLineCurrents(siemens, volts, n, {ohms, ohms});
        double largest = *std::max_element(exact.begin(), exact.end()), error = 0;
        for (size_t j = 0; j < n; ++j)
          error = std::max(error, std::fabs(currents[j] - exact[j]) / largest);
        INFO(ohms << " " << tolerance << " " << read);
        CHECK(error <= tolerance);
      }
    }
  }
}

TEST_CASE("lines of 1 ohm take the published share of the current") {
  // Mean over outputs of current / current without resistance; random conductances and inputs.
  std::mt19937 random(7);
  for (auto [n, share] : {std::pair<size_t, double>{32, 0.966}, {64, 0.880}, {128, 0.654}}) {
    auto siemens = uniform(random, n * n, 1e-6, 1e-4);
    auto volts = uniform(random, n, 0, 0.2);
    LineResistance lines(n, n, {1, 1});
    lines.setConductances(siemens);
    std::vector<double> currents(n);
    LineSolve solve = lines.read(volts, currents, 1e-6);
    CHECK(solve.sweeps <= 7);
    double mean = 0;
    for (size_t j = 0; j < n; ++j) {
      double ideal = 0;
      for (size_t i = 0; i < n; ++i)
        ideal += volts[i] * siemens[i * n + j];
      mean += currents[j] / ideal / double(n);
    }
    INFO(n);
    CHECK(mean == Approx(share).margin(0.01));
  }
}

TEST_CASE("lines without resistance") {
  std::vector<double> siemens{1e-4, 2e-4, 3e-4, 4e-4}, volts{1, 2}, currents(2);
  LineResistance ideal(2, 2, {0, 0});
  ideal.setConductances(siemens);
  CHECK(ideal.read(volts, currents).converged);
  CHECK(currents[0] == Approx(7e-4));
  CHECK(currents[1] == Approx(10e-4));
  for (LineParameters lines : {LineParameters{0, 10}, LineParameters{10, 0}}) {
    LineResistance half(2, 2, lines);
    half.setConductances(siemens);
    CHECK(half.read(volts, currents).converged);
    LineParameters nearly{std::max(lines.wordOhms, 1e-6), std::max(lines.bitOhms, 1e-6)};
    CHECK(distance(currents, exactLineCurrents(siemens, volts, 2, nearly)) < 1e-7);
  }
}

TEST_CASE("the transfer matrix gives the currents of any read") {
  std::mt19937 random(8);
  size_t rows = 20, columns = 13;
  LineParameters lines{1.5, 2.5};
  auto siemens = uniform(random, rows * columns, 1e-6, 1e-4);
  LineResistance solver(rows, columns, lines);
  solver.setConductances(siemens);
  std::vector<double> matrix = solver.transfer();
  for (int read = 0; read < 3; ++read) {
    auto volts = uniform(random, rows, -0.2, 0.2);
    std::vector<double> currents(columns, 0);
    for (size_t i = 0; i < rows; ++i)
      for (size_t j = 0; j < columns; ++j)
        currents[j] += volts[i] * matrix[i * columns + j];
    auto exact = exactLineCurrents(siemens, volts, columns, lines);
    for (size_t j = 0; j < columns; ++j)
      CHECK(currents[j] == Approx(exact[j]).epsilon(1e-7).margin(1e-12));
  }
}

TEST_CASE("impossible lines are refused") {
  CHECK_THROWS_AS(LineResistance(0, 4, {}), std::invalid_argument);
  CHECK_THROWS_AS(LineResistance(4, 70000, {}), std::invalid_argument);
  CHECK_THROWS_AS(LineResistance(4, 4, {-1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(LineResistance(4, 4, {1, INFINITY}), std::invalid_argument);
  LineResistance solver(2, 2, {});
  CHECK_THROWS_AS(solver.setConductances(std::vector<double>(3)), std::invalid_argument);
  CHECK_THROWS_AS(solver.setConductances(std::vector<double>(4, -1)), std::invalid_argument);
  CHECK_THROWS_AS(solver.setConductance(2, 0, 1), std::invalid_argument);
  std::vector<double> one(1), two(2);
  CHECK_THROWS_AS(solver.read(one, two), std::invalid_argument);
  CHECK_THROWS_AS(exactLineCurrents(two, two, 1, {0, 1}), std::invalid_argument);
}
