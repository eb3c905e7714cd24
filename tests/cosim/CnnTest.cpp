// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The convolutional network of the shared data on the functional model: it fits the default fabric
// and answers as the reference does.
#include "tests/cosim/Golden.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::test;

TEST_CASE("the CNN answers 4 on the fabric") {
  for (const char *profile : {"euler-value", "if-multi-clip"}) {
    INFO(profile);
    CHECK(answerOfCnn(profile, XbarOptions{}) == 4);
  }
}
