#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# build.sh PRESET [TARGET…]: set-up, configure where needed, build. Jobs: SPINDLE_JOBS, else one per core,
# and no more than the memory carries (a heavy unit takes 1 GB).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
preset=$1
shift
"$root/tools/setup.sh"

jobs=${SPINDLE_JOBS:-$(nproc)}
memory=$(awk '/MemTotal/ {print int($2 / 1500000)}' /proc/meminfo)
[ "$jobs" -gt "$memory" ] && jobs=$memory
[ "$jobs" -lt 1 ] && jobs=1

cd "$root"
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
[ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"/tmp/spindle-configure.$$" 2>&1 || {
  cat "/tmp/spindle-configure.$$" >&2
  exit 1
}
rm -f "/tmp/spindle-configure.$$"
exec ninja -C "build/$preset" -j "$jobs" "$@"
