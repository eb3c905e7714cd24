// Models of the library are linked in by name; a model of the network comes first.
// RUN: spindle compile %s --target=spinn --emit=snn --quiet | FileCheck %s
// RUN: spindle compile %s --target=spinn -o %t.spn 2>&1 | FileCheck %s --check-prefix=WARN
// RUN: spindle compile %s --target=reference -o %t.ref.spn 2>&1 | FileCheck %s --check-prefix=REAL --allow-empty

// CHECK-LABEL: snn.network @demo
// CHECK-DAG: snn.model @IF_curr_exp
// CHECK-DAG: snn.model @IF_curr_alpha
// CHECK-DAG: snn.model @IF_curr_delta state(mine)
// CHECK-NOT: snn.model @Izhikevich

// The two defects of the machine's constants, once each, and only for the machine.
// WARN-DAG: node 'alpha': 'k_E' is 4.000000, which the machine keeps as an unsigned fraction
// WARN-DAG: node 'alpha': 'k_I' is 4.000000
// WARN-DAG: node 'slow': 'decay_E' is e^0 = 1 in s16.15, which the machine's u0.32 holds as 0
// REAL-NOT: fraction
// REAL-NOT: u0.32
snn.network @demo attributes {dt = 1.0e-3 : f64} {
  snn.model @IF_curr_delta state(mine) update {} emit {
    %v = snn.get "mine"
    snn.emit graded %v : f64
  }
  %alpha = snn.population "alpha" of @IF_curr_alpha {} : !snn.pop<4>
  %slow = snn.population "slow" of @IF_curr_exp {tau_syn_E = 4.0e4 : f64} : !snn.pop<4>
  %own = snn.population "own" of @IF_curr_delta {} : !snn.pop<4>
}
