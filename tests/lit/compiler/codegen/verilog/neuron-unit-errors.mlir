// RUN: spindle-opt %s --snn-print-neuron-unit -split-input-file -verify-diagnostics

snn.network @n {
  // expected-error @below {{model 'two' has 2 input ports: the neuron unit of a tile has one (add the inputs up before the neuron, or use --target=spinn)}}
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
}

// -----

snn.network @n {
  snn.model @far state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      // expected-error @below {{constant 7.000000e+04 is outside the range of s16.15, [-65536, 65536)}}
      %c = arith.constant 70000.0 : f64
      %v = arith.addf %x, %c : f64
      snn.set "v", %v
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
}
