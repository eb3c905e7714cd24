// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A chart of accuracies with their intervals, as SVG.
#ifndef SPINDLE_EXAMPLES_HWDNN_PLOT_H
#define SPINDLE_EXAMPLES_HWDNN_PLOT_H

#include "examples/hw-dnn/Statistics.h"

namespace spindle::hwdnn {

struct Series {
  std::string name;
  std::vector<Interval> values; ///< one a place on the x axis; n = 0: none
};

struct Chart {
  std::string title, xName, yName;
  std::vector<std::string> places; ///< along x
  std::vector<Series> series;
  size_t joined = 0;        ///< so many places, from the first, are joined by lines
  double low = 0, high = 0; ///< of y; equal: chosen from the values
};

std::string svgOf(const Chart &chart);

} // namespace spindle::hwdnn

#endif // SPINDLE_EXAMPLES_HWDNN_PLOT_H
