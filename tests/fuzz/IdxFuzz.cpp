// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// IDX files, plain and packed: what is accepted has as many bytes as its shape says.
#include "runtime/image/Errors.h"
#include "runtime/io/Idx.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try {
    auto array = spindle::io::parseIdx(std::as_bytes(std::span(data, size)), "in.idx");
    uint64_t elements = 1;
    for (uint32_t extent : array.shape)
      elements *= extent;
    if (array.shape.empty() || elements != array.bytes.size())
      std::abort();
  } catch (const spindle::InputError &) {
  }
  return 0;
}
