// RUN: %spindle-opt %s --snn-retime --split-input-file --verify-diagnostics

snn.network @loop {
  %in = snn.source "in" : !snn.pop<1>
  // expected-error @below {{needs a delay of one step on every projection, and the loop a -> b -> c -> a would become longer}}
  %a = snn.relay "a" : !snn.pop<1>
  %b = snn.relay "b" : !snn.pop<1>
  %c = snn.relay "c" : !snn.pop<1>
  snn.project %in to %a as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
  snn.project %a to %b as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
  snn.project %b to %c as #snn.one_to_one forward delay 1 : !snn.pop<1> to !snn.pop<1>
  // expected-note @below {{its delays sum to 2 over 3 projections; it needs at least 3}}
  snn.project %c to %a as #snn.one_to_one forward delay 1 : !snn.pop<1> to !snn.pop<1>
}
