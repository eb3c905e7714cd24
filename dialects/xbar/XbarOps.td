// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the xbar dialect: the fabric, its tiles, what is programmed into them, the routes.
#ifndef SPINDLE_XBAR_OPS_TD
#define SPINDLE_XBAR_OPS_TD

include "dialects/xbar/XbarAttrs.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"

class Xbar_Op<string mnemonic, list<Trait> traits = []> : Op<Xbar_Dialect, mnemonic, traits>;
def InFabric : ParentOneOf<["::spindle::xbar::FabricOp"]>;

def Xbar_FabricOp : Xbar_Op<"fabric", [Symbol, SymbolTable, IsolatedFromAbove, NoTerminator,
                                       SingleBlock, OpAsmOpInterface]> {
  let summary = "a mesh of tiles and what a network puts on it";
  let description = [{
    `network` names the network whose synapses the fabric holds. The body has the tiles, then for
    each tile its program and its routes, and the host's injection for each source.

    Example:
    ```mlir
    xbar.fabric @fabric of @net
        mesh <width = 2, height = 1>
        geometry <rows = 4, cols = 4, banks = 2>
        periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
        device <family = ideal, levels = 32, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
      xbar.tile @hid_0 at (0, 0) node "hid" model "lif" onset 1 neurons [0, 1] rows 2
          steps [5.0e-1, 2.5e-1] scale [1073741824, 536870912] shift 16 adc_shift 0
      xbar.program @hid_0 codes dense<[[1, 0, 0, 2], [0, 3, 0, 0]]> : tensor<2x4xi16>
      xbar.inject "input" {
        0 to (0, 0) row 0 delay 1
        1 to (0, 0) row 1 delay 1
      }
      xbar.route @hid_0 {}
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$network, Xbar_MeshAttr:$mesh,
                       Xbar_GeometryAttr:$geometry, Xbar_PeripheryAttr:$periphery,
                       Xbar_DeviceAttr:$device);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `of` $network `mesh` $mesh `geometry` $geometry `periphery` $periphery
    `device` $device attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Xbar_TileOp : Xbar_Op<"tile", [Symbol, InFabric]> {
  let summary = "one tile: the neurons of its columns and how sums become numbers";
  let description = [{
    Logical column `c` belongs to neuron `neurons[c]` of population `node`, computed with `model`; the
    tile rests before step `onset`. `rows` inputs are in use, from row 0 on; row `r` is row
    `r mod geometry.rows` of bank `r / geometry.rows`.

    `steps[c]` is the weight of one conductance step of column `c` (the unit of the network's
    weights). The integer sum of a column becomes s16.15 as `(sum * scale[c]) >> shift`; a column sum
    passes the converter as `sum >> adc_shift`.

    Example:
    ```mlir
    xbar.tile @hid_0 at (0, 0) node "hid" model "lif" onset 1 neurons [0, 1] rows 2
        steps [5.0e-1, 2.5e-1] scale [1073741824, 536870912] shift 16 adc_shift 0
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$x, I64Attr:$y, StrAttr:$node,
                       StrAttr:$model, I64Attr:$onset, DenseI32ArrayAttr:$neurons, I64Attr:$rows,
                       F64ArrayAttr:$steps, DenseI32ArrayAttr:$scale, I64Attr:$shift,
                       I64Attr:$adc_shift);
  let assemblyFormat = [{
    $sym_name `at` `(` $x `,` $y `)` `node` $node `model` $model `onset` $onset
    `neurons` $neurons `rows` $rows `steps` $steps `scale` $scale `shift` $shift
    `adc_shift` $adc_shift attr-dict
  }];
  let hasVerifier = 1;
}

def Xbar_ProgramOp : Xbar_Op<"program", [InFabric]> {
  let summary = "the codes that are programmed into a tile";
  let description = [{
    One row per input in use, two physical columns per neuron: column `2c` is the positive device of
    logical column `c`, `2c + 1` the negative one. The programmer writes the rows in this order, bank
    after bank. Of a pair at most one device is above code 0.

    Example:
    ```mlir
    xbar.program @hid_0 codes dense<[[1, 0, 0, 2], [0, 3, 0, 0]]> : tensor<2x4xi16>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$tile, ElementsAttr:$codes);
  let assemblyFormat = "$tile `codes` $codes attr-dict";
  let hasVerifier = 1;
}

class Xbar_RoutesOp<string mnemonic> : Xbar_Op<mnemonic, [InFabric]> {
  let hasVerifier = 1;
  code flitsDeclaration = [{
    /// The events of source index i: words start[i] to start[i + 1] of flits (Flit in Xbar.h).
    ::llvm::ArrayRef<int32_t> flitsOf(size_t i) {
      return getFlits().slice(getStart()[i], getStart()[i + 1] - getStart()[i]);
    }
  }];
  let extraClassDeclaration = flitsDeclaration;
}

def Xbar_RouteOp : Xbar_RoutesOp<"route"> {
  let summary = "where the spikes of a tile's columns go";
  let description = [{
    Per logical column a list of events: tile, row, and the number of steps after which the event
    takes effect (1 to 63). A column that is not listed projects nowhere.

    Example:
    ```mlir
    xbar.route @hid_0 {
      0 to (0, 0) row 1 delay 3, (1, 0) row 0 delay 1
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$tile, DenseI32ArrayAttr:$start, DenseI32ArrayAttr:$flits);
  let assemblyFormat = "$tile custom<Routes>($start, $flits) attr-dict";
}

def Xbar_InjectOp : Xbar_RoutesOp<"inject"> {
  let summary = "where the events of a source go";
  let description = [{
    As `xbar.route`, per neuron of a source of the network; the host sends these events into the
    mesh at tile (0, 0) in the step in which the source emits.

    Example:
    ```mlir
    xbar.inject "input" {
      0 to (0, 0) row 0 delay 1
    }
    ```
  }];
  let arguments = (ins StrAttr:$node, DenseI32ArrayAttr:$start, DenseI32ArrayAttr:$flits);
  let assemblyFormat = "$node custom<Routes>($start, $flits) attr-dict";
}

#endif // SPINDLE_XBAR_OPS_TD
