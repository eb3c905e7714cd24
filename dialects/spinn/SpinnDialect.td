// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The spinn dialect: a network as it sits on the cores and routers of a many-core machine.
#ifndef SPINDLE_SPINN_DIALECT_TD
#define SPINDLE_SPINN_DIALECT_TD

include "mlir/IR/OpBase.td"

def Spinn_Dialect : Dialect {
  let name = "spinn";
  let cppNamespace = "::spindle::spinn";
  let summary = "a network mapped to a SpiNNaker-like many-core machine";
  let description = [{
    Populations are cut into slices, one per core. A core owns a range of routing keys, one key for each
    of its neurons; a spike is a packet that carries its key. Routers copy packets to all cores
    that have synapses for them, which look the key up in their population table and read a row
    of synapses. Each synapse adds 16 bits to a slot of the core's ring buffer.

    The synapses and routes live here; what the neurons are (models, parameters, drives, probes)
    stays in the network beside the machine. `docs/spinn.md` has the formats and the arithmetic.
  }];
  let useDefaultAttributePrinterParser = 1;
}

#endif // SPINDLE_SPINN_DIALECT_TD
