// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options of the reference target, each alone: what it should not change, and that it does
// change something else.
#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::test;

namespace {

constexpr uint64_t kNetworks = 40;

/// Entries in which the populations of one network differ under `options` from the network as it
/// is.
uint64_t differences(uint64_t seed, bool exact, const ReferenceOptions &options) {
  RandomNetworkOptions kind;
  kind.exact = exact;
  kind.large = false;
  RandomNetwork net = randomNetwork(seed, kind);
  nir::ImportOptions import;
  import.dt = net.dt;
  import.profile = "euler-value";
  auto plain = compileNir(net.graph, import, ReferenceOptions{});
  auto other = compileNir(net.graph, import, options);
  Trace a = run(*machineFor(plain), *plain, net.input);
  Trace b = run(*machineFor(other), *other, net.input);
  uint64_t count = 0;
  for (uint32_t n = 0; n < plain->meta().nodes()->size(); ++n) {
    const auto *node = plain->meta().nodes()->Get(n);
    if (node->kind() == image::fb::NodeKind_Population)
      count += mismatches(a, n, b, nodeIndex(*other, node->name()->str()), node->size(), 0);
  }
  return count;
}

uint64_t total(bool exact, const ReferenceOptions &options) {
  uint64_t count = 0;
  for (uint64_t seed = 1000; seed < 1000 + kNetworks; ++seed)
    count += differences(seed, exact, options);
  return count;
}

} // namespace

TEST_CASE("weights that a target holds exactly are not changed, others are") {
  ReferenceOptions spinn, xbar, coarse;
  spinn.quantize = "spinn";
  xbar.quantize = coarse.quantize = "xbar";
  coarse.levels = 2;
  CHECK(total(true, spinn) == 0);
  CHECK(total(true, xbar) == 0);
  CHECK(total(true, coarse) > 0); // weights of 1, 2 and 3 need more than two levels
  CHECK(total(false, xbar) > 0);
}

TEST_CASE("fixed-point kernels change what 15 fraction bits do not hold") {
  ReferenceOptions fixed;
  fixed.fixedPoint = true;
  CHECK(total(false, fixed) > 0);
}

TEST_CASE("an unknown storage is refused") {
  ReferenceOptions options;
  options.quantize = "paper";
  CHECK_THROWS_WITH(differences(0, true, options),
                    Catch::Contains("unknown weight storage 'paper'"));
}
