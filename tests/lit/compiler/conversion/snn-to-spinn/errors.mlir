// RUN: spindle-opt %s --snn-to-spinn="boards=1" -split-input-file -verify-diagnostics

snn.network @net {
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  // expected-error @below {{node 'sum': the machine computes sums only for neurons, and this output or map stands before none (record the population before it)}}
  %sum = snn.relay "sum" : !snn.pop<1>
  snn.project %in to %sum via @w as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<1>
  snn.output %sum as "output" : !snn.pop<1>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.rule @hebb params(rate) pre(a) post(b) synapse(tag) order ["post", "pre"] tie depress on_pre {
      %w = snn.get "weight"
      snn.set "weight", %w
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  // expected-error @below {{'input' to 'hid': rule 'hebb' keeps 'tag' per synapse, and the machine keeps a weight only (use traces, or --target=reference)}}
  snn.project %in to %hid via @w as #snn.dense forward delay 1 learn @hebb with {rate = 1.0 : f64} : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.model @li state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %hid = snn.population "hid" of @li {} : !snn.pop<1>
  %out = snn.population "out" of @if {} : !snn.pop<1>
  // expected-error @below {{'hid' to 'out': graded events cannot be projected: the machine sends spikes and counts (let the source spike, or use --target=reference)}}
  snn.project %hid to %out via @w as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @net {
  snn.model @clock state(v = 0.0)
    update {
      %x = snn.get "v"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @clock {} : !snn.pop<1>
  // expected-error @below {{node 'hid': model 'clock' has no input port}}
  snn.project %in to %hid via @w as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  // expected-error @below {{'input' to 'hid': delay 0: a packet takes at least one step (run snn-retime first)}}
  snn.project %in to %hid via @w as #snn.dense forward delay 0 : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  %in = snn.source "input" : !snn.pop<4>
  %hid = snn.population "hid" of @if {} : !snn.pop<4>
  // expected-error @below {{'input' to 'hid': connections are not resolved (run snn-resolve-connections first)}}
  snn.project %in to %hid as #snn.generated<fixed_probability(0.5), seed = 7, weight = 1.0> forward delay 1 : !snn.pop<4> to !snn.pop<4>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  // expected-error @below {{does not fit: node 'hid' needs 8193 steps of delay, 8192 are available (shorten the delay, or use a larger dt)}}
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  snn.project %in to %hid via @w as #snn.dense forward delay 1 plus [8192] : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.weights @w = dense<[[1.0, -65536.0]]> : tensor<1x2xf64>
  %in = snn.source "input" : !snn.pop<2>
  // expected-error @below {{does not fit: node 'hid' has a weight of 65536, a synapse with weight shift 15 holds up to 65535 (scale weights and thresholds down)}}
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  snn.project %in to %hid via @w as #snn.dense forward delay 1 : !snn.pop<2> to !snn.pop<1>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  // 300 slices of 256, and 509: one more than the board has.
  %in = snn.source "input" : !snn.pop<76800>
  // expected-error @below {{does not fit: the network (node 'hid' alone takes 509 cores) needs 809 cores, 808 are available (use 2 boards, or make the network smaller)}}
  %hid = snn.population "hid" of @if {} : !snn.pop<130304>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  // As many as there are: no memory is taken before it is known that they do not fit.
  // expected-error @below {{does not fit: the network (node 'input' alone takes 8388607 cores) needs 8388607 cores, 808 are available (use 1323 boards, or make the network smaller)}}
  %in = snn.source "input" : !snn.pop<2147483392>
}

// -----

snn.network @net {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  // Slices of 2^14 / (64 * 2) = 128 neurons: only the rings show that the board is too small.
  snn.weights @w = dense<1.0> : tensor<1xf32>
  %in = snn.source "input" : !snn.pop<1>
  // expected-error @below {{does not fit: the network (node 'hid' alone takes 809 cores) needs 810 cores, 808 are available (use 2 boards, or make the network smaller)}}
  %hid = snn.population "hid" of @if {} : !snn.pop<103500>
  snn.project %hid to %hid via @w as #snn.one_to_one forward delay 33 : !snn.pop<103500> to !snn.pop<103500>
}

// -----

snn.network @every_step {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.rule @drift order ["post", "pre"] tie depress on_step {
      %w = snn.get "weight"
      snn.set "weight", %w
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  // expected-error @below {{'input' to 'hid': rule 'drift' acts in every step, and the machine only at spikes}}
  snn.project %in to %hid via @w as #snn.dense forward delay 1 learn @drift : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @signs attributes {dt = 1.0e-3 : f64} {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.rule @r order ["post", "pre"] tie depress on_pre {
      %w = snn.get "weight"
      snn.set "weight", %w
    }
  snn.weights @w = dense<[[1.0, -0.5]]> : tensor<1x2xf32>
  %in = snn.source "input" : !snn.pop<2>
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  // expected-error @below {{'input' to 'hid': weights that learn have one sign, and both are here (-0.5 and 1; use two projections)}}
  snn.project %in to %hid via @w as #snn.dense forward delay 1 learn @r : !snn.pop<2> to !snn.pop<1>
}

// -----

snn.network @late attributes {dt = 1.0e-3 : f64} {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
    update {
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.rule @r order ["post", "pre"] tie depress on_pre {
      %w = snn.get "weight"
      snn.set "weight", %w
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  // expected-warning @below {{'input' to 'hid': a synapse that learns with a delay of exactly 16 steps never delivers on the machine (L10); use another delay}}
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  snn.project %in to %hid via @w as #snn.dense forward delay 16 learn @r : !snn.pop<1> to !snn.pop<1>
}
