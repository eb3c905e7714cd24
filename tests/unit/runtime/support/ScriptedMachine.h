// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A machine whose events and states are written down in advance.
#ifndef SPINDLE_TESTS_UNIT_RUNTIME_SUPPORT_SCRIPTEDMACHINE_H
#define SPINDLE_TESTS_UNIT_RUNTIME_SUPPORT_SCRIPTEDMACHINE_H

#include "runtime/machine/Machine.h"

namespace spindle::test {

/// events[node][step]; a state of node n, term k, neuron i after step t reads t + 10 k + 100 i.
class ScriptedMachine : public Machine {
public:
  std::vector<std::vector<std::vector<Event>>> script;

  void reset() override { now_ = 0; }
  void inject(uint32_t, std::span<const Event>) override {}
  void step() override { ++now_; }
  uint64_t now() const override { return now_; }
  std::span<const Event> events(uint32_t node) const override {
    const auto &steps = script.at(node);
    return now_ <= steps.size() ? std::span<const Event>(steps[now_ - 1])
                                : std::span<const Event>();
  }
  void observe(uint32_t, uint32_t term, std::span<double> out) const override {
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<double>(now_ + 10 * term + 100 * i);
  }
  void observeRaw(uint32_t, uint32_t term, std::span<int32_t> out) const override {
    for (size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<int32_t>(now_ + 10 * term + 100 * i) << 15;
  }
  std::map<std::string, uint64_t> counters() const override { return {}; }
  std::vector<std::byte> checkpoint() const override { return {}; }
  void restore(std::span<const std::byte>) override {}

private:
  uint64_t now_ = 0;
};

} // namespace spindle::test

#endif // SPINDLE_TESTS_UNIT_RUNTIME_SUPPORT_SCRIPTEDMACHINE_H
