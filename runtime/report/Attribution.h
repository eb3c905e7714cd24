// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which effect of a target explains which differing entry, from runs with single effects switched
// on.
#ifndef SPINDLE_RUNTIME_REPORT_ATTRIBUTION_H
#define SPINDLE_RUNTIME_REPORT_ATTRIBUTION_H

#include "runtime/report/Raster.h"

#include <string>
#include <vector>

namespace spindle::report {

/// A run with one effect on (or several: `single` false), as its differences from the reference.
struct EffectRun {
  std::string name;
  bool single = true;
  std::vector<Difference> differences; ///< per population, in one order for all runs
};

struct EffectShare {
  std::string name;
  bool single = true;
  uint64_t mismatches = 0; ///< entries in which that run differs from the reference
  /// Differing entries of the target that the run shows with the target's own value. An entry
  /// counts for every single effect that shows it; a combined run only counts what no single effect
  /// shows.
  uint64_t explains = 0;
};

struct Attribution {
  uint64_t mismatches = 0; ///< entries in which the target differs from the reference
  std::vector<EffectShare> effects;
  uint64_t unexplained = 0; ///< differing entries that no run shows
};

Attribution attribute(const std::vector<Difference> &target, const std::vector<EffectRun> &runs);

} // namespace spindle::report

#endif // SPINDLE_RUNTIME_REPORT_ATTRIBUTION_H
