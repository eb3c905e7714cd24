// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flat form of a NIR file, which comes from a process that may have been subverted by the file,
// and everything that is done with it before a network is made.
#include "compiler/import/nir/Flat.h"
#include "runtime/image/Errors.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace spindle;
  auto bytes = std::as_bytes(std::span(data, size));
  for (const char *weights : {"", "in_out"}) {
    try {
      nir::Graph graph = nir::repair(nir::decodeFlat(bytes), weights);
      // What was accepted has shapes everywhere, and edges between nodes that exist.
      for (const auto &[name, node] : graph.nodes)
        if (node.inputShape.empty() || node.outputShape.empty())
          __builtin_trap();
      for (const auto &[from, to] : graph.edges)
        if (!graph.nodes.count(from) || !graph.nodes.count(to))
          __builtin_trap();
    } catch (const UserError &) {
    }
  }
  return 0;
}
