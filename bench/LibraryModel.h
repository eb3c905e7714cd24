// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model of the library, compiled for a population of which all parameters are uniform.
#ifndef SPINDLE_BENCH_LIBRARYMODEL_H
#define SPINDLE_BENCH_LIBRARYMODEL_H

#include "runtime/machine/Kernel.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace spindle::bench {

struct LibraryModel {
  std::shared_ptr<KernelLibrary> library; ///< keeps the kernel
  KernelFn kernel = nullptr;
  std::vector<std::vector<int32_t>> param, state; ///< one value each
  std::vector<std::string> states;                ///< their names
  uint32_t observed = 0;                          ///< the last ones, which are observed values
};

/// `dt` in ms. Throws std::runtime_error when it cannot be compiled.
LibraryModel libraryModel(const std::string &name, const std::map<std::string, double> &parameters,
                          double dt);

} // namespace spindle::bench

#endif // SPINDLE_BENCH_LIBRARYMODEL_H
