// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the spinn dialect: the machine, its cores, their keys and synapses, the routes.
#ifndef SPINDLE_SPINN_OPS_TD
#define SPINDLE_SPINN_OPS_TD

include "dialects/spinn/SpinnAttrs.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"

class Spinn_Op<string mnemonic, list<Trait> traits = []> : Op<Spinn_Dialect, mnemonic, traits>;
def InMachine : ParentOneOf<["::spindle::spinn::MachineOp"]>;

def Spinn_MachineOp : Spinn_Op<"machine", [Symbol, SymbolTable, IsolatedFromAbove, NoTerminator,
                                           SingleBlock, OpAsmOpInterface]> {
  let summary = "a machine and what a network puts on it";
  let description = [{
    `board` is the kind of board, `size` the number of chips in a row and in a column where that is not
    the size of one board (2 x 2 for "spinn3", 8 x 8 for "spinn5"), `dead` what does not work.
    `network` names the network whose synapses the machine holds. The body has the cores and delay
    extensions with their keys, the routing tables, and for each core its population table and rows.

    Example:
    ```mlir
    spinn.machine @machine of @net board "spinn5" size 16 x 16
        dead <chips = [3, 3], cores = [0, 0, 17], links = [0, 0, 1]> {
      spinn.core @in_0 at (0, 0, 1) node "in" neurons 0 to 2
      spinn.core @hid_0 at (0, 0, 2) node "hid" neurons 0 to 2 onset 1
          ring <delay = 0, type = 1, index = 1> shift [1, 0]
      spinn.keys @in_0 key 0x00000000 mask 0xfffffffe
      spinn.keys @hid_0 key 0x00000002 mask 0xfffffffe
      spinn.routes at (0, 0) {
        key 0x00000000 mask 0xfffffffe to links [] cores [2]
      }
      spinn.table @hid_0 words dense<[1, 1, 0, -2, 65536, 0, 2, 0]> : tensor<8xi32>
      spinn.rows @hid_0 words dense<[0, 1, 0, 1073741824, 0, 1, 0, 536870913]> : tensor<8xi32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$network, StrAttr:$board,
                       OptionalAttr<I64Attr>:$width, OptionalAttr<I64Attr>:$height,
                       OptionalAttr<Spinn_DeadAttr>:$dead);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `of` $network `board` $board (`size` $width^ `x` $height)? (`dead` $dead^)? attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Chips in a row and in a column.
    int64_t sizeX() { return getWidth() ? int64_t(*getWidth()) : getBoard() == "spinn3" ? 2 : 8; }
    int64_t sizeY() { return getHeight() ? int64_t(*getHeight()) : getBoard() == "spinn3" ? 2 : 8; }
    static ::llvm::StringRef getDefaultDialect() { return "spinn"; }
  }];
}

def Spinn_CoreOp : Spinn_Op<"core", [Symbol, InMachine]> {
  let summary = "a slice of a node on a core";
  let description = [{
    Neurons `lo` to `hi` (not included) of `node`, on core `p` of chip (x, y). A slice of a source has
    no ring: it only owns keys. `shift` gives for each synapse type the binary places by which a
    ring slot is raised to s16.15; types 2p and 2p+1 are the excitatory and the inhibitory synapses
    of input port p. The core rests before step `onset`.

    Example:
    ```mlir
    spinn.core @hid_0 at (0, 0, 2) node "hid" neurons 0 to 38 onset 1
        ring <delay = 5, type = 1, index = 6> shift [1, 0]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$x, I64Attr:$y, I64Attr:$p, StrAttr:$node,
                       I64Attr:$lo, I64Attr:$hi, DefaultValuedAttr<I64Attr, "0">:$onset,
                       OptionalAttr<Spinn_RingAttr>:$ring,
                       OptionalAttr<DenseI64ArrayAttr>:$shift);
  let assemblyFormat = [{
    $sym_name `at` `(` $x `,` $y `,` $p `)` `node` $node `neurons` $lo `to` $hi
    (`onset` $onset^)? (`ring` $ring^)? (`shift` $shift^)? attr-dict
  }];
  let hasVerifier = 1;
}

def Spinn_ExtensionOp : Spinn_Op<"extension", [Symbol, InMachine]> {
  let summary = "a delay extension: a core that sends the spikes of a slice again, later";
  let description = [{
    For delays that the rings of the targets do not reach. The core (x, y, p) counts the spikes of each
    neuron of core `of` in each step, up to 255. Stage s of `stages` (1 to 8) sends them s times `step`
    steps later, once for each neuron that has a synapse there, with key
    `key + (s - 1) * neurons + i` of its `spinn.keys`; `step` is the length of the targets' ring in
    steps, a power of two. A synapse of delay d belongs to stage (d - 1) / step; the ring does the rest.

    Example:
    ```mlir
    spinn.extension @exc_0_delay16 at (0, 0, 3) of @exc_0 stages 3 step 16
    spinn.keys @exc_0_delay16 key 0x00001000 mask 0xfffffc00
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$x, I64Attr:$y, I64Attr:$p,
                       FlatSymbolRefAttr:$source, I64Attr:$stages, I64Attr:$step);
  let assemblyFormat = [{
    $sym_name `at` `(` $x `,` $y `,` $p `)` `of` $source `stages` $stages `step` $step attr-dict
  }];
  let hasVerifier = 1;
}

def Spinn_KeysOp : Spinn_Op<"keys", [InMachine]> {
  let summary = "the routing keys of a core";
  let description = [{
    Neuron `i` of the core sends with key `key + i`; a delay extension counts its neurons once for each
    stage. The mask leaves as many low bits as that needs; blocks are aligned and do not overlap.

    Example:
    ```mlir
    spinn.keys @hid_0 key 0x00000040 mask 0xffffffc0
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$core, I64Attr:$key, I64Attr:$mask);
  let assemblyFormat = "$core `key` custom<Hex>($key) `mask` custom<Hex>($mask) attr-dict";
  let hasVerifier = 1;
}

def Spinn_RoutesOp : Spinn_Op<"routes", [InMachine]> {
  let summary = "the multicast table of a chip";
  let description = [{
    Entries in order of priority: the first whose key equals the packet's key under its mask sends
    the packet to its links and cores. A packet that came over a link and meets no entry goes
    straight on. `entries` holds the router's words: key, mask, route (link bits 0 to 5, core bits from 6).

    Example:
    ```mlir
    spinn.routes at (0, 0) {
      key 0x00000000 mask 0xfffffff0 to links [0, 2] cores [3]
    }
    ```
  }];
  let arguments = (ins I64Attr:$x, I64Attr:$y, DenseI32ArrayAttr:$entries);
  let assemblyFormat = "`at` `(` $x `,` $y `)` custom<Entries>($entries) attr-dict";
  let hasVerifier = 1;
}

class Spinn_WordsOp<string mnemonic> : Spinn_Op<mnemonic, [InMachine]> {
  let arguments = (ins FlatSymbolRefAttr:$core, ElementsAttr:$words);
  let assemblyFormat = "$core `words` $words attr-dict";
  let hasVerifier = 1;
}

def Spinn_TableOp : Spinn_WordsOp<"table"> {
  let summary = "the master population table of a core";
  let description = [{
    The words that the core reads: number of entries, number of addresses; 5 words for each entry
    (key, mask, start and count in the address list, core mask and shift, neurons of the source
    slice), by ascending key; one word for each address (row length - 1 in the low byte, address in
    16-byte units above). `learn` says for each address which of the network's projections that learn
    its rows belong to, counted in program order; -1: its synapses are fixed.

    Examples:
    ```mlir
    spinn.table @hid_0 words dense<[1, 1, 0, -2, 65536, 0, 2, 0]> : tensor<8xi32>
    spinn.table @out_0 words dense<[1, 1, 0, -2, 65536, 0, 2, 4]> : tensor<8xi32> learn [0]
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$core, ElementsAttr:$words,
                       OptionalAttr<DenseI32ArrayAttr>:$learn);
  let assemblyFormat = "$core `words` $words (`learn` $learn^)? attr-dict";
}

def Spinn_RowsOp : Spinn_WordsOp<"rows"> {
  let summary = "the synaptic rows of a core";
  let description = [{
    The words in SDRAM. A row is: number of plastic words (0), number of synapses, number of plastic
    controls (0), then one word for each synapse: weight in the upper half, below it delay, synapse
    type and neuron in the bits that the core's ring says. A row that learns is: number of plastic
    words, those words (history and weights), 0, number of synapses, a half-word for each: delay,
    type and neuron. Rows of one matrix have equal length.

    Example:
    ```mlir
    spinn.rows @hid_0 words dense<[0, 1, 0, 1073741824, 0, 1, 0, 536870913]> : tensor<8xi32>
    ```
  }];
}

#endif // SPINDLE_SPINN_OPS_TD
