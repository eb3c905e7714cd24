// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/SharedData.h"

#include <cstdio>
#include <cstdlib>

namespace fs = std::filesystem;

std::optional<fs::path> spindle::test::sharedData() {
  const char *env = std::getenv("SPINDLE_SHARED_DATA");
  fs::path root = env ? fs::path(env) : fs::path(SPINDLE_SOURCE_DIR) / ".." / "shared" / "data";
  if (fs::is_directory(root))
    return fs::weakly_canonical(root);
  return std::nullopt;
}

void spindle::test::skip(const std::string &reason) {
  std::printf("SKIPPED: %s\n", reason.c_str());
  std::fflush(stdout);
  std::_Exit(77);
}

fs::path spindle::test::requireShared(const std::string &relative) {
  auto root = sharedData();
  if (!root)
    skip("no shared data (SPINDLE_SHARED_DATA)");
  if (!fs::exists(*root / relative))
    skip("the shared data has no " + relative);
  return *root / relative;
}
