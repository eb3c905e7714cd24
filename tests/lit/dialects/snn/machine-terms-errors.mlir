// RUN: spindle-opt %s --split-input-file --verify-diagnostics

snn.network @gain_of_state {
  // expected-error @below {{term 'v': 'magnitude', 'current' and 'gain' belong to input ports}}
  snn.model @m state(v gain 3) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @large_gain {
  // expected-error @below {{input port 'x': a gain of 16 places: 0 to 15 are possible}}
  snn.model @m state(v) inputs(x gain 16) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @integer_port {
  // expected-error @below {{input port 'x' cannot be an integer}}
  snn.model @m state(v) inputs(x integer) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @no_port {
  snn.model @m state(v) inputs(x) update {
    %v = snn.get "v"
    // expected-error @below {{there is no input port 'y'}}
    %g = snn.ungain %v of "y"
    snn.set "v", %g
  } emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @fraction_in_a_step {
  snn.model @m state(v) inputs(x) update {
    %v = snn.get "v"
    // expected-error @below {{stands in region 'update': compute it once, in 'derive'}}
    %g = snn.as_fraction %v
    snn.set "v", %g
  } emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @reserved {
  // expected-error @below {{term 'dt_ms' has a reserved name}}
  snn.model @m params(dt_ms) update {} emit {
    %v = snn.get "dt_ms"
    snn.emit graded %v : f64
  }
}

// -----

snn.network @substeps {
  snn.model @m state(v) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  // expected-error @below {{node 'a': 65 sub-steps: 1 to 64 are possible}}
  %a = snn.population "a" of @m {} substeps 65 : !snn.pop<2>
}

// -----

snn.network @current_port {
  snn.model @m state(v) inputs(x, bias current) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  %a = snn.source "a" : !snn.pop<2>
  %b = snn.population "b" of @m {} : !snn.pop<2>
  // expected-error @below {{input port 'bias' of model 'm' takes no synapses, only drives and current sources}}
  snn.project %a to %b port "bias" as #snn.one_to_one forward delay 1 : !snn.pop<2> to !snn.pop<2>
}
