// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Device files: every key, every refusal with its place, and what is written reads as the same.
#include "sim/device/DeviceFile.h"
#include "sim/device/Nonlinearity.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace spindle::device;

namespace {

const char *const kRange = "[conductance]\nmin = 1e-9\nmax = 1e-6\n";
const char *const kUp = "[up]\nmodel = \"constant\"\nstep = 0.1\n";

std::string noFile(const std::string &path) { throw DeviceFileError(path + ": no such file"); }

Device parse(const std::string &text) { return parseDevice(text, "d.toml", noFile); }

/// The message must begin with "d.toml:" and the place, and hold `says`.
void refuse(const std::string &text, const std::string &place, const std::string &says) {
  INFO(text);
  try {
    parse(text);
    FAIL("accepted");
  } catch (const DeviceFileError &error) {
    std::string message = error.what();
    INFO(message);
    CHECK(message.rfind("d.toml:" + place + ": ", 0) == 0);
    CHECK(message.find(says) != std::string::npos);
  }
}

/// After the two tables that are needed; line numbers begin at 7.
void refuseAfter(const std::string &text, const std::string &place, const std::string &says) {
  refuse(std::string(kRange) + kUp + text, place, says);
}

} // namespace

TEST_CASE("every key of a device file") {
  Device d = parse(R"(
name = "all"
source = "here"
note = "a note"
[conductance]
r_on = "26 MOhm"
on_off = 12.5
initial = "50 %"
levels = 98
[up]
model = "exponential"
pulses = 97
label = 2.4
voltage = "3.2 V"
width = "300 us"
[down]
model = "exponential"
pulses = 100
label = -4.88
voltage = "-2.8V"
width = 300e-6
[cycle]
meaning = "of-step"
sigma = "3.5 %"
[read]
sigma = 0.02
voltage = "500 mV"
[erase]
level = 0.01
spread = 0.1
floor = 0.02
[stuck]
off = 0.01
on = 0.02
random = 0.03
[[variation]]
parameter = "label-up"
sigma = 0.1
low = -3
high = 3
[[variation]]
parameter = "max"
law = "log-normal"
sigma = 0.2
gradient_rows = 0.05
gradient_columns = -0.05
correlation_length = 8
correlated_share = 0.5
[retention]
law = "power"
exponent = 0.06
spread = 0.01
start = "1 s"
[endurance]
threshold = 1e6
exponent = 0.2
lifetime = 1e9
end = "off"
[write_verify]
iterations = 30
tolerance = "1 %"
)");
  CHECK(d.name == "all");
  CHECK(d.maximum == 1 / 26e6);
  CHECK(d.minimum == Approx(1 / 26e6 / 12.5));
  CHECK(d.initial == 0.5);
  CHECK(d.levelCount() == 98);
  CHECK(d.up.label == 2.4);
  CHECK(d.down->label == 4.88); // the usual down curve: largest steps first
  CHECK(d.downPulse.voltage == -2.8);
  CHECK(d.upPulse.width == 300e-6);
  CHECK(d.cycle.meaning == CycleMeaning::OfStep);
  CHECK(d.cycle.sigma == Approx(0.035));
  CHECK(d.readVoltage == 0.5);
  CHECK(d.erase.floor == 0.02);
  CHECK(d.stuck.random == 0.03);
  REQUIRE(d.variations.size() == 2);
  CHECK(d.variations[0].high == 3);
  CHECK(d.variations[1].law == Spread::LogNormal);
  CHECK(d.variations[1].correlatedShare == 0.5);
  CHECK(d.retention.exponentSpread == 0.01);
  CHECK(d.endurance.end == EndOfLife::Off);
  CHECK(d.writeVerify.iterations == 30);
}

