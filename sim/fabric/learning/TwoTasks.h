// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two tasks one after another, and what the first one loses: 784-100-10, ReLU and softmax, no
// biases, batches; the second task sees the same images with their pixels in another fixed order.
// The rule (Rules.h) writes the weights; writes are counted, since they wear devices.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_TWOTASKS_H
#define SPINDLE_SIM_FABRIC_LEARNING_TWOTASKS_H

#include "sim/fabric/learning/Images.h"
#include "sim/fabric/learning/WeightMemory.h"

#include <functional>

namespace spindle::learning {

/// A rule that any chain converts to.
using AnyRule = std::function<uint64_t(WeightMemory &, const RuleInput &)>;
template <typename Rule> AnyRule ruleOf(Rule rule) {
  return [rule](WeightMemory &memory, const RuleInput &in) { return memory.apply(rule, in); };
}

struct TwoTasksSettings {
  size_t hidden = 100;
  size_t images = 10000; ///< the first of the training images
  uint32_t epochs = 3;   ///< per task
  size_t batch = 32;
  uint64_t seed = 1;
};

struct TwoTasksResult {
  double firstBefore = 0, firstAfter = 0, second = 0; ///< accuracies on the test images
  double writes = 0; ///< synapses changed per step, a fraction of all
  double seconds = 0;
};

TwoTasksResult trainTwoTasks(const TwoTasksSettings &settings, const AnyRule &rule,
                             const Images &training, const Images &test);

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_TWOTASKS_H
