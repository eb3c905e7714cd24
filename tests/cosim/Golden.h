// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recorded runs of the shared data, and what a network answers in them.
#ifndef SPINDLE_TESTS_COSIM_GOLDEN_H
#define SPINDLE_TESTS_COSIM_GOLDEN_H

#include "tests/support/Engines.h"

#include <string>
#include <vector>

namespace spindle::test {

/// A network with recorded input, as the manifest of the golden data lists it.
struct RecordedRun {
  std::string network, profile, input; ///< file names
  double dt = 0;
  auto operator<=>(const RecordedRun &) const = default;

  nir::Graph graph() const;
  nir::ImportOptions import() const;
  Frames frames() const;
};

/// All runs of spike arrays, each once. Skips the test executable where the shared data is absent.
std::vector<RecordedRun> recordedRuns();

/// For each output of the network, the neuron that spoke most.
std::vector<size_t> classes(const image::Image &image, const Trace &trace);

/// The class that the convolutional network of the shared data gives to its sample, which is a 4.
/// Prints the totals.
size_t answerOfCnn(const std::string &profile, const TargetOptions &target);

} // namespace spindle::test

#endif // SPINDLE_TESTS_COSIM_GOLDEN_H
