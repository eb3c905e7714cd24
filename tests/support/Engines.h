// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a network to a machine in one call, for tests that compare engines.
#ifndef SPINDLE_TESTS_SUPPORT_ENGINES_H
#define SPINDLE_TESTS_SUPPORT_ENGINES_H

#include "compiler/import/nir/Nir.h"
#include "compiler/pipelines/Pipelines.h"
#include "runtime/machine/Machine.h"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace spindle::test {

using TargetOptions = std::variant<ReferenceOptions, SpinnOptions, XbarOptions>;

/// One step of input per row, one value per channel.
using Frames = std::vector<std::vector<double>>;

/// The rows of an .npy file as steps of input, flattened.
Frames readFrames(const std::filesystem::path &file);

/// Compiles a NIR graph (already loaded). Throws std::runtime_error with the diagnostics when that
/// fails.
std::shared_ptr<const image::Image>
compileNir(const nir::Graph &graph, const nir::ImportOptions &import, const TargetOptions &target);

/// Compiles the text of an snn module.
std::shared_ptr<const image::Image> compileText(const std::string &text,
                                                const TargetOptions &target);

/// The same, as the image's file.
std::vector<std::byte> imageBytes(const std::string &text, const TargetOptions &target);

/// The machine for the image's program; for an xbar image the functional engine, or the RTL.
std::unique_ptr<Machine> machineFor(std::shared_ptr<const image::Image> image, bool rtl = false,
                                    const MachineOptions &options = {});

/// What every node emitted: emitted[node][step] is the list of events.
struct Trace {
  std::vector<std::vector<std::vector<Event>>> emitted;
  /// Dense raster of one node: [step][neuron].
  std::vector<std::vector<double>> raster(uint32_t node, uint64_t size) const;
  double total(uint32_t node) const;
  /// The sum of what each neuron of a node emitted.
  std::vector<double> totals(uint32_t node, uint64_t size) const;
};

/// Runs `steps` steps (0: as many as there are frames), feeding the frames to the only source; a
/// network without a source takes none.
Trace run(Machine &machine, const image::Image &image, const Frames &frames, uint64_t steps = 0);

/// Index of a node by its name; throws when there is none.
uint32_t nodeIndex(const image::Image &image, const std::string &name);

/// Index of state `term` of node `node`.
uint32_t termOf(const image::Image &image, uint32_t node, const std::string &term);

/// Entries in which two nodes differ, the second one seen `shift` steps later: over the steps that
/// both show.
uint64_t mismatches(const Trace &a, uint32_t nodeA, const Trace &b, uint32_t nodeB, uint64_t size,
                    uint64_t shift);

} // namespace spindle::test

#endif // SPINDLE_TESTS_SUPPORT_ENGINES_H
