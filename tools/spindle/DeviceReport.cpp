// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/DeviceReport.h"

#include "sim/device/Nonlinearity.h"
#include "sim/device/Synapse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spindle::tool {

using namespace device;
using Json = nlohmann::ordered_json;

namespace {

constexpr size_t kPlotPoints = 200;

/// As device tables write it: the usual down curve has a negative label.
double tableLabel(const Curve &curve, bool up) { return up ? curve.label : downLabel(curve.label); }

/// Pulses that a plot shows: to the end of the range, or to 99 % where the end is never reached.
double pulsesShown(const Response &response) {
  double pulses = response.pulsesBetween(0, response.step(1) > 1e-9 ? 1 - 1e-9 : 0.99);
  return std::isinf(pulses) ? 1000 : std::clamp(std::ceil(pulses - 1e-6), 1.0, 1e7);
}

PlotSeries seriesOf(const Response &response, bool up, double low, double high, double pulses) {
  PlotSeries series{"", {}, {}, up ? PlotSeries::Up : PlotSeries::Down};
  double x = 0, before = 0, stride = std::max(1.0, std::ceil(pulses / double(kPlotPoints)));
  for (double n = 0;; n = std::min(pulses, n + stride)) {
    x = response.after(x, uint32_t(n - before));
    before = n;
    series.pulses.push_back(n);
    series.siemens.push_back(low + (up ? x : 1 - x) * (high - low));
    if (n >= pulses)
      return series;
  }
}

std::string curveText(const Curve &curve, bool up, const WritePulse &pulse) {
  Response response(curve);
  std::string text(nameOf(curve.family));
  if (curve.family == Family::Exponential) {
    double label = tableLabel(curve, up);
    text += fmt::format(", {:g} pulses, label {:g} (A = {:.6g})", curve.pulses, label,
                        label == 0 ? INFINITY : curvatureOf(label));
    if (!up && label != 0)
      text += label < 0 ? ", mirrored" : ", retracing";
  }
  if (curve.family == Family::Linear)
    text += fmt::format(", slope {:g}", curve.slope);
  if (curve.family == Family::ExpStep)
    text += fmt::format(", amplitude {:g}, rate {:g}", curve.amplitude, curve.rate);
  if (curve.family == Family::PowStep)
    text += fmt::format(", exponent {:g}", curve.exponent);
  if (curve.family == Family::Piecewise)
    text += fmt::format(", {} nodes", curve.table->size());
  text += fmt::format(", steps {:.3g} % (first) to {:.3g} % (last) of the range",
                      100 * response.step(0), 100 * response.step(1));
  if (pulse.width > 0)
    text += fmt::format("; {:g} V for {}", pulse.voltage, engineering(pulse.width, "s"));
  return text;
}

std::string variationText(const Variation &v) {
  std::string text = fmt::format("{}, sigma {:g} {}", nameOf(v.parameter), v.sigma,
                                 v.law == Spread::LogNormal ? "log-normal"
                                 : isAbsolute(v.parameter)  ? "absolute"
                                                            : "relative");
  if (!std::isinf(v.low) || !std::isinf(v.high))
    text += fmt::format(", cut to {:g}..{:g} sigma", v.low, v.high);
  if (v.correlationLength > 0)
    text += fmt::format(", {:g} % correlated over {:g} cells", 100 * v.correlatedShare,
                        v.correlationLength);
  if (v.gradientRows != 0 || v.gradientColumns != 0)
    text += fmt::format(", gradient {:g} over rows, {:g} over columns", v.gradientRows,
                        v.gradientColumns);
  return text;
}

std::string retentionText(const Retention &r) {
  switch (r.law) {
  case LossLaw::Power:
    return fmt::format("power law, exponent {:g} +- {:g}, from {}", r.exponent, r.exponentSpread,
                       engineering(r.start, "s"));
  case LossLaw::Pcm:
    return fmt::format("phase change, from {}{}", engineering(r.start, "s"),
                       r.programmingError ? ", with programming error" : "");
  case LossLaw::Linear:
    return fmt::format("linear, {:g} of the range a second towards {:g}", r.rate, r.target);
  default:
    return "";
  }
}

Json curveJson(const Curve &curve, bool up, const WritePulse &pulse) {
  Response response(curve);
  Json json = {{"model", nameOf(curve.family)}};
  if (curve.family == Family::Exponential) {
    double label = tableLabel(curve, up);
    json["pulses"] = curve.pulses;
    json["label"] = label;
    json["curvature"] = label == 0 ? Json() : Json(curvatureOf(label));
  } else if (curve.family == Family::Piecewise) {
    json["steps"] = *curve.table;
  } else {
    json["step"] = curve.step;
  }
  if (curve.family == Family::Linear)
    json["slope"] = curve.slope;
  if (curve.family == Family::ExpStep) {
    json["amplitude"] = curve.amplitude;
    json["rate"] = curve.rate;
  }
  if (curve.family == Family::PowStep)
    json["exponent"] = curve.exponent;
  json["first_step"] = response.step(0);
  json["last_step"] = response.step(1);
  if (pulse.width > 0) {
    json["voltage"] = pulse.voltage;
    json["width"] = pulse.width;
  }
  return json;
}

} // namespace

