// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameter structs of the spinn dialect.
#ifndef SPINDLE_SPINN_ATTRS_TD
#define SPINDLE_SPINN_ATTRS_TD

include "dialects/spinn/SpinnDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Spinn_Attr<string name, string mnem> : AttrDef<Spinn_Dialect, name> { let mnemonic = mnem; }

def Spinn_DeadAttr : Spinn_Attr<"Dead", "dead"> {
  let summary = "parts of a board that do not work";
  let description = [{
    Flat lists: chips as x, y; cores as x, y, p; links as x, y, direction (0 to 5: east, north-east,
    north, west, south-west, south; that way only).

    Example: `dead <chips = [3, 3], cores = [0, 0, 17], links = [0, 0, 1]>`
  }];
  let parameters = (ins OptionalArrayRefParameter<"int64_t">:$chips,
                        OptionalArrayRefParameter<"int64_t">:$cores,
                        OptionalArrayRefParameter<"int64_t">:$links);
  let assemblyFormat = [{ `<` `chips` `=` `[` (`]`) : ($chips^ `]`)? `,` `cores` `=` `[`
                          (`]`) : ($cores^ `]`)? `,` `links` `=` `[` (`]`) : ($links^ `]`)? `>` }];
  let genVerifyDecl = 1;
}

def Spinn_RingAttr : Spinn_Attr<"Ring", "ring"> {
  let summary = "bits of a ring buffer's index: delay, synapse type, neuron";
  let description = [{
    A synapse of delay `d` (1 to 2^delay steps) adds to slot `(t + d) mod 2^delay`. All three
    together are at most 14 bits.

    Example: `ring <delay = 5, type = 1, index = 8>`
  }];
  let parameters = (ins "int64_t":$delay, "int64_t":$type, "int64_t":$index);
  let assemblyFormat = [{ `<` `delay` `=` $delay `,` `type` `=` $type `,` `index` `=` $index `>` }];
  let genVerifyDecl = 1;
}

#endif // SPINDLE_SPINN_ATTRS_TD