TEST_CASE("models and their keys") {
  auto up = [](const std::string &keys) { return parse(std::string(kRange) + "[up]\n" + keys).up; };
  CHECK(up("model = \"constant\"\npulses = 50").step == 0.02);
  Curve c = up("model = \"linear\"\nstep = 0.1\nslope = 0.5");
  CHECK((c.family == Family::Linear && c.slope == 0.5));
  CHECK(up("model = \"soft-bounds\"\nstep = 0.1").family == Family::SoftBounds);
  c = up("model = \"exp-step\"\nstep = 0.1\namplitude = -0.2\nrate = 3");
  CHECK((c.amplitude == -0.2 && c.rate == 3));
  CHECK(up("model = \"pow-step\"\nstep = 0.1\nexponent = 2").exponent == 2);
  CHECK(up("model = \"piecewise\"\nsteps = [0.1, 0.05, 0]").table->size() == 3);
  c = up("model = \"exponential\"\npulses = 64\ncurvature = 0.609035");
  CHECK(c.label == Approx(2).epsilon(1e-5));
  Device d = parseDevice(std::string(kRange) +
                             "[up]\nmodel = \"piecewise\"\nmeasured = \"m.csv\"\nnodes = 5\n",
                         "d.toml", [](const std::string &path) {
                           CHECK(path == "m.csv");
                           return std::string("0,1e-6\n1,2e-6\n2,3e-6\n3,4e-6\n4,5e-6\n");
                         });
  REQUIRE(d.up.table->size() == 5);
  for (double step : *d.up.table)
    CHECK(step == Approx(0.25));
}

TEST_CASE("quantities with units are the same numbers to the last bit") {
  Device a = parse(std::string("[conductance]\nmin = \"3 nS\"\nmax = \"5 uS\"\n") + kUp);
  CHECK(a.minimum == 3e-9);
  CHECK(a.maximum == 5e-6);
  CHECK(parse(std::string("[conductance]\nmin = 0\nmax = \"5 \xC2\xB5S\"\n") + kUp).maximum ==
        5e-6);
}

TEST_CASE("what is written reads as the same device") {
  for (const Device &preset : presets()) {
    Device d = preset;
    d.note += " \"quoted\" \\ and\na line";
    d.endurance = {1e6, 0.1, 1e9, EndOfLife::On};
    d.writeVerify = {7, 0.003};
    d.erase = {0.1, 0.2, 0.3};
    std::string text = toToml(d);
    INFO(text);
    Device back = parse(text);
    CHECK(toToml(back) == text);
    CHECK(back.note == d.note);
    CHECK(back.maximum == d.maximum);
    CHECK(back.variations.size() == d.variations.size());
    CHECK(Response(back.up).after(0, 9) == Response(d.up).after(0, 9));
  }
  Device d;
  d.up = {.family = Family::Piecewise};
  d.up.table = std::make_shared<std::vector<double>>(
      std::vector<double>{0.1, 1.0 / 3, 0.02, 0, 1, 0.5, 0.25});
  d.retention = {.law = LossLaw::Linear, .rate = 0.1, .target = 0.2};
  CHECK(*parse(toToml(d)).up.table == *d.up.table);
  CHECK(parse(toToml(d)).retention.rate == 0.1);
  d.retention = {.law = LossLaw::Power, .exponent = 0.3, .exponentSpread = 0.1, .start = 3};
  d.up = {.family = Family::PowStep, .step = 0.1, .exponent = 2};
  CHECK(parse(toToml(d)).up.exponent == 2);
  CHECK(parse(toToml(d)).retention.exponentSpread == 0.1);
}

TEST_CASE("text that is no TOML") {
  refuse("[conductance\n", "1:13", "");
  refuse("a = 1\na = 2\n", "2:5", "redefine");
  refuse("a = \"\xFF\"", "1:5", "");
}

TEST_CASE("letters outside ASCII belong into quotes and comments") {
  for (const char *letter : {"\xC2\xB5", "\xCC\xB5", "\xC3\xA9", "\xE2\xB4\xB0"}) {
    refuse(std::string(letter) + " = 1\n", "1:1", "");
    refuse("a" + std::string(letter) + " = 1\n", "1:2", "");
    refuse("a = 1 " + std::string(letter) + "\n", "1:7", "");
    Device d = parse("name = \"" + std::string(letter) + "\" # " + letter + "\n" + kRange + kUp);
    CHECK(d.name == letter);
  }
}

