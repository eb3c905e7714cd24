// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device as the file that reads as the same device. Numbers are the shortest that read back.
#include "sim/device/DeviceFile.h"

#include <charconv>
#include <cmath>
#include <initializer_list>

namespace spindle::device {

namespace {

std::string number(double x) {
  char text[64];
  auto result = std::to_chars(text, text + sizeof text, x);
  return {text, result.ptr};
}

std::string quoted(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (byte < 32 || byte == 127)
      out += std::string("\\u00") + kHex[byte / 16] + kHex[byte % 16];
    else
      out += c;
  }
  return out + "\"";
}

class Writer {
public:
  void section(std::string_view name) { out_ += "\n" + std::string(name) + "\n"; }
  void put(std::string_view key, double value) { line(key, number(value)); }
  void put(std::string_view key, std::string_view value) { line(key, quoted(value)); }
  void put(std::string_view key, const char *value) { line(key, quoted(value)); }
  void flag(std::string_view key, bool value) { line(key, value ? "true" : "false"); }
  void whole(std::string_view key, uint32_t value) { line(key, std::to_string(value)); }
  void numbers(std::string_view key, const std::vector<double> &values) {
    std::string list;
    for (size_t i = 0; i < values.size(); ++i)
      list += (i == 0 ? "\n  " : i % 6 ? ", " : ",\n  ") + number(values[i]);
    line(key, "[" + list + "\n]");
  }
  /// Only what differs from what a file says by saying nothing.
  void unless(std::string_view key, double value, double absent) {
    if (value != absent)
      put(key, value);
  }
  std::string text() { return std::move(out_); }

private:
  void line(std::string_view key, const std::string &value) {
    out_ += std::string(key) + " = " + value + "\n";
  }
  std::string out_;
};

void writeCurve(Writer &out, const Curve &curve, bool up, const WritePulse &pulse) {
  out.section(up ? "[up]" : "[down]");
  out.put("model", nameOf(curve.family));
  switch (curve.family) {
  case Family::Exponential:
    out.put("pulses", curve.pulses);
    out.put("label", up ? curve.label : downLabel(curve.label));
    break;
  case Family::Piecewise:
    out.numbers("steps", *curve.table);
    break;
  default:
    out.put("step", curve.step);
  }
  if (curve.family == Family::Linear)
    out.put("slope", curve.slope);
  if (curve.family == Family::ExpStep) {
    out.put("amplitude", curve.amplitude);
    out.put("rate", curve.rate);
  }
  if (curve.family == Family::PowStep)
    out.put("exponent", curve.exponent);
  out.unless("voltage", pulse.voltage, 0);
  out.unless("width", pulse.width, 0);
}

void writeNoise(Writer &out, const Device &d) {
  if (d.cycle.sigma > 0 || d.cycle.meaning != CycleNoise().meaning) {
    out.section("[cycle]");
    out.put("meaning", d.cycle.meaning == CycleMeaning::OfRange ? "of-range" : "of-step");
    out.put("sigma", d.cycle.sigma);
  }
  if (d.readNoise > 0 || d.readVoltage != 0) {
    out.section("[read]");
    out.unless("sigma", d.readNoise, 0);
    out.unless("voltage", d.readVoltage, 0);
  }
  if (d.erase.level > 0 || d.erase.spread > 0 || d.erase.floor > 0) {
    out.section("[erase]");
    out.put("level", d.erase.level);
    out.unless("spread", d.erase.spread, 0);
    out.unless("floor", d.erase.floor, 0);
  }
  if (d.stuck.off > 0 || d.stuck.on > 0 || d.stuck.random > 0) {
    out.section("[stuck]");
    out.put("off", d.stuck.off);
    out.put("on", d.stuck.on);
    out.put("random", d.stuck.random);
  }
}

void writeVariation(Writer &out, const Variation &v) {
  out.section("[[variation]]");
  out.put("parameter", nameOf(v.parameter));
  if (v.law == Spread::LogNormal)
    out.put("law", "log-normal");
  out.put("sigma", v.sigma);
  if (!std::isinf(v.low))
    out.put("low", v.low);
  if (!std::isinf(v.high))
    out.put("high", v.high);
  out.unless("gradient_rows", v.gradientRows, 0);
  out.unless("gradient_columns", v.gradientColumns, 0);
  out.unless("correlation_length", v.correlationLength, 0);
  out.unless("correlated_share", v.correlatedShare, 1);
}

void writeRetention(Writer &out, const Retention &r) {
  if (r.law == LossLaw::None)
    return;
  out.section("[retention]");
  out.put("law", r.law == LossLaw::Power ? "power" : r.law == LossLaw::Pcm ? "pcm" : "linear");
  if (r.law == LossLaw::Linear) {
    out.put("rate", r.rate);
    out.put("target", r.target);
    return;
  }
  out.put("start", r.start);
  if (r.law == LossLaw::Power) {
    out.put("exponent", r.exponent);
    out.put("spread", r.exponentSpread);
  } else {
    out.flag("programming_error", r.programmingError);
  }
}

void writeLife(Writer &out, const Device &d) {
  writeRetention(out, d.retention);
  const Endurance &e = d.endurance;
  if (e.threshold > 0 || e.lifetime > 0) {
    out.section("[endurance]");
    out.put("threshold", e.threshold);
    out.put("exponent", e.exponent);
    out.put("lifetime", e.lifetime);
    out.put("end", e.end == EndOfLife::Off ? "off" : e.end == EndOfLife::On ? "on" : "last");
  }
  WriteVerify standard;
  if (d.writeVerify.iterations != standard.iterations ||
      d.writeVerify.tolerance != standard.tolerance) {
    out.section("[write_verify]");
    out.whole("iterations", d.writeVerify.iterations);
    out.put("tolerance", d.writeVerify.tolerance);
  }
}

} // namespace

std::string toToml(const Device &d) {
  Writer out;
  if (!d.name.empty())
    out.put("name", d.name);
  if (!d.source.empty())
    out.put("source", d.source);
  if (!d.note.empty())
    out.put("note", d.note);
  out.section("[conductance]");
  out.put("min", d.minimum);
  out.put("max", d.maximum);
  out.unless("initial", d.initial, 0);
  if (d.levels)
    out.whole("levels", d.levels);
  writeCurve(out, d.up, true, d.upPulse);
  if (d.down)
    writeCurve(out, *d.down, false, d.downPulse);
  writeNoise(out, d);
  for (const Variation &v : d.variations)
    writeVariation(out, v);
  writeLife(out, d);
  return out.text();
}

} // namespace spindle::device
