// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The snn dialect itself: what a spiking network is, before any hardware is chosen.
#ifndef SPINDLE_SNN_DIALECT_TD
#define SPINDLE_SNN_DIALECT_TD

include "mlir/IR/OpBase.td"

def Snn_Dialect : Dialect {
  let name = "snn";
  let cppNamespace = "::spindle::snn";
  let summary = "spiking networks: models, populations, projections";
  let description = [{
    A network of populations that exchange events in discrete time. In step `t` every population
    (1) sums the events due at `t` per input port, (2) updates its state, (3) emits, (4) resets.
    An event emitted in step `t` over a projection of delay `d` arrives in step `t + d`; `d = 0`
    is legal on acyclic paths only. `docs/semantics.md` has the numbered rules.

    Neuron models and learning rules are regions of `arith`/`math` operations on reals over named
    terms. A target lowers them to its own numbers; the `reference` engine runs them in float64.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
}

#endif // SPINDLE_SNN_DIALECT_TD
