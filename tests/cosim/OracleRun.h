// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One network on the oracle and on the emulator, side by side.
#ifndef SPINDLE_TESTS_COSIM_ORACLERUN_H
#define SPINDLE_TESTS_COSIM_ORACLERUN_H

#include "tests/support/ManyCoreNetworks.h"

#include <cstdint>
#include <map>
#include <string>

namespace spindle::oracle {

struct OracleRun {
  std::string difference; ///< the first one; empty: none
  uint64_t values = 0;    ///< that were compared
  std::map<std::string, uint64_t> witnessed;
};

/// `variant` chooses threads and shards.
OracleRun compareWithOracle(const Case &each, uint64_t variant);

} // namespace spindle::oracle

#endif // SPINDLE_TESTS_COSIM_ORACLERUN_H
