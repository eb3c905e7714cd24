#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# test.sh [--full]: builds and runs every test, and closes with one line of counts.
#   --full   all of the acceptance counts (instead of a seeded part), and the g++ build
# SPINDLE_FUZZ_SECONDS sets how long each fuzz target runs (60).
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
full=0
case "${1:-}" in
  "") ;;
  --full) full=1; export SPINDLE_FULL=1 ;;
  -h|--help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
  *) echo "test.sh: unknown option '$1' (try --help)" >&2; exit 1 ;;
esac
: "${SPINDLE_SHARED_DATA:=$root/../shared/data}"
export SPINDLE_SHARED_DATA
# Debian's LLVM is built without sanitizers: containers that it fills, and memory of allocators that inlined code of ours
# has poisoned, look wrong and are not.
export ASAN_OPTIONS="detect_container_overflow=0:allow_user_poisoning=0:${ASAN_OPTIONS:-}"
results="$root/build/test-results"
rm -rf "$results"
mkdir -p "$results"
failed_step=0

step() { printf '\n== %s\n' "$1"; }

# run PRESET NAME CTEST-ARGUMENTS…: one ctest run, its counts kept as JUnit.
run() {
  preset=$1 name=$2
  shift 2
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" \
    --output-junit "$results/$name.xml" "$@" || failed_step=1
}

step "build (dev)"
tools/build.sh dev || exit 1
step "tests (dev): checks, unit, lit, rtl, cosim, end to end"
run dev dev

step "build (asan)"
tools/build.sh asan asan_tests || exit 1
step "tests under address and undefined-behaviour sanitizers, fuzzing"
run asan asan -L 'asan|fuzz'

if [ "$full" -eq 1 ]; then
  step "build (gcc)"
  tools/build.sh gcc || exit 1
  step "tests (gcc): quick"
  run gcc gcc -L quick
fi

step "result"
python3 tools/count_tests.py "$results" || failed_step=1
exit "$failed_step"
