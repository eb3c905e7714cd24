// RUN: %spindle-opt %s --snn-resolve-connections --split-input-file --verify-diagnostics

snn.network @no_unit {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'a' to 'b': weights in 'pA', the port has no unit}}
  snn.project %a to %b as #snn.generated<all_to_all, weight = 1.0 unit "pA"> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @no_step {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'a' to 'b': a delay in 'ms' needs the network's step (attributes {dt = ...})}}
  snn.project %a to %b as #snn.generated<all_to_all, delay = 1.0 unit "ms"> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @no_time attributes {dt = 1.0e-3 : f64} {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'a' to 'b': 'mV' is no unit of time}}
  snn.project %a to %b as #snn.generated<all_to_all, delay = 1.0 unit "mV"> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @short attributes {dt = 1.0e-3 : f64} {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-warning @below {{'a' to 'b': 25 % of the delays are below one step and become one step}}
  snn.project %a to %b as #snn.generated<all_to_all, delay = uniform(0.0, 2.0) unit "ms"> forward delay 0 : !snn.pop<4> to !snn.pop<4>
}
