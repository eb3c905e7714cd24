#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ranks_run.sh SPINDLE MPIEXEC FOLDER: `spindle run` as 1, 2 and 4 processes writes the same bytes.
set -eu
spindle=$1 mpiexec=$2 folder=$3
rm -rf "$folder"
mkdir -p "$folder"
cat >"$folder/net.mlir" <<'NET'
snn.network @net attributes {dt = 1.0e-3 : f64} {
  snn.weights @w = dense<4.0> : tensor<1xf64>
  %a = snn.population "a" of @IF_curr_exp {i_offset = 1.2 : f64, tau_m = 10.0 : f64, cm = 0.5 : f64} : !snn.pop<700>
  %b = snn.population "b" of @IF_curr_exp {tau_m = 15.0 : f64} : !snn.pop<700>
  snn.project %a to %b port "excitatory" via @w as #snn.one_to_one forward delay 3 : !snn.pop<700> to !snn.pop<700>
  snn.project %b to %a port "inhibitory" via @w as #snn.one_to_one forward delay 2 : !snn.pop<700> to !snn.pop<700>
  snn.output %b as "out" : !snn.pop<700>
}
NET
"$spindle" compile "$folder/net.mlir" --target=spinn -o "$folder/net.spn" --quiet
run() {
  folder_of_run=$1
  shift
  "$@" "$spindle" run "$folder/net.spn" --steps=400 --record=a:spikes,v --record=b:spikes,v_rec --raw --quiet \
    -o "$folder_of_run"
  rm "$folder_of_run/timing.json"
}
run "$folder/1" env
[ "$(wc -c <"$folder/1/a.v.npy")" -gt 1000000 ]
for ranks in 2 4; do
  run "$folder/$ranks" "$mpiexec" --oversubscribe -n "$ranks"
  diff -r "$folder/1" "$folder/$ranks"
done
# What runs in one process only is refused, and nothing waits for ever.
if "$mpiexec" --oversubscribe -n 2 "$spindle" run "$folder/net.mlir" --steps=4 --quiet -o "$folder/r" 2>"$folder/error"; then
  exit 1
fi
grep -q "only the target spinn runs a network on several" "$folder/error"
