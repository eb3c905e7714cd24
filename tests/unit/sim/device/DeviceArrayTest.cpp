// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An array against its devices one by one, and its read against the plain double loop.
#include "sim/device/DeviceArray.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"

#include <cmath>
#include <random>
#include <stdexcept>

using namespace spindle::device;

TEST_CASE("any device of an array can be played again alone") {
  Device d = *presetNamed("reram-om");
  d.variations.push_back(
      {.parameter = Parameter::Maximum, .sigma = 0.1, .gradientRows = 0.3, .correlationLength = 4});
  uint32_t rows = 9, columns = 14;
  DeviceArray array(d, rows, columns, 77, 3);
  std::vector<Synapse> alone;
  for (uint32_t i = 0; i < rows * columns; ++i)
    alone.emplace_back(d, Place{77, 3, i / columns, i % columns}, Extent{rows, columns});
  // The array's devices in an order of its own; the lone ones each at a time.
  std::vector<std::vector<int>> history(rows * columns);
  std::mt19937 random(2);
  for (int k = 0; k < 2000; ++k) {
    uint32_t cell = random() % (rows * columns);
    int n = int(random() % 7) - 3;
    history[cell].push_back(n);
    n == 0 ? array.erase(cell / columns, cell % columns)
           : array.pulse(cell / columns, cell % columns, n);
  }
  array.age(100);
  for (uint32_t i = 0; i < rows * columns; ++i) {
    for (int n : history[i])
      n == 0 ? alone[i].erase() : alone[i].pulse(n);
    alone[i].age(100);
    REQUIRE(array.at(i / columns, i % columns).state() == alone[i].state());
    REQUIRE(array.conductances()[i] == float(alone[i].conductance()));
  }
}

TEST_CASE("a read without noise is the sum of its products") {
  Device d = *presetNamed("epiram");
  d.variations = {{.parameter = Parameter::Maximum, .sigma = 0.2}};
  std::mt19937 random(4);
  for (auto [rows, columns] : {std::pair<uint32_t, uint32_t>{1, 1}, {3, 31}, {40, 33}, {65, 96}}) {
    DeviceArray array(d, rows, columns, 1, 0);
    std::vector<float> volts(rows), currents(columns);
    for (float &v : volts)
      v = random() % 3 ? float(random() % 100) / 500 : 0;
    for (uint32_t r = 0; r < rows; ++r)
      for (uint32_t c = 0; c < columns; ++c)
        array.program(r, c, double(random() % 1000) / 1000);
    array.read(volts, currents);
    for (uint32_t c = 0; c < columns; ++c) {
      double sum = 0;
      for (uint32_t r = 0; r < rows; ++r)
        sum += double(volts[r]) * array.at(r, c).conductance();
      REQUIRE(currents[c] == Approx(sum).epsilon(1e-5));
    }
  }
}

TEST_CASE("read noise of a column has the width of its devices' noises together") {
  for (bool same : {true, false}) {
    Device d = *presetNamed("epiram");
    d.readNoise = 0.02;
    if (!same)
      d.variations = {{.parameter = Parameter::Read, .sigma = 0.3}};
    uint32_t rows = 50, columns = 20;
    DeviceArray array(d, rows, columns, 1, 0), twin(d, rows, columns, 1, 0);
    for (uint32_t i = 0; i < rows * columns; ++i) {
      array.program(i / columns, i % columns, double(i % 17) / 17);
      twin.program(i / columns, i % columns, double(i % 17) / 17);
    }
    std::vector<float> volts(rows, 0.2f), currents(columns), again(columns);
    std::vector<double> sum(columns, 0), squares(columns, 0);
    int reads = 3000;
    for (int k = 0; k < reads; ++k) {
      array.read(volts, currents);
      if (k < 3) {
        twin.read(volts, again);
        CHECK(currents == again);
      }
      for (uint32_t c = 0; c < columns; ++c) {
        sum[c] += currents[c] * 1e6;
        squares[c] += currents[c] * 1e6 * currents[c] * 1e6;
      }
    }
    for (uint32_t c = 0; c < columns; ++c) {
      double expected = 0;
      for (uint32_t r = 0; r < rows; ++r) {
        double part = 0.2e6 * array.at(r, c).conductance() * array.at(r, c).drawn().readNoise;
        expected += part * part;
      }
      double mean = sum[c] / reads;
      CHECK(std::sqrt(squares[c] / reads - mean * mean) ==
            Approx(std::sqrt(expected)).epsilon(0.08));
    }
  }
}

TEST_CASE("impossible arrays of devices are refused") {
  Device d;
  CHECK_THROWS_AS(DeviceArray(d, 0, 1, 0, 0), std::invalid_argument);
  CHECK_THROWS_AS(DeviceArray(d, 1, 70000, 0, 0), std::invalid_argument);
  CHECK_THROWS_AS(DeviceArray(d, 1, 1, 0, 1u << 24), std::invalid_argument);
  DeviceArray array(d, 2, 3, 0, 0);
  CHECK_THROWS_AS(array.at(2, 0), std::out_of_range);
  CHECK_THROWS_AS(array.pulse(0, 3, 1), std::out_of_range);
  std::vector<float> two(2), three(3);
  CHECK_THROWS_AS(array.read(three, three), std::invalid_argument);
  array.read(two, three);
  CHECK(array.writeVerify(1, 1, 0.5).reads > 0);
}
