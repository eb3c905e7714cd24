#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# bench.sh [options of Google Benchmark]: builds the benchmarks and runs them: every engine on real networks, generated
# connectivity, the kernels of neuron models, the emulator on large networks, learning on devices, then the fabric's engines on random ones. docs/bench.md explains the figures.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
case "${1:-}" in
  -h|--help) sed -n '3,4s/^# //p' "$0"; exit 0 ;;
esac
"$root/tools/build.sh" release engine_bench fabric_bench connections_bench kernel_bench spinn_bench learning_bench
bin="$root/build/release/bin"
"$bin/engine_bench" "$@"
"$bin/connections_bench" "$@"
"$bin/kernel_bench" "$@"
"$bin/spinn_bench" "$@"
"$bin/learning_bench" "$@"
exec "$bin/fabric_bench" "$@"
