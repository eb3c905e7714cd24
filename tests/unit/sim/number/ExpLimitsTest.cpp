// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the definition of exp says without any table: exact powers, limits, monotonicity.
#include "sim/number/Exp.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace spindle::number;

TEST_CASE("exp at its fixed points and limits") {
  CHECK(expk(0) == 32768);
  CHECK(expulr(0) == 0); // 2^32 wraps
  CHECK(expk(32768) == static_cast<int32_t>(11674931555 >> 17));
  CHECK(expulr(-32768) == 1580030169u);
  CHECK(expk(363409) == INT32_MAX);
  CHECK(expk(INT32_MAX) == INT32_MAX);
  CHECK(expk(-340696) == 0);
  CHECK(expulr(INT32_MIN) == 0);
  // The decay of a synapse of 5 and of 10 steps.
  CHECK(expulr(-6553) == 3516490311u);
  CHECK(expulr(-3276) == 3886339153u);
}

TEST_CASE("exp grows, and stays close to the real function") {
  int32_t before = 0;
  for (int32_t x = -340695; x <= 363408; x += 37) {
    int32_t y = expk(x);
    REQUIRE(y >= before);
    REQUIRE(std::fabs(y - std::exp(x / 32768.0) * 32768.0) <= 1.0 + 4e-6 * y);
    before = y;
  }
}
