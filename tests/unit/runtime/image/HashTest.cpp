// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// XXH64 against values published with the algorithm.
#include "runtime/image/Hash.h"
#include "tests/support/catch.h"

#include <string_view>

using spindle::image::hash64;

static uint64_t hashOf(std::string_view text) { return hash64(std::as_bytes(std::span(text))); }

TEST_CASE("XXH64 of known texts") {
  CHECK(hashOf("") == 0xEF46DB3751D8E999u);
  CHECK(hashOf("a") == 0xD24EC4F1A98C6E5Bu);
  CHECK(hashOf("abc") == 0x44BC2CF5AD770999u);
  // Longer than a stripe of 32 bytes: the four lanes and every kind of tail.
  CHECK(hashOf("Nobody inspects the spammish repetition") == 0xFBCEA83C8A378BF1u);
}
