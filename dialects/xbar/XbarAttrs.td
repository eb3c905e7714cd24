// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameter structs of the xbar dialect.
#ifndef SPINDLE_XBAR_ATTRS_TD
#define SPINDLE_XBAR_ATTRS_TD

include "dialects/xbar/XbarDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Xbar_Attr<string name, string mnem> : AttrDef<Xbar_Dialect, name> {
  let mnemonic = mnem;
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Xbar_MeshAttr : Xbar_Attr<"Mesh", "mesh"> {
  let summary = "tiles of the fabric, 1 to 16 each way";
  let description = [{
    Tile (0, 0) is the corner where the host injects events.

    Example: `#xbar.mesh<width = 16, height = 16>`
  }];
  let parameters = (ins "int64_t":$width, "int64_t":$height);
}

def Xbar_GeometryAttr : Xbar_Attr<"Geometry", "geometry"> {
  let summary = "the arrays of one tile";
  let description = [{
    `rows` (a power of two) and `cols` are physical; two columns make a logical one. A tile has `banks` arrays, whose
    sums are added digitally, so that it takes `rows * banks` inputs (at most 1024: an event names
    its row with 10 bits).

    Example: `#xbar.geometry<rows = 128, cols = 128, banks = 8>`
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$cols, "int64_t":$banks);
  let extraClassDeclaration = [{
    int64_t logicalColumns() const { return getCols() / 2; }
    int64_t inputs() const { return getRows() * getBanks(); }
  }];
}

def Xbar_PeripheryAttr : Xbar_Attr<"Periphery", "periphery"> {
  let summary = "converters and their timing in clocks";
  let description = [{
    `adc_share` physical columns share a converter of `adc_bits`, those of one side of the pairs. A read of one bit plane takes
    `setup + integrate + adc_share * (mux + sample + adc_bits)` clocks.

    Example: `#xbar.periphery<adc_bits = 8, adc_share = 8, setup = 1, integrate = 2, mux = 0, sample = 1>`
  }];
  let parameters = (ins "int64_t":$adc_bits, "int64_t":$adc_share, "int64_t":$setup,
                        "int64_t":$integrate, "int64_t":$mux, "int64_t":$sample);
  let extraClassDeclaration = [{
    int64_t readClocks() const {
      return getSetup() + getIntegrate() + getAdcShare() * (getMux() + getSample() + getAdcBits());
    }
  }];
}

def Xbar_FamilyEnum : I32EnumAttr<"Family", "how a synapse device answers to programming", [
  I32EnumAttrCase<"Ideal", 0, "ideal">   // equal steps, no noise, no drift
]> {
  let cppNamespace = "::spindle::xbar";
  let genSpecializedAttr = 0;
}

def Xbar_DeviceAttr : Xbar_Attr<"Device", "device"> {
  let summary = "the synapse device";
  let description = [{
    A device holds one of `levels` conductances between `g_min` and `g_max` (siemens); code 0 is
    `g_min`, code `levels - 1` is `g_max`. `family` says how it is programmed and read; the codes mean
    the same in every family.

    Example: `#xbar.device<family = ideal, levels = 32, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64>`
  }];
  let parameters = (ins EnumParameter<Xbar_FamilyEnum>:$family, "int64_t":$levels,
                        "::mlir::FloatAttr":$g_min, "::mlir::FloatAttr":$g_max);
}

#endif // SPINDLE_XBAR_ATTRS_TD
