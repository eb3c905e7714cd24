// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/Attribution.h"

#include <algorithm>

namespace spindle::report {
namespace {

/// Whether `run` differs from the reference at `entry`, and in the same way.
bool shows(const Difference &run, const Entry &entry) {
  auto before = [](const Entry &a, const Entry &b) {
    return a.step != b.step ? a.step < b.step : a.neuron < b.neuron;
  };
  auto it = std::lower_bound(run.at.begin(), run.at.end(), entry, before);
  return it != run.at.end() && *it == entry;
}

} // namespace

Attribution attribute(const std::vector<Difference> &target, const std::vector<EffectRun> &runs) {
  Attribution result;
  for (const EffectRun &run : runs) {
    EffectShare share{run.name, run.single, 0, 0};
    for (const Difference &difference : run.differences)
      share.mismatches += difference.mismatches;
    result.effects.push_back(share);
  }
  for (size_t population = 0; population < target.size(); ++population) {
    for (const Entry &entry : target[population].at) {
      ++result.mismatches;
      bool bySingle = false, byAny = false;
      for (size_t k = 0; k < runs.size(); ++k)
        if (runs[k].single && shows(runs[k].differences[population], entry)) {
          ++result.effects[k].explains;
          bySingle = byAny = true;
        }
      for (size_t k = 0; k < runs.size() && !bySingle; ++k)
        if (!runs[k].single && shows(runs[k].differences[population], entry)) {
          ++result.effects[k].explains;
          byAny = true;
          break;
        }
      result.unexplained += !byAny;
    }
  }
  return result;
}

} // namespace spindle::report
