// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which learning rules are enabled in which step (docs/semantics.md L7).
#ifndef SPINDLE_RUNTIME_MACHINE_PHASES_H
#define SPINDLE_RUNTIME_MACHINE_PHASES_H

#include "runtime/image/Image.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace spindle {

class Phases {
public:
  explicit Phases(const image::fb::Image &meta) {
    uint64_t from = 0;
    size_t rules = meta.rules() ? meta.rules()->size() : 0;
    if (meta.phases())
      for (const image::fb::Phase *phase : *meta.phases()) {
        std::vector<bool> enabled(rules);
        for (uint32_t rule : *phase->rules())
          enabled[rule] = true;
        phases_.push_back({from, std::move(enabled)});
        if (phase->steps() == 0)
          break; // until the run ends
        from += phase->steps();
      }
  }

  bool enabled(uint32_t rule, uint64_t step) const {
    if (phases_.empty())
      return true;
    auto next = std::upper_bound(phases_.begin(), phases_.end(), step,
                                 [](uint64_t at, const Phase &p) { return at < p.from; });
    return std::prev(next)->enabled[rule];
  }

  /// The number of the phase that `step` is in; it changes when enabled() may.
  size_t at(uint64_t step) const {
    return static_cast<size_t>(
        std::upper_bound(phases_.begin(), phases_.end(), step,
                         [](uint64_t at, const Phase &p) { return at < p.from; }) -
        phases_.begin());
  }

private:
  struct Phase {
    uint64_t from;
    std::vector<bool> enabled; ///< per rule
  };
  std::vector<Phase> phases_; ///< the first one from step 0
};

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_PHASES_H
