// RUN: spindle-opt %s --snn-to-xbar="rows=4 cols=8 banks=2 width=2 height=2" -split-input-file -verify-diagnostics

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
  snn.weights @w = dense<1.0> : tensor<1x9xf32>
  %in = snn.source "input" : !snn.pop<9>
  // expected-error @below {{does not fit: node 'hid': neuron 0 has 9 inputs (source neuron and delay), a tile has 8 rows (2 banks of 4); use more rows or banks, at most 1024 in all}}
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  snn.project %in to %hid via @w as #snn.dense forward delay 1 : !snn.pop<9> to !snn.pop<1>
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
  snn.weights @w = dense<1.0> : tensor<1x1025xf32>
  %in = snn.source "input" : !snn.pop<1025>
  // expected-error @below {{neuron 0 has 1025 inputs (source neuron and delay), a tile has 8 rows (2 banks of 4); no fabric has more than 1024: split the layer, or use --target=spinn}}
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  snn.project %in to %hid via @w as #snn.dense forward delay 1 : !snn.pop<1025> to !snn.pop<1>
}

// -----

// expected-error @below {{does not fit: the network needs 6 tiles, the fabric has 4 (mesh 2x2); use --tiles=3x2}}
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
  snn.weights @w = dense<1.0> : tensor<17x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  // expected-note @below {{node 'hid' takes 5 tiles}}
  %hid = snn.population "hid" of @if {} : !snn.pop<17>
  // expected-note @below {{node 'more' takes 1 tiles}}
  %more = snn.population "more" of @if {} : !snn.pop<1>
  snn.project %in to %hid via @w as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<17>
}

// -----

// expected-error @below {{does not fit: the network needs 257 tiles, the fabric has 4 (mesh 2x2); no mesh has more than 256: use larger arrays (--cols), or --target=spinn}}
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
  %in = snn.source "input" : !snn.pop<1>
  // expected-note @below {{node 'hid' takes 257 tiles}}
  %hid = snn.population "hid" of @if {} : !snn.pop<1028>
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
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  // expected-error @below {{'input' to 'hid': does not fit: delay of 64 steps, an event holds 63 (shorten it, or use a larger dt)}}
  snn.project %in to %hid via @w as #snn.dense forward delay 1 plus [63] : !snn.pop<1> to !snn.pop<1>
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
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  // expected-error @below {{'input' to 'hid': delay 0: an event takes at least one step (run snn-retime first)}}
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
  snn.model @li state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @li {} : !snn.pop<1>
  %out = snn.population "out" of @if {} : !snn.pop<1>
  // expected-error @below {{'hid' to 'out': graded events cannot be projected: a fabric sends spikes and counts (let the source spike, or use --target=reference)}}
  snn.project %hid to %out via @w as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<1>
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
  %in = snn.source "input" : !snn.pop<4>
  %hid = snn.population "hid" of @if {} : !snn.pop<4>
  // expected-error @below {{'input' to 'hid': generated connectivity is not mapped to a fabric yet}}
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
  snn.model @li state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.rule @hebb params(rate) pre(a) post(b) order ["post", "pre"] tie depress on_pre {
      %w = snn.get "weight"
      snn.set "weight", %w
    }
  snn.weights @w = dense<1.0> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  // expected-error @below {{'input' to 'hid': rule 'hebb': the fabric does not learn yet (remove the rule)}}
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
  // expected-error @below {{source 'noise': the fabric draws no random events}}
  %in = snn.source "noise" kind poisson rate 8.0 : !snn.pop<4>
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
  %in = snn.source "input" : !snn.pop<1>
  // expected-error @below {{node 'sum': a fabric computes sums only for neurons}}
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
  snn.model @li state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.model @two state(v = 0.0) inputs(exc, inh)
    update {
      %e = snn.get "exc"
      %i = snn.get "inh"
      %v = arith.subf %e, %i : f64
      snn.set "v", %v
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  // expected-error @below {{node 'hid': model 'two' has 2 input ports, the neuron unit of a tile has 1 (--target=spinn has one per synapse type)}}
  %hid = snn.population "hid" of @two {} : !snn.pop<1>
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
  snn.model @clock state(v = 0.0)
    update {
      %v = snn.get "v"
      snn.set "v", %v
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
  snn.model @li state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.weights @w = dense<4.0e6> : tensor<1x1xf32>
  %in = snn.source "input" : !snn.pop<1>
  // expected-error @below {{node 'hid': weights are too large for s16.15}}
  %hid = snn.population "hid" of @if {} : !snn.pop<1>
  snn.project %in to %hid via @w as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<1>
}
