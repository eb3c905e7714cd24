#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# demo.sh [NETWORK [--input=SPIKES] [options of `spindle compare`]]: builds Spindle, then runs a network on all
# three engines (float64 reference, SpiNNaker-like emulator, crossbar RTL) and prints the comparison.
# Without a network: the recurrent example that the project makes itself.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
case "${1:-}" in
  -h|--help) sed -n '3,5s/^# //p' "$0"; exit 0 ;;
esac
echo "spindle: building (the first time takes some minutes)"
"$root/tools/build.sh" release spindle make_example
bin="$root/build/release/bin"

if [ $# -eq 0 ]; then
  example="$root/build/release/example"
  mkdir -p "$example"
  "$bin/make_example" "$example"
  set -- "$example/recurrent.nir" "--input=$example/recurrent_input.npy"
fi
echo
echo "spindle check $1"
"$bin/spindle" check "$1"
echo
echo "spindle compare $*"
exec "$bin/spindle" compare "$@" --targets=reference,spinn,xbar --engine=rtl
