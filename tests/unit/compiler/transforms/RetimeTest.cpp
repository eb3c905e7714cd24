// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random networks with skips and loops: retimed, every population does what it did, later by its
// latency.
#include "compiler/import/nir/Models.h"
#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::test;

namespace {

struct Ran {
  std::shared_ptr<const image::Image> image;
  Trace trace;
};

Ran runOne(const RandomNetwork &net, const std::string &profile, bool retime) {
  nir::ImportOptions import;
  import.dt = net.dt;
  import.profile = profile;
  ReferenceOptions options;
  options.retime = retime;
  Ran out;
  out.image = compileNir(net.graph, import, options);
  out.trace = run(*machineFor(out.image), *out.image, net.input);
  return out;
}

} // namespace

TEST_CASE("a retimed network is the original, shifted") {
  constexpr uint64_t kNetworks = 500;
  uint64_t spikes = 0, shifted = 0;
  for (uint64_t seed = 0; seed < kNetworks; ++seed) {
    RandomNetworkOptions options;
    options.exact = seed % 2 == 0; // delays change no sum, so reals must not differ either (R2)
    options.large = false;
    RandomNetwork net = randomNetwork(seed, options);
    const std::string &profile = nir::profileNames()[seed % nir::profileNames().size()];
    Ran original = runOne(net, profile, false), retimed = runOne(net, profile, true);
    const auto &nodes = *original.image->meta().nodes();
    for (uint32_t n = 0; n < nodes.size(); ++n) {
      if (nodes.Get(n)->kind() != image::fb::NodeKind_Population)
        continue;
      uint32_t m = nodeIndex(*retimed.image, nodes.Get(n)->name()->str());
      uint64_t latency = retimed.image->meta().nodes()->Get(m)->latency();
      INFO("network " << seed << ", node " << nodes.Get(n)->name()->str() << ", latency "
                      << latency);
      REQUIRE(mismatches(original.trace, n, retimed.trace, m, nodes.Get(n)->size(), latency) == 0);
      for (uint64_t t = 0; t < latency; ++t) // and before its onset it is silent
        REQUIRE(retimed.trace.emitted[m][t].empty());
      spikes += static_cast<uint64_t>(original.trace.total(n) != 0.0);
      shifted += latency > 0;
    }
  }
  // The networks were alive, and retiming had something to do.
  CHECK(spikes > kNetworks);
  CHECK(shifted > kNetworks);
}
