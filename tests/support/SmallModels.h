// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neuron models whose networks can be worked out by hand, and what a neuron of them emits.
#ifndef SPINDLE_TESTS_SUPPORT_SMALLMODELS_H
#define SPINDLE_TESTS_SUPPORT_SMALLMODELS_H

#include "tests/support/Engines.h"

#include <string>
#include <vector>

namespace spindle::test {

/// @pass emits its input, graded; @acc sums it up and spikes, back to 0, from th on.
inline const std::string kSmallModels = R"(
  snn.model @pass state(v = 0.0) inputs(x) update {
    %x = snn.get "x"
    snn.set "v", %x
  } emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  snn.model @acc params(th = 2.0) state(v = 0.25) inputs(x) update {
    %x = snn.get "x"
    %v = snn.get "v"
    %n = arith.addf %v, %x : f64
    snn.set "v", %n
  } emit {
    %v = snn.get "v"
    %th = snn.get "th"
    %z = arith.cmpf oge, %v, %th : f64
    snn.emit spike %z : i1
  } reset {
    %zero = arith.constant 0.0 : f64
    snn.set "v", %zero
  }
)";

using Values = std::vector<double>;

/// Value of neuron `i` of a node per step.
inline Values seen(const image::Image &image, const Trace &trace, const std::string &node,
                   uint32_t i = 0) {
  uint32_t n = nodeIndex(image, node);
  Values out;
  for (const auto &row : trace.raster(n, image.meta().nodes()->Get(n)->size()))
    out.push_back(row[i]);
  return out;
}

} // namespace spindle::test

#endif // SPINDLE_TESTS_SUPPORT_SMALLMODELS_H
