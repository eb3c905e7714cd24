// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A convolutional network on a real recording: spikes per layer as two frameworks' own step
// functions give them, and the class.
#include "tests/e2e/golden/Golden.h"
#include "tests/support/catch.h"

#include <algorithm>

using namespace spindle;
using namespace spindle::test;

namespace {

struct Expected {
  const char *profile;
  std::vector<uint64_t> spikes; ///< per layer
};

} // namespace

TEST_CASE("layer counts and class of a convolutional network") {
  auto network = requireShared("nir/cnn_sinabs.nir");
  auto input = readFrames(requireShared("nir-golden/nmnist_sample_frames_1ms_u8.npy"));
  auto expected = GENERATE(Expected{"euler-value", {5183, 8758, 3996, 2799, 149}},
                           Expected{"if-multi-clip", {10941, 26229, 22112, 24265, 1732}});
  INFO(expected.profile);
  Run r = runFile(network, expected.profile, 1e-3, input);
  std::vector<uint64_t> spikes;
  for (uint32_t n : r.populations)
    spikes.push_back(static_cast<uint64_t>(r.trace.total(n)));
  CHECK(spikes == expected.spikes);

  uint32_t output = r.populations.back();
  REQUIRE(r.size(output) == 10);
  std::vector<double> perClass = r.trace.totals(output, 10);
  CHECK(std::max_element(perClass.begin(), perClass.end()) - perClass.begin() == 4);
}
