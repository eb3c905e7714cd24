// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measured curves: the forms of the file, and bad rows by their number.
#include "sim/device/MeasuredCurve.h"
#include "tests/support/catch.h"

using namespace spindle::device;

namespace {

MeasuredCurves parse(const std::string &text) { return parseMeasured(text, "m.csv"); }

void refuse(const std::string &text, const std::string &says) {
  INFO(text);
  try {
    parse(text);
    FAIL("accepted");
  } catch (const DeviceFileError &error) {
    INFO(error.what());
    CHECK(std::string(error.what()).rfind("m.csv: ", 0) == 0);
    CHECK(std::string(error.what()).find(says) != std::string::npos);
  }
}

} // namespace

TEST_CASE("one direction, up or down by its ends") {
  MeasuredCurves m = parse("pulse,conductance_uS\n0,1\n2,2.5\n10,4\n");
  CHECK(m.down.empty());
  CHECK(m.up.pulses == std::vector<double>{0, 2, 10});
  CHECK(m.up.siemens[1] == Approx(2.5e-6).epsilon(1e-15));
  m = parse("# remark\r\n\r\n0;4e-6\r\n1;+3e-6\r\n2;1e-6\r\n");
  CHECK(m.up.empty());
  CHECK(m.down.siemens.front() == 4e-6);
}

TEST_CASE("both directions") {
  for (const char *text :
       {"up_nS,down_nS\n1,4\n2,3\n3,\n4,\n",
        "\xEF\xBB\xBFpulse\tup_nS\tdown_nS\n0\t1\t4\n1\t2\t3\n2\t3\t\n3\t4\t\n"}) {
    INFO(text);
    try {
      MeasuredCurves m = parse(text);
      FAIL("two points are accepted");
    } catch (const DeviceFileError &error) {
      CHECK(std::string(error.what()).find("three points") != std::string::npos);
    }
  }
  MeasuredCurves m = parse("down_nS,up_nS\n4,1\n3,2\n2,3\n,4\n");
  CHECK(m.up.pulses == std::vector<double>{0, 1, 2, 3});
  CHECK(m.down.size() == 3);
  CHECK(m.down.siemens[0] == Approx(4e-9));
  m = parse("5,1e-9,4e-9\n7,2e-9,3e-9\n8,3e-9,2e-9\n");
  CHECK(m.up.pulses == std::vector<double>{5, 7, 8});
  CHECK(m.down.pulses == m.up.pulses);
}

TEST_CASE("bad rows are named") {
  refuse("pulse,conductance\n0,1\n1,x\n", "row 3: 'x' is not a number");
  refuse("0,1\n1,\n", "row 2: no conductance");
  refuse("0,1\n1,2,3\n", "row 2: 3 columns, 2 in the rows before");
  refuse("0,1\n1\n", "row 2: 1 columns");
  refuse("0,1,2,3\n", "row 1: more than 3 columns");
  refuse("7\n", "row 1: one column");
  refuse("0,1\n0,2\n", "row 2: the number of pulses does not rise");
  refuse("0,1\n0.5,2\n", "row 2: a number of pulses is a whole number");
  refuse("-1,1\n", "row 1: a number of pulses");
  refuse("0,1\n99999999,2\n", "row 2: a number of pulses");
  refuse("0,-1\n", "row 1: a conductance of -1");
  refuse("0,1001\n", "row 1: a conductance of 1001");
  refuse("0,inf\n", "row 1: 'inf' is not a number");
  refuse("0,nan\n", "row 1: 'nan' is not a number");
  refuse("0,1e-6 S\n", "row 1: '1e-6 S' is not a number");
  refuse("0,0x10\n", "row 1: '0x10' is not a number");
  refuse("up,down\n1,4\n,3\n2,2\n", "row 4: a value below an empty cell");
}

TEST_CASE("bad headers") {
  refuse("pulse,current\n", "row 1: unknown column 'current'");
  refuse("pulse,conductance_V\n", "a unit of conductance");
  refuse("pulse_uS,conductance\n", "a unit of conductance");
  refuse("up,up\n", "column 'up' is there twice");
  refuse("pulse,up\n", "columns are pulse,conductance or up,down or pulse,up,down");
  refuse("conductance,up\n", "columns are");
  refuse("pulse,conductance,down\n", "columns are");
}

TEST_CASE("files without a curve") {
  refuse("", "no values");
  refuse("pulse,conductance\n", "no values");
  refuse("# nothing\n", "no values");
  refuse("0,1\n1,2\n", "three points or more");
  CHECK_THROWS_AS(parse(std::string(kMostCurveBytes + 1, '\n')), DeviceFileError);
  CHECK_THROWS_AS(readMeasured("/nowhere/m.csv"), DeviceFileError);
}

TEST_CASE("more rows than are read are refused") {
  std::string text;
  for (size_t i = 0; i <= kMostCurveRows; ++i)
    text += "1,2\n";
  text = "up,down\n" + text;
  refuse(text, "row 1000002: more than 1000000 rows");
}
