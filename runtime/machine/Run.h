// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A run of many steps: what it is fed and what it shows. An engine may be ahead of what it shows,
// so that it need not stop after every step.
#ifndef SPINDLE_RUNTIME_MACHINE_RUN_H
#define SPINDLE_RUNTIME_MACHINE_RUN_H

#include <cstdint>
#include <span>
#include <vector>

namespace spindle {

/// `value` spikes (or a graded value) of one neuron in one step.
struct Event {
  uint32_t neuron;
  double value;
};

/// A state (or observed value) of a population.
struct StateRef {
  uint32_t node, term;
  friend bool operator==(const StateRef &, const StateRef &) = default;
};

/// What there is to see of a step.
class StepView {
public:
  virtual ~StepView() = default;

  /// What `node` emitted in the step: non-zero entries only, ordered by neuron. For a source, what
  /// was injected.
  virtual std::span<const Event> events(uint32_t node) const = 0;

  /// State (or observed value) `term` of population `node` after the step, as reals. `out` has the
  /// node's size.
  virtual void observe(uint32_t node, uint32_t term, std::span<double> out) const = 0;

  /// The same, as the raw integers of a fixed-point engine. Throws std::logic_error on a float
  /// engine.
  virtual void observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const = 0;
};

class RunHooks {
public:
  virtual ~RunHooks() = default;

  /// Source nodes that input() is asked for.
  virtual std::vector<uint32_t> sources() const { return {}; }
  /// Events of a source, as for Machine::inject(); `step` counts from the begin of the run. Asked
  /// once for each, by ascending steps, at any time before the step.
  virtual std::span<const Event> input(uint32_t source, uint64_t step) { return {}; }

  /// The states that sample() looks at; no others are kept.
  virtual std::vector<StateRef> states() const { return {}; }
  /// A step was done; `step` counts from the begin of the run.
  virtual void sample(const StepView &view, uint64_t step) {}

  /// Asked now and then: false ends the run.
  virtual bool goOn() { return true; }
};

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_RUN_H
