// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text events, as steps, times and camera events, for sources of several shapes.
#include "tests/fuzz/SpikeFuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return spindle::test::fuzzSpikes("in.csv", data, size);
}
