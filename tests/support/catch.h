// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Catch2, whichever major version there is; tests use only what v2 and v3 share.
#ifndef SPINDLE_TESTS_SUPPORT_CATCH_H
#define SPINDLE_TESTS_SUPPORT_CATCH_H

#include <catch2/catch.hpp>

#endif // SPINDLE_TESTS_SUPPORT_CATCH_H
