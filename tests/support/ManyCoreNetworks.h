// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random small networks for the many-core machine, as the oracle takes them and as text for the
// compiler: every model, rule and kind of synapse that the machine has.
#ifndef SPINDLE_TESTS_SUPPORT_MANYCORENETWORKS_H
#define SPINDLE_TESTS_SUPPORT_MANYCORENETWORKS_H

#include "tests/support/ManyCoreOracle.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace spindle::oracle {

/// What the sources emit in one tick, by node.
using Fed = std::map<uint32_t, std::vector<Emitted>>;

struct Case {
  Network network;
  std::vector<Fed> input;         ///< by tick
  std::set<std::string> features; ///< what is in it: models, rules, kinds of delays...
};

/// What a random network may hold.
struct CaseOptions {
  bool learning = true, currents = true, extensions = true, poisson = true, written = true;
  bool choosesShift = true; ///< else it is always given
  bool listsExtend = true;  ///< else only what is written as a rule goes through delay extensions
};

/// The network of `seed`: always the same one.
Case randomCase(uint64_t seed, const CaseOptions &options = {});

/// The network as a user would write it.
std::string textOf(const Network &network);

/// N neurons IF_curr_exp in a ring that one spike of the source goes round: spinnaker.md A12.
Network synfireRing(uint32_t neurons, uint32_t delay);

} // namespace spindle::oracle

#endif // SPINDLE_TESTS_SUPPORT_MANYCORENETWORKS_H