std::string describe(const Device &d) {
  std::string text;
  auto line = [&](const std::string &name, const std::string &value) {
    if (!value.empty())
      text += fmt::format("{:<12} {}\n", name + ":", value);
  };
  line("source", d.source);
  line("note", d.note);
  line("range",
       fmt::format("{} to {}{}, {} levels, initial state {:g}", engineering(d.minimum, "S"),
                   engineering(d.maximum, "S"),
                   d.minimum > 0 ? fmt::format(" (ratio {:.4g})", d.maximum / d.minimum) : "",
                   d.levelCount(), d.initial));
  line("up", curveText(d.up, true, d.upPulse));
  line("down", d.down ? curveText(*d.down, false, d.downPulse) : "none: one direction and erase");
  if (d.erase.level > 0 || d.erase.floor > 0)
    line("erase", fmt::format("to {:g} (1 +- {:g}) + {:g} |xi|", d.erase.level, d.erase.spread,
                              d.erase.floor));
  if (d.cycle.sigma > 0)
    line("write noise", fmt::format("{:g} % of the {}", 100 * d.cycle.sigma,
                                    d.cycle.meaning == CycleMeaning::OfRange ? "range" : "step"));
  if (d.readNoise > 0)
    line("read noise", fmt::format("{:g} %", 100 * d.readNoise));
  for (const Variation &v : d.variations)
    line("spread", variationText(v));
  if (d.stuck.off + d.stuck.on + d.stuck.random > 0)
    line("stuck", fmt::format("{:g} % off, {:g} % on, {:g} % anywhere", 100 * d.stuck.off,
                              100 * d.stuck.on, 100 * d.stuck.random));
  line("retention", retentionText(d.retention));
  if (d.endurance.threshold > 0 || d.endurance.lifetime > 0)
    line("endurance",
         fmt::format("wear from {:g} pulses (exponent {:g}), end at {:g}", d.endurance.threshold,
                     d.endurance.exponent, d.endurance.lifetime));
  return text;
}

Json toJson(const Device &d) {
  Json json = {{"name", d.name},
               {"source", d.source},
               {"note", d.note},
               {"min", d.minimum},
               {"max", d.maximum},
               {"levels", d.levelCount()},
               {"initial", d.initial},
               {"up", curveJson(d.up, true, d.upPulse)},
               {"down", d.down ? curveJson(*d.down, false, d.downPulse) : Json()},
               {"cycle",
                {{"meaning", d.cycle.meaning == CycleMeaning::OfRange ? "of-range" : "of-step"},
                 {"sigma", d.cycle.sigma}}},
               {"read_noise", d.readNoise}};
  Json variations = Json::array();
  for (const Variation &v : d.variations)
    variations.push_back({{"parameter", nameOf(v.parameter)},
                          {"law", v.law == Spread::LogNormal ? "log-normal" : "normal"},
                          {"sigma", v.sigma}});
  json["variations"] = variations;
  json["stuck"] = {{"off", d.stuck.off}, {"on", d.stuck.on}, {"random", d.stuck.random}};
  return json;
}

Json toJson(const FitQuality &q, double range) {
  return {{"points", q.points},
          {"rms", q.rms},
          {"rms_of_range", q.rms / range},
          {"max_error", q.largest},
          {"max_error_of_range", q.largest / range},
          {"r_squared", q.rSquared}};
}

Plot curvesOf(const Device &d) {
  Plot plot{d.name, {}};
  for (bool up : {true, false}) {
    if (!up && !d.down)
      continue;
    Response response(up ? d.up : *d.down);
    plot.series.push_back(seriesOf(response, up, d.minimum, d.maximum, pulsesShown(response)));
    plot.series.back().name = up ? "up" : "down";
  }
  return plot;
}

void addDrawn(Plot &plot, const Device &d, uint32_t count, uint64_t seed) {
  std::vector<PlotSeries> drawn;
  for (uint32_t i = 0; i < count; ++i) {
    Drawn one = draw(d, {seed, 0, 0, i}, {1, count});
    for (const PlotSeries &nominal : plot.series) {
      bool up = nominal.style == PlotSeries::Up;
      if (one.stuck)
        continue;
      drawn.push_back(
          seriesOf(up ? one.up : one.down, up, one.minimum, one.maximum, nominal.pulses.back()));
      drawn.back().style = PlotSeries::Faint;
    }
  }
  plot.series.insert(plot.series.begin(), drawn.begin(), drawn.end());
}

void addMeasured(Plot &plot, const MeasuredCurves &curves) {
  for (bool up : {true, false}) {
    const CurvePoints &points = up ? curves.up : curves.down;
    if (points.empty())
      continue;
    PlotSeries series{up ? "up, measured" : "down, measured",
                      {},
                      {},
                      up ? PlotSeries::PointsUp : PlotSeries::PointsDown};
    // More dots than a picture can show help nobody.
    size_t stride = (points.size() + 1999) / 2000;
    for (size_t i = 0; i < points.size(); i += stride) {
      series.pulses.push_back(points.pulses[i] - points.pulses.front());
      series.siemens.push_back(points.siemens[i]);
    }
    plot.series.push_back(std::move(series));
  }
}

} // namespace spindle::tool
