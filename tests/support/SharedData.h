// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real networks, recordings and golden traces that stand beside the project, where they are
// present.
#ifndef SPINDLE_TESTS_SUPPORT_SHAREDDATA_H
#define SPINDLE_TESTS_SUPPORT_SHAREDDATA_H

#include <filesystem>
#include <optional>
#include <string>

namespace spindle::test {

/// The data folder: $SPINDLE_SHARED_DATA, else ../shared/data beside the project; nothing if it is
/// absent.
std::optional<std::filesystem::path> sharedData();

/// Ends the process as skipped (exit code 77, which ctest reports as such) and says why.
[[noreturn]] void skip(const std::string &reason);

/// A file or folder of the shared data; skips the test executable when it is absent.
std::filesystem::path requireShared(const std::string &relative);

} // namespace spindle::test

#define SPINDLE_SKIP(reason) ::spindle::test::skip(reason)

#endif // SPINDLE_TESTS_SUPPORT_SHAREDDATA_H
