#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# check_format.sh [--fix]: C++ as .clang-format says, SPDX line first in every source file.
set -eu
cd "$(dirname "$0")/.."
files=$(git ls-files -- '*.cpp' '*.h')
if [ "${1:-}" = "--fix" ]; then
  echo "$files" | xargs clang-format-19 -i
  exit 0
fi
bad=0
echo "$files" | xargs clang-format-19 --dry-run --Werror || bad=1
for file in $(git ls-files -- '*.cpp' '*.h' '*.td' '*.fbs' '*.sv' '*.svh' '*.v' '*.py' '*.sh' '*.cmake' '*CMakeLists.txt'); do
  head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception' || {
    echo "$file: no SPDX line at the top"
    bad=1
  }
done
exit "$bad"
