// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one main of all Catch2 tests.
#define CATCH_CONFIG_MAIN
#include "tests/support/catch.h"
