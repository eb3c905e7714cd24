// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conductance over pulses, as characters for a terminal and as an SVG file.
#ifndef SPINDLE_TOOLS_SPINDLE_DEVICEPLOT_H
#define SPINDLE_TOOLS_SPINDLE_DEVICEPLOT_H

#include <string>
#include <vector>

namespace spindle::tool {

struct PlotSeries {
  std::string name;
  std::vector<double> pulses, siemens;
  enum Style { Up, Down, Faint, PointsUp, PointsDown } style = Up;
};

struct Plot {
  std::string title;
  std::vector<PlotSeries> series;
};

/// "38.5 n" and the unit behind it: three digits and an SI prefix.
std::string engineering(double value, const std::string &unit);

/// 64 x 16 characters with axes; '+' up, 'o' down, '*' where both are.
std::string asciiPlot(const Plot &plot);
/// Lines for models, dots for measured points, a legend. The same bytes for the same plot.
std::string svgPlot(const Plot &plot);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_DEVICEPLOT_H
