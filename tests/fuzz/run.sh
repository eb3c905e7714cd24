#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# run.sh FUZZER CORPUS WORKDIR: fuzzes for SPINDLE_FUZZ_SECONDS (60), from the kept corpus; finds go to WORKDIR.
set -eu
mkdir -p "$3"
exec "$1" -max_total_time="${SPINDLE_FUZZ_SECONDS:-60}" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="$3/" "$3" "$2"
