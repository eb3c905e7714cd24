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

snn.network @net {
  snn.model @big params(p0 = 0.0, p1 = 0.0, p2 = 0.0, p3 = 0.0, p4 = 0.0, p5 = 0.0, p6 = 0.0, p7 = 0.0, p8 = 0.0, p9 = 0.0, p10 = 0.0, p11 = 0.0, p12 = 0.0, p13 = 0.0, p14 = 0.0, p15 = 0.0, p16 = 0.0, p17 = 0.0, p18 = 0.0, p19 = 0.0, p20 = 0.0, p21 = 0.0, p22 = 0.0, p23 = 0.0, p24 = 0.0, p25 = 0.0, p26 = 0.0, p27 = 0.0, p28 = 0.0, p29 = 0.0, p30 = 0.0, p31 = 0.0, p32 = 0.0, p33 = 0.0, p34 = 0.0, p35 = 0.0, p36 = 0.0, p37 = 0.0, p38 = 0.0, p39 = 0.0) state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  // 42 words a neuron; the ring buffer of all 14 bits takes 32 KiB.
  snn.weights @w = dense<1.0> : tensor<1xf32>
  %in = snn.source "input" : !snn.pop<256>
  // expected-error @below {{does not fit: node 'hid' needs 78932 bytes of a core's own memory, 65536 are available (put fewer neurons on a core, or shorten the delays)}}
  %hid = snn.population "hid" of @big {} : !snn.pop<256>
  snn.project %in to %hid via @w as #snn.one_to_one forward delay 32 : !snn.pop<256> to !snn.pop<256>
}

// -----

snn.network @net {
  snn.model @big params(p0 = 0.0, p1 = 0.0, p2 = 0.0, p3 = 0.0, p4 = 0.0, p5 = 0.0, p6 = 0.0, p7 = 0.0, p8 = 0.0, p9 = 0.0, p10 = 0.0, p11 = 0.0, p12 = 0.0, p13 = 0.0, p14 = 0.0, p15 = 0.0, p16 = 0.0, p17 = 0.0, p18 = 0.0, p19 = 0.0, p20 = 0.0, p21 = 0.0, p22 = 0.0, p23 = 0.0, p24 = 0.0, p25 = 0.0, p26 = 0.0, p27 = 0.0, p28 = 0.0, p29 = 0.0, p30 = 0.0, p31 = 0.0, p32 = 0.0, p33 = 0.0, p34 = 0.0, p35 = 0.0, p36 = 0.0, p37 = 0.0, p38 = 0.0, p39 = 0.0, p40 = 0.0, p41 = 0.0, p42 = 0.0, p43 = 0.0, p44 = 0.0, p45 = 0.0, p46 = 0.0, p47 = 0.0, p48 = 0.0, p49 = 0.0, p50 = 0.0, p51 = 0.0, p52 = 0.0, p53 = 0.0, p54 = 0.0, p55 = 0.0, p56 = 0.0, p57 = 0.0, p58 = 0.0, p59 = 0.0, p60 = 0.0, p61 = 0.0, p62 = 0.0, p63 = 0.0, p64 = 0.0, p65 = 0.0, p66 = 0.0, p67 = 0.0, p68 = 0.0, p69 = 0.0) state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  // A core without synapses holds its neurons all the same.
  // expected-error @below {{does not fit: node 'hid' needs 77876 bytes of a core's own memory, 65536 are available}}
  %hid = snn.population "hid" of @big {} : !snn.pop<256>
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
