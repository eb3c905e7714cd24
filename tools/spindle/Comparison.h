// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The runs behind `spindle compare`: reference, targets, and one run per effect.
#ifndef SPINDLE_TOOLS_SPINDLE_COMPARISON_H
#define SPINDLE_TOOLS_SPINDLE_COMPARISON_H

#include "runtime/report/Attribution.h"
#include "tools/spindle/NetworkSource.h"
#include "tools/spindle/Simulation.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spindle::tool {

/// A finished run of one image: every node's raster by name, and how late it is.
struct EngineRun {
  std::string name, engine;
  std::map<std::string, report::Raster> rasters;
  std::map<std::string, uint64_t> latency;
  std::map<std::string, uint64_t> counters;
  double seconds = 0;
};

/// How one population of a target compares with the reference.
struct PopulationLine {
  std::string name;
  uint64_t latency = 0;
  double referenceSpikes = 0, spikes = 0;
  report::Difference difference;
};

struct OutputLine {
  std::string name;
  uint32_t reference = 0, target = 0; ///< classes
};

struct TargetComparison {
  std::string name, engine;
  std::vector<PopulationLine> populations;
  std::vector<OutputLine> classes;
  report::Attribution attribution;
  /// xbar-rtl: entries in which it differs from the functional model, which it must equal.
  std::optional<uint64_t> twinMismatches;
};

struct CompareOptions {
  InputOptions input;
  CommonOptions common;
  TargetOptions target;
};

/// Compiles and runs; every engine sees the same input, followed by as many empty steps as its
/// slowest node is late. Runs are kept, so that no effect is simulated twice.
class Comparison {
public:
  Comparison(Network &network, const CompareOptions &options);

  const EngineRun &reference() const { return reference_; }
  uint64_t steps() const { return steps_; }
  double dt() const { return dt_; }
  /// Populations that are outputs of the network.
  const std::vector<std::string> &outputs() const { return outputNodes_; }
  /// `name` is reference, spinn, xbar or xbar-rtl.
  const EngineRun &run(const std::string &name);
  TargetComparison compare(const std::string &name);

private:
  EngineRun simulateImage(const std::string &name, std::shared_ptr<const image::Image> image,
                          Engine engine);
  const EngineRun &effect(const std::string &name,
                          const std::function<std::shared_ptr<const image::Image>()> &compile);
  /// The retimed network on the reference engine, with effects of a target on.
  const EngineRun &retimed(const std::string &quantize, bool fixedPoint);
  report::Differences differencesOf(const EngineRun &run) const;
  void attributeSpinn(const report::Differences &target, report::Attribution &result);
  void attributeXbar(const report::Differences &target, const report::Differences &suspect,
                     report::Attribution &result);
  report::Differences twinDifferences(const EngineRun &target, TargetComparison &result);

  Network &network_;
  const CompareOptions &options_;
  std::map<std::string, EngineRun> runs_;
  EngineRun reference_;
  std::vector<std::string> populations_; ///< spiking ones, in the network's order
  std::vector<std::pair<std::string, std::string>> outputs_; ///< name, node: classes are compared
  std::vector<std::string> outputNodes_;
  uint64_t steps_ = 0;
  double dt_ = 0;
};

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_COMPARISON_H
