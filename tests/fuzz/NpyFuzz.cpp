// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npy arrays as spike input, for sources of several shapes.
#include "tests/fuzz/SpikeFuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return spindle::test::fuzzSpikes("in.npy", data, size);
}
