// RUN: spindle-opt %s --split-input-file --verify-diagnostics

snn.network @two_rates {
  // expected-error @below {{source 'a': a rate belongs to poisson sources, and only to them}}
  %a = snn.source "a" kind poisson rate 1.0 rates dense<[1.0, 2.0]> : tensor<2xf64> : !snn.pop<2>
}

// -----

snn.network @shape {
  // expected-error @below {{source 'a': rates must be a tensor of f64 of the shape of '!snn.pop<2>'}}
  %a = snn.source "a" kind poisson rates dense<[1.0, 2.0, 3.0]> : tensor<3xf64> : !snn.pop<2>
}

// -----

snn.network @negative {
  // expected-error @below {{source 'a': rate, start and duration are not negative}}
  %a = snn.source "a" kind poisson rate -1.0 : !snn.pop<2>
}

// -----

snn.network @frames {
  // expected-error @below {{source 'a': start and duration belong to poisson sources}}
  %a = snn.source "a" start 1.0 : !snn.pop<2>
}

// -----

snn.network @unknown {
  snn.model @m state(v) inputs(bias current) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  %n = snn.population "n" of @m {} : !snn.pop<3>
  // expected-error @below {{current 'a': dc has no parameter 'amp' (amplitude, start, stop)}}
  snn.current "a" into %n dc {amp = 0.5 : f64} : !snn.pop<3>
}

// -----

snn.network @missing {
  snn.model @m state(v) inputs(bias current) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  %n = snn.population "n" of @m {} : !snn.pop<3>
  // expected-error @below {{current 'a': parameter 'frequency' is missing}}
  snn.current "a" into %n ac {amplitude = 0.5 : f64} : !snn.pop<3>
}

// -----

snn.network @lengths {
  snn.model @m state(v) inputs(bias current) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  %n = snn.population "n" of @m {} : !snn.pop<3>
  // expected-error @below {{current 'a': 2 times and 1 amplitudes}}
  snn.current "a" into %n step {times = array<f64: 0.0, 1.0>, amplitudes = array<f64: 0.0>} : !snn.pop<3>
}

// -----

snn.network @no_current_port {
  snn.model @m state(v) inputs(x) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  %n = snn.population "n" of @m {} : !snn.pop<3>
  // expected-error @below {{current 'a': the model of node 'n' has no port of currents (name one with 'port')}}
  snn.current "a" into %n dc {amplitude = 0.5 : f64} : !snn.pop<3>
}

// -----

snn.network @neurons {
  snn.model @m state(v) inputs(bias current) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  %n = snn.population "n" of @m {} : !snn.pop<3>
  // expected-error @below {{current 'a': neuron 3 is out of order, or not one of 3}}
  snn.current "a" into %n dc {amplitude = 0.5 : f64} neurons [0, 3] : !snn.pop<3>
}