TEST_CASE("missing tables and keys") {
  refuse(kUp, "1:1", "'conductance': this table is missing");
  refuse(kRange, "1:1", "'up': this table is missing");
  refuse(std::string("[conductance]\nmin = 1\n") + kUp, "1:1", "'conductance.max': is missing");
  refuse(std::string("[conductance]\nr_on = 1e6\n") + kUp, "2:8", "needs on_off");
  refuse(std::string(kRange) + "[up]\nstep = 1\n", "4:1", "'up.model': is missing");
  refuse(std::string(kRange) + "[up]\nmodel = \"constant\"\n", "4:1", "'up.step': is missing");
  refuse(std::string(kRange) + "[up]\nmodel = \"exponential\"\nlabel = 1\n", "4:1", "'up.pulses'");
  refuse(std::string(kRange) + "[up]\nmodel = \"exponential\"\npulses = 9\n", "4:1", "'up.label'");
  refuse(std::string(kRange) + "[up]\nmodel = \"piecewise\"\n", "4:1", "either steps or measured");
  refuseAfter("[[variation]]\nsigma = 1\n", "7:1", "'variation.parameter': is missing");
  refuseAfter("[retention]\nrate = 1\n", "7:1", "'retention.law': is missing");
}

TEST_CASE("unknown keys, with the nearest known one") {
  refuseAfter("[rdea]\n", "7:2", "unknown key 'rdea'");
  refuseAfter("[reed]\n", "7:2", "did you mean 'read'?");
  refuseAfter("voltag = 1\n", "7:1", "unknown key 'up.voltag' (did you mean 'voltage'?)");
  refuseAfter("[read]\nxyz = 1\n", "8:1", "known are sigma, voltage");
  refuseAfter("label = 1\n", "7:9", "'up.label': has no meaning for model 'constant'");
  refuseAfter("[retention]\nlaw = \"linear\"\nexponent = 1\n", "9:12",
              "'retention.exponent': has no meaning for this law");
  for (const char *table : {"conductance", "cycle", "erase", "stuck", "endurance", "write_verify"})
    if (std::string(table) != "conductance")
      refuseAfter("[" + std::string(table) + "]\nwrong = 1\n", "8:1",
                  "unknown key '" + std::string(table) + ".wrong'");
  refuse(std::string(kRange) + "lvels = 3\n" + kUp, "4:1", "did you mean 'levels'?");
  refuseAfter("[[variation]]\nparameter = \"step\"\nsigm = 1\n", "9:1", "did you mean 'sigma'?");
}

TEST_CASE("choices that are none") {
  refuse(std::string(kRange) + "[up]\nmodel = \"exponentail\"\n", "5:9",
         "did you mean 'exponential'?");
  refuseAfter("[cycle]\nmeaning = \"of-rang\"\n", "8:11", "did you mean 'of-range'?");
  refuseAfter("[endurance]\nend = 3\n", "8:7", "expected text in quotes");
  refuseAfter("[[variation]]\nparameter = \"labelup\"\n", "8:13", "did you mean 'label-up'?");
  refuseAfter("[[variation]]\nparameter = \"step\"\nlaw = \"gamma\"\n", "9:7", "none of normal");
  refuseAfter("[retention]\nlaw = \"powr\"\n", "8:7", "did you mean 'power'?");
}

TEST_CASE("quantities that are none") {
  auto max = [](const std::string &value, const std::string &says) {
    refuse("[conductance]\nmin = 0\nmax = " + value + "\n" + kUp, "3:7", says);
  };
  max("true", "expected a number or text such as \"5 uS\"");
  max("\"5 V\"", "unit 'V' where siemens (S) is expected");
  max("\"5 kkS\"", "unit 'kkS'");
  max("\"many\"", "'many' is no quantity");
  max("\"1e999 S\"", "no quantity");
  max("-1", "-1 is outside 0 to 1000 S");
  max("inf", "inf is outside");
  max("nan", "nan is outside");
  max("[1]", "expected a number");
  max("0", "is not above min");
  refuseAfter("[cycle]\nsigma = \"3 S\"\n", "8:9", "a number without a unit is expected");
  refuseAfter("[retention]\nlaw = \"linear\"\nrate = \"1 s\"\n", "9:8", "one over seconds");
  refuseAfter("width = \"3 Hz\"\n", "7:9", "seconds (s) is expected");
}

