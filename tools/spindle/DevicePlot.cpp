// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/DevicePlot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spindle::tool {

namespace {

struct Frame {
  double pulses = 0, low = 0, high = 0;
};

Frame frameOf(const Plot &plot) {
  Frame frame{0, INFINITY, -INFINITY};
  for (const PlotSeries &s : plot.series) {
    for (double n : s.pulses)
      frame.pulses = std::max(frame.pulses, n);
    for (double g : s.siemens) {
      frame.low = std::min(frame.low, g);
      frame.high = std::max(frame.high, g);
    }
  }
  if (!(frame.low < frame.high)) {
    frame.low = 0;
    frame.high = std::max(frame.high, 1e-12);
  }
  frame.pulses = std::max(frame.pulses, 1.0);
  return frame;
}

constexpr int kWidth = 64, kHeight = 16; // characters
constexpr double kLeft = 80, kTop = 40;  // px
constexpr double kInnerWidth = 600, kInnerHeight = 360;

/// 1, 2 or 5 times a power of ten, about a fifth of the range.
double tickOf(double range) {
  double power = std::pow(10, std::floor(std::log10(range / 5)));
  double parts = range / 5 / power;
  return power * (parts < 1.5 ? 1 : parts < 3.5 ? 2 : parts < 7.5 ? 5 : 10);
}

std::string escaped(const std::string &text) {
  std::string out;
  for (char c : text)
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    default:
      // The name of a file may be any bytes; the picture stays text.
      out += static_cast<unsigned char>(c) < 32 || static_cast<unsigned char>(c) > 126 ? '?' : c;
    }
  return out;
}

const char *colourOf(PlotSeries::Style style) {
  switch (style) {
  case PlotSeries::Up:
  case PlotSeries::PointsUp:
    return "#1f5fa8";
  case PlotSeries::Down:
  case PlotSeries::PointsDown:
    return "#b8421f";
  default:
    return "#9a9a9a";
  }
}

class Svg {
public:
  explicit Svg(const Plot &plot) : plot_(plot), frame_(frameOf(plot)) {}
  std::string text();

private:
  double x(double pulses) const { return kLeft + pulses / frame_.pulses * kInnerWidth; }
  double y(double g) const {
    return kTop + (frame_.high - g) / (frame_.high - frame_.low) * kInnerHeight;
  }
  void axes();
  void series(const PlotSeries &s);
  void legend();

  const Plot &plot_;
  Frame frame_;
  std::string out_;
};

void Svg::axes() {
  double bottom = kTop + kInnerHeight;
  out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" "
                      "stroke=\"#444\"/>\n",
                      kLeft, kTop, kInnerWidth, kInnerHeight);
  double tick = tickOf(frame_.pulses);
  for (int i = 0; i * tick <= frame_.pulses * (1 + 1e-9); ++i)
    out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{:g}</text>\n",
                        x(i * tick), bottom + 18, i * tick);
  tick = tickOf(frame_.high - frame_.low);
  for (double g = std::ceil(frame_.low / tick) * tick; g <= frame_.high * (1 + 1e-9); g += tick)
    out_ += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>\n"
                        "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                        kLeft, kLeft + kInnerWidth, y(g), y(g), kLeft - 6, y(g) + 4,
                        engineering(std::fabs(g) < 1e-6 * tick ? 0 : g, "S"));
  out_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">pulses</text>\n",
                      kLeft + kInnerWidth / 2, bottom + 36);
}

void Svg::series(const PlotSeries &s) {
  const char *colour = colourOf(s.style);
  if (s.style == PlotSeries::PointsUp || s.style == PlotSeries::PointsDown) {
    for (size_t i = 0; i < s.pulses.size(); ++i)
      out_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\" fill=\"{}\"/>\n",
                          x(s.pulses[i]), y(s.siemens[i]), colour);
    return;
  }
  out_ += fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" points=\"", colour,
                      s.style == PlotSeries::Faint ? 0.6 : 2);
  for (size_t i = 0; i < s.pulses.size(); ++i)
    out_ += fmt::format("{}{:.1f},{:.1f}", i ? " " : "", x(s.pulses[i]), y(s.siemens[i]));
  out_ += "\"/>\n";
}

void Svg::legend() {
  double line = kTop + kInnerHeight - 12;
  for (auto s = plot_.series.rbegin(); s != plot_.series.rend(); ++s) {
    if (s->name.empty())
      continue;
    out_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"{}\">{}</text>\n",
                        kLeft + kInnerWidth - 10, line, colourOf(s->style), escaped(s->name));
    line -= 16;
  }
}

std::string Svg::text() {
  out_ =
      fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                  "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
                  "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
                  "<text x=\"{2}\" y=\"24\" font-size=\"15\">{3}</text>\n",
                  kLeft + kInnerWidth + 30, kTop + kInnerHeight + 50, kLeft, escaped(plot_.title));
  axes();
  for (const PlotSeries &s : plot_.series)
    series(s);
  legend();
  return std::move(out_) + "</svg>\n";
}

} // namespace

std::string engineering(double value, const std::string &unit) {
  static constexpr const char *kPrefix[] = {"f", "p", "n", "u", "m", "", "k", "M", "G"};
  double size = std::fabs(value);
  if (size == 0)
    return "0 " + unit;
  int step = std::clamp(int(std::floor(std::log10(size) / 3 + 1e-12)), -5, 3);
  return fmt::format("{:.4g} {}{}", value / std::pow(1000.0, step), kPrefix[step + 5], unit);
}

std::string asciiPlot(const Plot &plot) {
  Frame frame = frameOf(plot);
  std::vector<std::string> grid(kHeight, std::string(kWidth, ' '));
  for (const PlotSeries &s : plot.series) {
    char mark = s.style == PlotSeries::Down || s.style == PlotSeries::PointsDown ? 'o' : '+';
    if (s.style == PlotSeries::Faint)
      continue;
    for (size_t i = 0; i < s.pulses.size(); ++i) {
      auto column = size_t(std::lround(s.pulses[i] / frame.pulses * (kWidth - 1)));
      double height = (frame.high - s.siemens[i]) / (frame.high - frame.low);
      char &cell = grid[size_t(std::lround(height * (kHeight - 1)))][column];
      cell = cell == ' ' || cell == mark ? mark : '*';
    }
  }
  std::string out;
  for (int row = 0; row < kHeight; ++row) {
    double g = frame.high - (frame.high - frame.low) * row / (kHeight - 1);
    out += fmt::format("{:>11} |{}\n", row % 5 == 0 ? engineering(g, "S") : "", grid[size_t(row)]);
  }
  out += fmt::format("{:>11} +{}\n", "", std::string(kWidth, '-'));
  return out +
         fmt::format("{:>13}0{:>{}}\n", "", fmt::format("{:g} pulses", frame.pulses), kWidth - 1);
}

std::string svgPlot(const Plot &plot) { return Svg(plot).text(); }

} // namespace spindle::tool
