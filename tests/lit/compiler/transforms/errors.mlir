// RUN: %spindle-opt %s --snn-check-cycles --split-input-file --verify-diagnostics

snn.network @loop {
  %in = snn.source "in" : !snn.pop<1>
  // expected-error @below {{zero-delay loop: a -> b -> a; a loop needs a total delay of at least one step}}
  %a = snn.relay "a" : !snn.pop<1>
  %b = snn.relay "b" : !snn.pop<1>
  snn.project %in to %a as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
  snn.project %a to %b as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
  snn.project %b to %a as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @self {
  // expected-error @below {{zero-delay loop: a -> a; a loop needs}}
  %a = snn.relay "a" : !snn.pop<1>
  snn.project %a to %a as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
}

// -----

// A delay anywhere in the loop is enough.
snn.network @fine {
  %a = snn.relay "a" : !snn.pop<1>
  %b = snn.relay "b" : !snn.pop<1>
  snn.project %a to %b as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
  snn.project %b to %a as #snn.one_to_one forward delay 1 : !snn.pop<1> to !snn.pop<1>
}