TEST_CASE("numbers outside their limits") {
  refuse(std::string(kRange) + "initial = 1.5\n" + kUp, "4:11", "outside 0 to 1");
  refuse(std::string(kRange) + "levels = 1\n" + kUp, "4:10", "outside 2 to 65536");
  refuse(std::string(kRange) + "levels = 2.5\n" + kUp, "4:10", "expected a whole number");
  refuse(std::string(kRange) + "[up]\nmodel = \"exponential\"\npulses = 9\nlabel = 11\n", "7:9",
         "outside -10 to 10");
  refuse(std::string(kRange) + "[up]\nmodel = \"exponential\"\npulses = 9\ncurvature = 0\n", "7:13",
         "at least 0.00102");
  refuse(std::string(kRange) + "[up]\nmodel = \"piecewise\"\nsteps = [0.1, 2]\n", "6:15",
         "expected a number from 0 to 1");
  refuse(std::string(kRange) + "[up]\nmodel = \"piecewise\"\nsteps = [0.1]\n", "6:9",
         "two numbers or more");
  refuse(std::string(kRange) + "[up]\nmodel = \"piecewise\"\nsteps = 3\n", "6:9", "a list");
  refuseAfter("[stuck]\noff = 0.6\non = 0.6\n", "9:6", "all fractions together exceed 1");
  refuseAfter("[write_verify]\niterations = 0\n", "8:14", "outside 1 to 10000");
  refuseAfter("[[variation]]\nparameter = \"label\"\nlaw = \"log-normal\"\n", "8:13",
              "cannot be log-normal");
  refuseAfter("[[variation]]\nparameter = \"step\"\nlow = 2\nhigh = 1\n", "8:13", "nothing");
}

TEST_CASE("contradictions") {
  refuse(std::string("[conductance]\nr_on = 1e6\non_off = 3\nmax = 1\n") + kUp, "4:7",
         "give either r_on and on_off, or min and max");
  refuse(std::string(kRange) + "on_off = 3\n" + kUp, "4:10", "stands beside r_on only");
  refuseAfter("pulses = 5\n", "7:10", "give either step or pulses");
  refuse(std::string(kRange) +
             "[up]\nmodel = \"exponential\"\npulses = 9\nlabel = 1\ncurvature = 1\n",
         "8:13", "give either label or curvature");
  refuse(std::string(kRange) + "[up]\nmodel = \"piecewise\"\nsteps = [0,1]\nmeasured = \"a\"\n",
         "7:12", "either steps or measured");
  refuseAfter("[[variation]]\nparameter = \"step\"\n[[variation]]\nparameter = \"step\"\n", "10:13",
              "varies twice");
}

TEST_CASE("things of the wrong kind") {
  refuse("conductance = 3\n" + std::string(kUp), "1:15", "expected a table");
  refuse("name = 3\n" + std::string(kRange) + kUp, "1:8", "expected text in quotes");
  refuseAfter("[retention]\nlaw = \"pcm\"\nprogramming_error = 1\n", "9:21", "true or false");
  refuse("variation = [1]\n" + std::string(kRange) + kUp, "1:13", "expected a table");
}

TEST_CASE("measurements that a device file names") {
  refuse(std::string(kRange) + "[up]\nmodel = \"piecewise\"\nmeasured = \"m.csv\"\n", "6:12",
         "m.csv: no such file");
  auto load = [](const std::string &) { return std::string("0,3e-6\n1,2e-6\n2,1e-6\n"); };
  try {
    parseDevice(std::string(kRange) + "[up]\nmodel = \"piecewise\"\nmeasured = \"m.csv\"\n",
                "d.toml", load);
    FAIL("accepted");
  } catch (const DeviceFileError &error) {
    CHECK(std::string(error.what()) == "d.toml:6:12: 'up.measured': m.csv: no up curve");
  }
}

TEST_CASE("files that are too large or not there") {
  CHECK_THROWS_AS(parse(std::string(kMostDeviceBytes + 1, '#')), DeviceFileError);
  CHECK_THROWS_AS(readDevice("/nowhere/d.toml"), DeviceFileError);
  CHECK_THROWS_AS(readDevice("/tmp"), DeviceFileError);
}
