// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The xbar dialect: a network as it sits on a fabric of synapse-device crossbars.
#ifndef SPINDLE_XBAR_DIALECT_TD
#define SPINDLE_XBAR_DIALECT_TD

include "mlir/IR/OpBase.td"

def Xbar_Dialect : Dialect {
  let name = "xbar";
  let cppNamespace = "::spindle::xbar";
  let summary = "a network mapped to a mesh of crossbar tiles";
  let description = [{
    A fabric is a mesh of tiles that exchange events. A tile holds crossbar arrays of synapse devices
    (banks), converters, and one digital neuron unit that all columns share. A weight is the
    difference of two devices (a pair of physical columns makes one logical column, one neuron).

    The synapses live here; what the neurons are (models, parameters, drives, probes) stays in the
    network beside the fabric, which the fabric names. `docs/xbar.md` has the arithmetic.
  }];
  let useDefaultAttributePrinterParser = 1;
}

#endif // SPINDLE_XBAR_DIALECT_TD
