// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/Attribution.h"

#include <algorithm>

namespace spindle::report {
namespace {

/// The entry of `run` at the place of `entry`, or null where it equals the reference.
const Entry *find(const Difference &run, const Entry &entry) {
  auto before = [](const Entry &a, const Entry &b) {
    return a.step != b.step ? a.step < b.step : a.neuron < b.neuron;
  };
  auto it = std::lower_bound(run.at.begin(), run.at.end(), entry, before);
  bool there = it != run.at.end() && it->step == entry.step && it->neuron == entry.neuron;
  return there ? &*it : nullptr;
}

/// Whether `run` differs from the reference at `entry`, and in the same way.
bool shows(const Difference &run, const Entry &entry) {
  const Entry *found = find(run, entry);
  return found && found->value == entry.value;
}

uint64_t mismatches(const Differences &run) {
  uint64_t sum = 0;
  for (const Difference &difference : run)
    sum += difference.mismatches;
  return sum;
}

/// Counts `entry` for whatever accounts for it; false if nothing does.
bool account(const Entry &entry, size_t population, const std::vector<EffectRuns> &effects,
             const std::vector<JointRun> &joint, Attribution &result) {
  bool shown = false, removed = false;
  for (size_t k = 0; k < effects.size(); ++k) {
    if (shows(effects[k].alone[population], entry)) {
      ++result.effects[k].explains;
      shown = true;
    }
    if (effects[k].without && !find((*effects[k].without)[population], entry)) {
      ++result.effects[k].removes;
      removed = true;
    }
  }
  for (size_t k = 0; k < joint.size() && !shown; ++k)
    if (shows(joint[k].differences[population], entry)) {
      ++result.joint[k].explains;
      shown = true;
    }
  return shown || removed;
}

} // namespace

Attribution attribute(const Differences &target, const std::vector<EffectRuns> &effects,
                      const std::vector<JointRun> &joint, const Differences &suspect) {
  Attribution result;
  for (const EffectRuns &effect : effects) {
    EffectShare share{effect.name, mismatches(effect.alone), 0, std::nullopt, 0};
    if (effect.without)
      share.without = mismatches(*effect.without);
    result.effects.push_back(share);
  }
  for (const JointRun &run : joint)
    result.joint.push_back({run.name, mismatches(run.differences), 0});
  for (size_t population = 0; population < target.size(); ++population)
    for (const Entry &entry : target[population].at) {
      ++result.mismatches;
      bool doubtful = !suspect.empty() && find(suspect[population], entry);
      result.unexplained += doubtful || !account(entry, population, effects, joint, result);
    }
  return result;
}

} // namespace spindle::report
