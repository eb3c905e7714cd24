// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Running a stored network on the reference engine, for comparison with what others recorded.
#ifndef SPINDLE_TESTS_E2E_GOLDEN_GOLDEN_H
#define SPINDLE_TESTS_E2E_GOLDEN_GOLDEN_H

#include "tests/support/Engines.h"
#include "tests/support/SharedData.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace spindle::test {

/// One network on the reference engine.
struct Run {
  std::shared_ptr<const image::Image> image;
  std::vector<uint32_t> populations; ///< in evaluation order
  Trace trace;

  uint64_t size(uint32_t node) const { return image->meta().nodes()->Get(node)->size(); }
  std::string name(uint32_t node) const { return image->meta().nodes()->Get(node)->name()->str(); }
};

inline std::shared_ptr<const image::Image> compileFile(const std::filesystem::path &file,
                                                       const std::string &profile, double dt) {
  nir::ImportOptions options;
  options.profile = profile;
  options.dt = dt;
  return compileNir(nir::load(file.string()), options, ReferenceOptions{});
}

inline std::vector<uint32_t> populationsOf(const image::Image &image) {
  std::vector<uint32_t> list;
  for (uint32_t n : *image.meta().program_as_Reference()->order())
    if (image.meta().nodes()->Get(n)->kind() == image::fb::NodeKind_Population)
      list.push_back(n);
  return list;
}

inline Run runFile(const std::filesystem::path &file, const std::string &profile, double dt,
                   const Frames &frames) {
  Run r;
  r.image = compileFile(file, profile, dt);
  r.populations = populationsOf(*r.image);
  auto machine = machineFor(r.image);
  r.trace = run(*machine, *r.image, frames);
  return r;
}

/// Entries in which `stored` differs from what a node did `shift` rows earlier.
inline uint64_t differing(const Frames &stored, const Frames &ours, uint64_t shift = 0) {
  uint64_t count = 0;
  for (uint64_t t = shift; t < stored.size(); ++t)
    for (uint64_t i = 0; i < stored[t].size(); ++i)
      count += stored[t][i] != ours.at(t - shift).at(i);
  return count;
}

} // namespace spindle::test

#endif // SPINDLE_TESTS_E2E_GOLDEN_GOLDEN_H
