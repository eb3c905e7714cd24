// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reader: each table of the file in a function of its own.
#include "sim/device/DeviceFile.h"

#include "sim/device/Fit.h"
#include "sim/device/Nonlinearity.h"
#include "sim/device/TomlSection.h"

#include <cmath>
#include <filesystem>

namespace spindle::device {

namespace {

constexpr size_t kMostSteps = 65536;

struct Context {
  const std::string &name;
  const MeasurementLoader &load;
};

void readConductance(TomlSection section, Device &d) {
  bool byResistance = section.has("r_on");
  if (byResistance) {
    section.meaningless("max", "give either r_on and on_off, or min and max");
    section.meaningless("min", "give either r_on and on_off, or min and max");
    double ohms = 0, ratio = 0;
    section.quantity("r_on", "Ohm", 1e-3, 1e15, ohms);
    if (!section.has("on_off"))
      section.fail("r_on", "needs on_off, the ratio of largest and smallest conductance");
    section.quantity("on_off", "", 1 + 1e-9, 1e12, ratio);
    d.maximum = 1 / ohms;
    d.minimum = d.maximum / ratio;
  } else {
    section.meaningless("on_off", "stands beside r_on only");
    for (const char *key : {"min", "max"})
      if (!section.has(key))
        section.fail(key, "is missing (or give r_on and on_off)");
    section.quantity("min", "S", 0, 1e3, d.minimum);
    section.quantity("max", "S", 0, 1e3, d.maximum);
    if (!(d.minimum < d.maximum))
      section.fail("max", "is not above min");
    section.meaningless("r_on", "");
  }
  section.quantity("initial", "", 0, 1, d.initial);
  section.whole("levels", 2, 65536, d.levels);
  section.finish();
}

/// A step as `step`, or as `pulses` of that step over the range.
void readStep(TomlSection &section, Curve &curve) {
  if (section.has("step") && section.has("pulses"))
    section.fail("pulses", "give either step or pulses");
  double pulses = 0;
  section.quantity("step", "", 1e-9, 1, curve.step);
  section.quantity("pulses", "", 1, 1e9, pulses);
  if (pulses > 0)
    curve.step = 1 / pulses;
  else if (!section.has("step"))
    section.fail("step", "is missing");
}

void readExponential(TomlSection &section, Curve &curve, bool up) {
  if (!section.has("pulses"))
    section.fail("pulses", "is missing");
  section.quantity("pulses", "", 1, 1e9, curve.pulses);
  if (section.has("label") && section.has("curvature"))
    section.fail("curvature", "give either label or curvature");
  if (!section.has("label") && !section.has("curvature"))
    section.fail("label", "is missing (or give curvature; a label of 0 is straight)");
  double label = 0, curvature = 0;
  section.quantity("label", "", -kLargestLabel, kLargestLabel, label);
  section.quantity("curvature", "", -1e6, 1e6, curvature);
  if (section.has("curvature")) {
    if (std::fabs(curvature) < 0.00102)
      section.fail("curvature", "is at least 0.00102 in size");
    label = labelOf(curvature);
  }
  curve.label = up ? label : downLabel(label);
}

void readPiecewise(TomlSection &section, Curve &curve, bool up, const Context &context) {
  if (section.has("steps") == section.has("measured"))
    section.fail(section.has("steps") ? "measured" : "steps",
                 "a piecewise curve has either steps or measured");
  std::vector<double> steps = section.numbers("steps", 0, 1, kMostSteps);
  std::string file;
  section.text("measured", file);
  uint32_t nodes = 33;
  section.whole("nodes", 2, 4097, nodes);
  std::string problem;
  if (section.has("measured"))
    try {
      MeasuredCurves curves = parseMeasured(context.load(file), file);
      const CurvePoints &points = up ? curves.up : curves.down;
      if (points.empty())
        throw DeviceFileError(file + ": no " + (up ? "up" : "down") + " curve");
      steps = piecewiseSteps(points, up, file, nodes).steps;
    } catch (const DeviceFileError &error) {
      problem = error.what();
    }
  if (!problem.empty())
    section.fail("measured", problem);
  if (steps.size() < 2)
    section.fail("steps", "needs two numbers or more");
  curve.table = std::make_shared<const std::vector<double>>(std::move(steps));
}

void readModel(TomlSection &section, Curve &curve, bool up, const Context &context) {
  switch (curve.family) {
  case Family::Exponential:
    return readExponential(section, curve, up);
  case Family::Piecewise:
    return readPiecewise(section, curve, up, context);
  case Family::Linear:
    section.quantity("slope", "", -1000, 1, curve.slope);
    break;
  case Family::ExpStep:
    section.quantity("amplitude", "", -1e6, 1e6, curve.amplitude);
    section.quantity("rate", "", -100, 100, curve.rate);
    break;
  case Family::PowStep:
    section.quantity("exponent", "", 0, 100, curve.exponent);
    break;
  default:
    break;
  }
  readStep(section, curve);
}

Curve readCurve(TomlSection section, bool up, WritePulse &pulse, const Context &context) {
  static const std::vector<std::string_view> kFamilies = [] {
    std::vector<std::string_view> names;
    for (size_t i = 0; i <= size_t(Family::Piecewise); ++i)
      names.push_back(nameOf(Family(i)));
    return names;
  }();
  if (!section.has("model"))
    section.fail("model", "is missing");
  size_t family = 0;
  section.choice("model", kFamilies, family);
  Curve curve{.family = Family(family)};
  section.quantity("voltage", "V", -1000, 1000, pulse.voltage);
  section.quantity("width", "s", 0, 1000, pulse.width);
  readModel(section, curve, up, context);
  std::string why = "has no meaning for model '" + std::string(nameOf(curve.family)) + "'";
  // What the model has asked for is known by now: only the others of these are refused.
  section.refuseUnasked({"step", "pulses", "slope", "label", "curvature", "amplitude", "rate",
                         "exponent", "steps", "measured", "nodes"},
                        why);
  section.finish();
  return curve;
}

void readVariation(TomlSection section, Device &d) {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (size_t i = 0; i < kParameters; ++i)
      names.push_back(nameOf(Parameter(i)));
    return names;
  }();
  if (!section.has("parameter"))
    section.fail("parameter", "is missing");
  Variation v;
  size_t parameter = 0, law = 0;
  section.choice("parameter", kNames, parameter);
  v.parameter = Parameter(parameter);
  for (const Variation &other : d.variations)
    if (other.parameter == v.parameter)
      section.fail("parameter", "'" + std::string(nameOf(v.parameter)) + "' varies twice");
  section.choice("law", {"normal", "log-normal"}, law);
  v.law = Spread(law);
  section.quantity("sigma", "", 0, 100, v.sigma);
  section.quantity("low", "", -40, 40, v.low);
  section.quantity("high", "", -40, 40, v.high);
  section.quantity("gradient_rows", "", -100, 100, v.gradientRows);
  section.quantity("gradient_columns", "", -100, 100, v.gradientColumns);
  section.quantity("correlation_length", "", 0, 1e6, v.correlationLength);
  section.quantity("correlated_share", "", 0, 1, v.correlatedShare);
  if (std::string_view problem = v.problem(); !problem.empty())
    section.fail("parameter", std::string(problem));
  section.finish();
  d.variations.push_back(v);
}

void readNoise(TomlSection &top, Device &d) {
  if (auto section = top.section("cycle")) {
    size_t meaning = size_t(d.cycle.meaning);
    section->choice("meaning", {"of-range", "of-step"}, meaning);
    d.cycle.meaning = CycleMeaning(meaning);
    section->quantity("sigma", "", 0, 100, d.cycle.sigma);
    section->finish();
  }
  if (auto section = top.section("read")) {
    section->quantity("sigma", "", 0, 100, d.readNoise);
    section->quantity("voltage", "V", -1000, 1000, d.readVoltage);
    section->finish();
  }
  if (auto section = top.section("erase")) {
    section->quantity("level", "", 0, 1, d.erase.level);
    section->quantity("spread", "", 0, 100, d.erase.spread);
    section->quantity("floor", "", 0, 1, d.erase.floor);
    section->finish();
  }
  if (auto section = top.section("stuck")) {
    section->quantity("off", "", 0, 1, d.stuck.off);
    section->quantity("on", "", 0, 1, d.stuck.on);
    section->quantity("random", "", 0, 1, d.stuck.random);
    if (d.stuck.off + d.stuck.on + d.stuck.random > 1)
      section->fail(section->has("random") ? "random" : "on", "all fractions together exceed 1");
    section->finish();
  }
}

void readRetention(TomlSection section, Retention &r) {
  size_t law = 0;
  if (!section.has("law"))
    section.fail("law", "is missing");
  section.choice("law", {"none", "power", "pcm", "linear"}, law);
  r.law = LossLaw(law);
  if (r.law == LossLaw::Power || r.law == LossLaw::Pcm)
    section.quantity("start", "s", 1e-12, 1e12, r.start);
  if (r.law == LossLaw::Power) {
    section.quantity("exponent", "", 0, 10, r.exponent);
    section.quantity("spread", "", 0, 10, r.exponentSpread);
  }
  if (r.law == LossLaw::Pcm)
    section.boolean("programming_error", r.programmingError);
  if (r.law == LossLaw::Linear) {
    section.quantity("rate", "1/s", 0, 1e12, r.rate);
    section.quantity("target", "", 0, 1, r.target);
  }
  section.refuseUnasked({"start", "exponent", "spread", "programming_error", "rate", "target"},
                        "has no meaning for this law");
  section.finish();
}

void readLife(TomlSection &top, Device &d) {
  if (auto section = top.section("retention"))
    readRetention(*section, d.retention);
  if (auto section = top.section("endurance")) {
    size_t end = size_t(d.endurance.end);
    section->quantity("threshold", "", 0, 1e18, d.endurance.threshold);
    section->quantity("exponent", "", 0, 10, d.endurance.exponent);
    section->quantity("lifetime", "", 0, 1e18, d.endurance.lifetime);
    section->choice("end", {"off", "on", "last"}, end);
    d.endurance.end = EndOfLife(end);
    section->finish();
  }
  if (auto section = top.section("write_verify")) {
    section->whole("iterations", 1, 10000, d.writeVerify.iterations);
    section->quantity("tolerance", "", 0, 1, d.writeVerify.tolerance);
    section->finish();
  }
}

Device readAll(TomlSection top, const Context &context) {
  Device d;
  top.text("name", d.name);
  top.text("source", d.source);
  top.text("note", d.note);
  for (const char *key : {"conductance", "up"})
    if (!top.has(key))
      top.fail(key, "this table is missing");
  readConductance(*top.section("conductance"), d);
  d.up = readCurve(*top.section("up"), true, d.upPulse, context);
  if (auto section = top.section("down"))
    d.down = readCurve(*section, false, d.downPulse, context);
  readNoise(top, d);
  for (TomlSection &section : top.sections("variation"))
    readVariation(section, d);
  readLife(top, d);
  top.finish();
  // Every single number is checked above; this keeps the two sets of limits from drifting apart.
  if (std::string problem = d.problem(); !problem.empty())
    throw DeviceFileError(context.name + ":1:1: " + problem);
  return d;
}

} // namespace

Device parseDevice(std::string_view text, const std::string &name, const MeasurementLoader &load) {
  if (text.size() > kMostDeviceBytes)
    throw DeviceFileError(name + ": more than 1 MiB");
  try {
    toml::table table = toml::parse(text, name);
    return readAll(TomlSection(table, name, ""), {name, load});
  } catch (const toml::parse_error &error) {
    throw DeviceFileError(name + ":" + std::to_string(error.source().begin.line) + ":" +
                          std::to_string(error.source().begin.column) + ": " +
                          std::string(error.description()));
  }
}

Device readDevice(const std::string &path) {
  auto folder = std::filesystem::path(path).parent_path();
  return parseDevice(readBounded(path, kMostDeviceBytes), path, [&](const std::string &file) {
    return readBounded((folder / file).string(), kMostCurveBytes);
  });
}

} // namespace spindle::device
