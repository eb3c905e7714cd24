// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which effect of a target explains which differing entry, from runs in which single effects are
// switched on, and off.
#ifndef SPINDLE_RUNTIME_REPORT_ATTRIBUTION_H
#define SPINDLE_RUNTIME_REPORT_ATTRIBUTION_H

#include "runtime/report/Raster.h"

#include <optional>
#include <string>
#include <vector>

namespace spindle::report {

/// The differences of a run from the reference, per population, in one order for all runs.
using Differences = std::vector<Difference>;

/// One effect: a run with it alone, and one with all the others.
struct EffectRuns {
  std::string name;
  Differences alone;
  /// The target itself with this effect switched off; none where that cannot be.
  std::optional<Differences> without;
};

/// Several effects at once, but not all of them.
struct JointRun {
  std::string name;
  Differences differences;
};

struct EffectShare {
  std::string name;
  uint64_t alone = 0; ///< entries in which the run with this effect alone differs
  /// Differing entries of the target that this effect alone shows, with the target's own value.
  /// An entry counts for every effect that shows it.
  uint64_t explains = 0;
  std::optional<uint64_t> without; ///< entries that still differ with this effect off
  uint64_t removes = 0; ///< differing entries of the target that are the reference's with it off
};

struct JointShare {
  std::string name;
  uint64_t mismatches = 0; ///< entries in which the joint run differs
  uint64_t explains = 0;   ///< entries that no effect alone shows, but this run does
};

struct Attribution {
  uint64_t mismatches = 0; ///< entries in which the target differs from the reference
  std::vector<EffectShare> effects;
  std::vector<JointShare> joint;
  /// Differing entries that no run shows and no effect removes.
  uint64_t unexplained = 0;
};

/// `suspect` holds entries that no effect may claim (none: empty): where the target differs from a
/// twin that it must equal.
Attribution attribute(const Differences &target, const std::vector<EffectRuns> &effects,
                      const std::vector<JointRun> &joint, const Differences &suspect = {});

} // namespace spindle::report

#endif // SPINDLE_RUNTIME_REPORT_ATTRIBUTION_H
