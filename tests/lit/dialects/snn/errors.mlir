// Every complaint names the user's node.
// RUN: %spindle-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{dt must be a positive number of seconds}}
snn.network @dt attributes {dt = -1.0 : f64} {
}

// -----

snn.network @twice {
  // expected-note @below {{first one here}}
  %a = snn.source "a" : !snn.pop<2>
  // expected-error @below {{node 'a' exists already}}
  %b = snn.relay "a" : !snn.pop<2>
}

// -----

snn.network @shape {
  // expected-error @below {{dimension 0 of a population is not positive}}
  %a = snn.source "a" : !snn.pop<0>
}

// -----

snn.network @huge {
  // expected-error @below {{a population of more than 2^31 neurons}}
  %a = snn.source "a" : !snn.pop<65536x65536>
}

// -----

snn.network @model {
  // expected-error @below {{node 'a': there is no model 'nothing'}}
  %a = snn.population "a" of @nothing {} : !snn.pop<2>
}

// -----

snn.network @parameters {
  snn.model @m params(th) state(v = 0.0) inputs(x) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  // expected-error @below {{node 'a': parameter 'th' of model 'm' is missing}}
  %a = snn.population "a" of @m {} : !snn.pop<2>
}

// -----

snn.network @unknown_parameter {
  snn.model @m params(th) state(v = 0.0) inputs(x) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  // expected-error @below {{node 'a': model 'm' has no parameter 'tau'}}
  %a = snn.population "a" of @m {th = 1.0 : f64, tau = 1.0 : f64} : !snn.pop<2>
}

// -----

snn.network @parameter_shape {
  snn.model @m params(th) state(v = 0.0) inputs(x) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  // expected-error @below {{node 'a': 'th' must be an f64 or a tensor of f64 of the shape of '!snn.pop<2>'}}
  %a = snn.population "a" of @m {th = dense<1.0> : tensor<3xf64>} : !snn.pop<2>
}

// -----

snn.network @width {
  snn.weights @w = dense<1.0> : tensor<3x2xf32>
  %a = snn.source "a" : !snn.pop<2>
  %b = snn.relay "b" : !snn.pop<2>
  // expected-error @below {{'a' to 'b': weights 'w' of type 'tensor<3x2xf32>' do not join 2 neurons to 2}}
  snn.project %a to %b via @w as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<2>
}

// -----

snn.network @transposed {
  snn.weights @w = dense<1.0> : tensor<3x2xf32>
  %a = snn.source "a" : !snn.pop<3>
  %b = snn.relay "b" : !snn.pop<2>
  // A transposed read runs from rows to columns: this is right.
  snn.project %a to %b via @w as #snn.dense transpose delay 0 : !snn.pop<3> to !snn.pop<2>
  // expected-error @below {{'a' to 'b': delay -1 is negative}}
  snn.project %a to %b via @w as #snn.dense transpose delay -1 : !snn.pop<3> to !snn.pop<2>
}

// -----

snn.network @conv {
  snn.weights @k = dense<1.0> : tensor<3x1x2x2xf32>
  %a = snn.source "a" : !snn.pop<1x4x4>
  %b = snn.relay "b" : !snn.pop<3x4x4>
  // expected-error @below {{'a' to 'b': axis 0 of the convolution gives 3 positions, the target has 4}}
  snn.project %a to %b via @k as #snn.conv<stride = [1, 1], padding = [0, 0, 0, 0], dilation = [1, 1], groups = 1> forward delay 0 : !snn.pop<1x4x4> to !snn.pop<3x4x4>
}

// -----

snn.network @source_target {
  %a = snn.source "a" : !snn.pop<2>
  %b = snn.source "b" : !snn.pop<2>
  // expected-error @below {{'a' to 'b': a source takes no input}}
  snn.project %a to %b as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
}

// -----

snn.network @read_unknown {
  snn.model @m state(v = 0.0) inputs(x) update {
    // expected-error @below {{region 'update' cannot read term 'nothing'}}
    %a = snn.get "nothing"
  } emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @write_input {
  snn.model @m state(v = 0.0) inputs(x) update {
    %a = snn.get "x"
    // expected-error @below {{region 'update' cannot write term 'x'}}
    snn.set "x", %a
  } emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @division {
  snn.model @m state(v = 0.0) inputs(x) update {
    %a = snn.get "x"
    // expected-error @below {{stands in region 'update': compute it once, in 'derive'}}
    %b = arith.divf %a, %a : f64
    snn.set "v", %b
  } emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @no_emit {
  // expected-error @below {{region 'emit' must end in snn.emit}}
  snn.model @m state(v = 0.0) inputs(x) update {} emit {
    %v = snn.get "v"
  }
}

// -----

snn.network @emit_type {
  snn.model @m state(v = 0.0) inputs(x) update {} emit {
    %v = snn.get "v"
    // expected-error @below {{spike takes an i1}}
    snn.emit spike %v : f64
  }
}

// -----

snn.network @reserved {
  // expected-error @below {{term 'dt' has a reserved name}}
  snn.model @m params(dt) state(v = 0.0) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @derived {
  // expected-error @below {{derived term 'k' is never written by 'derive'}}
  snn.model @m params(a) state(v = 0.0) derived(k) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @probe {
  %a = snn.source "a" : !snn.pop<2>
  // expected-error @below {{node 'a' has nothing named 'v' to record}}
  snn.probe %a ["v"] : !snn.pop<2>
}

// -----

snn.network @rate {
  // expected-error @below {{source 'a': a rate belongs to poisson sources}}
  %a = snn.source "a" kind poisson : !snn.pop<2>
}

// -----

snn.network @rule_order {
  // expected-error @below {{order is ["pre", "post"] or ["post", "pre"]}}
  snn.rule @r order ["post"] tie depress
}

// -----

snn.network @delays {
  %a = snn.source "a" : !snn.pop<2>
  %b = snn.relay "b" : !snn.pop<2>
  // expected-error @below {{'a' to 'b': 3 delays for 2 source neurons}}
  snn.project %a to %b as #snn.one_to_one forward delay 0 plus [1, 2, 3] : !snn.pop<2> to !snn.pop<2>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{a probability lies between 0 and 1, 1.500000e+00 does not}}
  snn.project %a to %b as #snn.generated<fixed_probability(1.5)> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{unknown rule 'some_to_some'}}
  snn.project %a to %b as #snn.generated<some_to_some> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{weights of both signs are two synapse types: write two projections}}
  snn.project %a to %b as #snn.generated<all_to_all, weight = normal(0, 1)> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'all_to_all' never repeats a pair: no_multapses does not belong to it}}
  snn.project %a to %b as #snn.generated<all_to_all, no_multapses> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{rule distance and `space = #snn.space<...>` belong together}}
  snn.project %a to %b as #snn.generated<distance> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'a' to 'b': 'a' has 4 neurons, no number 4}}
  snn.project %a[0 to 5] to %b as #snn.generated<all_to_all> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{neuron 2 stands twice in a part}}
  snn.project %a[2, 2] to %b as #snn.generated<all_to_all> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'a' to 'b': one_to_one joins 3 neurons to 4}}
  snn.project %a[0 to 3] to %b as #snn.generated<one_to_one> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'a' to 'b': there is no synapse from 0 to 4 between 4 and 4 neurons}}
  snn.project %a to %b as #snn.list<[0, 4, 1.0, 1]> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @n {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<4>
  // expected-error @below {{'both': its members have 8 neurons, '!snn.pop<9>' does not}}
  %c = snn.assembly "both" (%a, %b) : (!snn.pop<4>, !snn.pop<4>) to !snn.pop<9>
}
