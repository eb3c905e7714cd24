// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "examples/hw-dnn/Plot.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace spindle::hwdnn {

namespace {

constexpr double kWidth = 860, kHeight = 420, kLeft = 64, kRight = 216, kTop = 44, kBottom = 76;
/// Okabe and Ito's colours, which differ for everyone.
constexpr const char *kColours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                    "#e69f00", "#56b4e9", "#000000"};

std::string escaped(const std::string &text) {
  std::string out;
  for (char c : text)
    out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

std::string words(double x, double y, const char *anchor, const std::string &text,
                  const char *more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y,
                     anchor, more, escaped(text));
}

std::string line(double x1, double y1, double x2, double y2, const char *style) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n", x1, y1,
                     x2, y2, style);
}

struct Frame {
  double low, high;
  size_t places;
  double x(size_t place, size_t series, size_t count) const {
    double width = (kWidth - kLeft - kRight) / double(places);
    double shift = (double(series) - (double(count) - 1) / 2) * width * 0.5 / double(count);
    return kLeft + width * (double(place) + 0.5) + shift;
  }
  double y(double value) const {
    return kTop + (kHeight - kTop - kBottom) * (high - std::clamp(value, low, high)) / (high - low);
  }
};

Frame frameOf(const Chart &chart) {
  double low = chart.low, high = chart.high;
  if (low == high) {
    low = 1e300, high = -1e300;
    for (const Series &s : chart.series)
      for (const Interval &v : s.values)
        if (v.n) {
          low = std::min(low, v.mean - v.half);
          high = std::max(high, v.mean + v.half);
        }
    double margin = std::max(0.05 * (high - low), 0.05);
    low -= margin, high += margin;
  }
  return {low, high, std::max<size_t>(chart.places.size(), 1)};
}

std::string axes(const Chart &chart, const Frame &frame) {
  std::string out = words(kLeft, 22, "start", chart.title, " font-weight=\"bold\"");
  double step = std::pow(10, std::floor(std::log10((frame.high - frame.low) / 4)));
  for (int i = 0; i < 4 && (frame.high - frame.low) / step > 8; ++i)
    step *= i == 1 ? 2.5 : 2; // 1, 2, 5, 10
  for (double v = std::ceil(frame.low / step) * step; v <= frame.high; v += step) {
    out += line(kLeft, frame.y(v), kWidth - kRight, frame.y(v), "stroke=\"#ddd\"");
    out += words(kLeft - 8, frame.y(v) + 4, "end", fmt::format("{:g}", std::round(v * 1e6) / 1e6));
  }
  bool crowded = chart.places.size() > 6; // then names go on two lines
  for (size_t p = 0; p < chart.places.size(); ++p)
    out += words(frame.x(p, 0, 1), kHeight - kBottom + (p % 2 && crowded ? 36 : 20), "middle",
                 chart.places[p]);
  double middle = (kLeft + kWidth - kRight) / 2;
  out += words(middle, kHeight - 14, "middle", chart.xName);
  out += words(20, kHeight / 2, "middle", chart.yName,
               fmt::format(" transform=\"rotate(-90 20 {:.0f})\"", kHeight / 2).c_str());
  out += line(kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom, "stroke=\"#333\"");
  return out;
}

std::string seriesOf(const Chart &chart, const Frame &frame, size_t index) {
  const Series &s = chart.series[index];
  const char *colour = kColours[index % std::size(kColours)];
  std::string out = fmt::format("<g stroke=\"{0}\" fill=\"{0}\">\n", colour);
  size_t before = s.values.size();
  for (size_t p = 0; p < s.values.size(); ++p) {
    const Interval &v = s.values[p];
    if (!v.n)
      continue;
    double x = frame.x(p, index, chart.series.size()), y = frame.y(v.mean);
    if (before < p && p < chart.joined)
      out += line(frame.x(before, index, chart.series.size()), frame.y(s.values[before].mean), x, y,
                  "stroke-opacity=\"0.5\"");
    before = p;
    out += line(x, frame.y(v.mean - v.half), x, frame.y(v.mean + v.half), "stroke-width=\"2\"");
    out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>\n", x, y);
  }
  double row = kTop + 18 * double(index) + 8, left = kWidth - kRight + 16;
  out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/></g>\n", left, row - 4);
  return out + words(left + 10, row, "start", s.name);
}

} // namespace

std::string svgOf(const Chart &chart) {
  Frame frame = frameOf(chart);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{0}\" "
      "height=\"{1}\" fill=\"white\"/>\n",
      kWidth, kHeight);
  out += axes(chart, frame);
  for (size_t i = 0; i < chart.series.size(); ++i)
    out += seriesOf(chart, frame, i);
  return out + "</svg>\n";
}

} // namespace spindle::hwdnn
