// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Types, enums and parameter structs of the snn dialect.
#ifndef SPINDLE_SNN_ATTRS_TD
#define SPINDLE_SNN_ATTRS_TD

include "dialects/snn/SnnDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

//===- Type -----------------------------------------------------------------------------------===//

def Snn_PopType : TypeDef<Snn_Dialect, "Pop"> {
  let mnemonic = "pop";
  let summary = "the events of a population of a given shape";
  let description = [{
    What a population, source or relay offers to projections: one value per neuron and step
    (a spike, a count or a graded value). The shape is that of the neurons, row-major,
    without batch or time.

    Example: `!snn.pop<38>`, `!snn.pop<16x16x16>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Number of neurons: the product of the shape.
    int64_t size() const;
  }];
}

//===- Enums ----------------------------------------------------------------------------------===//

class Snn_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::spindle::snn";
  let genSpecializedAttr = 0;
}
class Snn_EnumAttr<EnumAttrInfo info, string mnemonic> : EnumAttr<Snn_Dialect, info, mnemonic> {
  let assemblyFormat = "$value";
}

def Snn_EmitKindEnum : Snn_Enum<"EmitKind", "what a neuron emits in a step", [
  I32EnumAttrCase<"Spike", 0, "spike">,   // i1: one spike or none
  I32EnumAttrCase<"Count", 1, "count">,   // f64 holding an integer >= 0: several spikes in one step
  I32EnumAttrCase<"Graded", 2, "graded">  // f64: a value, e.g. the potential of a readout
]>;
def Snn_EmitKind : Snn_EnumAttr<Snn_EmitKindEnum, "emit_kind">;

def Snn_SourceKindEnum : Snn_Enum<"SourceKind", "where a source's events come from", [
  I32EnumAttrCase<"Frames", 0, "frames">,       // one value per neuron and step, from an input file
  I32EnumAttrCase<"SpikeArray", 1, "spike_array">,
  I32EnumAttrCase<"Poisson", 2, "poisson">,
  I32EnumAttrCase<"Live", 3, "live">
]>;
def Snn_SourceKind : Snn_EnumAttr<Snn_SourceKindEnum, "source_kind">;

def Snn_DirectionEnum : Snn_Enum<"Direction", "which way stored weights are read", [
  I32EnumAttrCase<"Forward", 0, "forward">,     // y = W x
  I32EnumAttrCase<"Transpose", 1, "transpose">  // y = W^T x: a backward read of the same storage
]>;
def Snn_Direction : Snn_EnumAttr<Snn_DirectionEnum, "direction">;

def Snn_PoolKindEnum : Snn_Enum<"PoolKind", "how a window is reduced", [
  I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Avg", 1, "avg">
]>;
def Snn_PoolKind : Snn_EnumAttr<Snn_PoolKindEnum, "pool_kind">;

def Snn_GeneratorEnum : Snn_Enum<"Generator", "connectivity generated from a counter", [
  I32EnumAttrCase<"AllToAll", 0, "all_to_all">,
  I32EnumAttrCase<"AllButSelf", 1, "all_but_self">,
  I32EnumAttrCase<"FixedProbability", 2, "fixed_probability">,
  I32EnumAttrCase<"FixedInDegree", 3, "fixed_in_degree">,
  I32EnumAttrCase<"FixedOutDegree", 4, "fixed_out_degree">,
  I32EnumAttrCase<"FixedTotal", 5, "fixed_total">,
  I32EnumAttrCase<"OneToOne", 6, "one_to_one">,
  I32EnumAttrCase<"Distance", 7, "distance">
]>;
def Snn_Generator : Snn_EnumAttr<Snn_GeneratorEnum, "generator">;

def Snn_CurrentKindEnum : Snn_Enum<"CurrentKind", "the course of a current", [
  I32EnumAttrCase<"Dc", 0, "dc">, I32EnumAttrCase<"Step", 1, "step">, I32EnumAttrCase<"Ac", 2, "ac">,
  I32EnumAttrCase<"Noisy", 3, "noisy">
]>;
def Snn_CurrentKind : Snn_EnumAttr<Snn_CurrentKindEnum, "current_kind">;

def Snn_TieEnum : Snn_Enum<"Tie", "which half of a rule sees a coincident spike", [
  I32EnumAttrCase<"Depress", 0, "depress">, I32EnumAttrCase<"Potentiate", 1, "potentiate">,
  I32EnumAttrCase<"Both", 2, "both">, I32EnumAttrCase<"Neither", 3, "neither">
]>;
def Snn_Tie : Snn_EnumAttr<Snn_TieEnum, "tie">;

def Snn_EventEnum : Snn_Enum<"Event", "which spike a rule reacts to", [
  I32EnumAttrCase<"Pre", 0, "pre">, I32EnumAttrCase<"Post", 1, "post">
]>;

//===- Parameter structs ----------------------------------------------------------------------===//

class Snn_Attr<string name, string mnem> : AttrDef<Snn_Dialect, name> { let mnemonic = mnem; }

def Snn_TermAttr : Snn_Attr<"Term", "term"> {
  let summary = "a named quantity of a model: parameter, state, input port or derived value";
  let description = [{
    `initial` is the default of a parameter, or the value of a state at step 0. `unit` is text
    ("s", "mV", "" for dimensionless); it is checked against the network's units where they meet.
    `decay` names the time constant by which a trace of a rule falls while nothing happens.

    `integer` is 1 for a term that holds whole numbers (a counter). For an input port, `types` is
    the number of synapse types that it has: 2 for one that takes weights of both signs, 1 for one
    that counts the magnitude of a weight only (`magnitude`), 0 for one without synapses, which only
    drives and current sources reach (`current`). `gain` is the number of binary places by which
    fixed point scales the weights of a port up; `snn.ungain` takes them back.

    Examples: `tau = 2.0e-2 : "s"` inside a model's `params(...)`, `refract integer` in `state(...)`,
    `exc magnitude gain 10 : "uS", bias current : "nA"` in `inputs(...)`, `a decay tau` inside a rule's
    `pre(...)`.
  }];
  let parameters = (ins StringRefParameter<>:$name, OptionalParameter<"::mlir::FloatAttr">:$initial,
                        StringRefParameter<>:$unit, StringRefParameter<"", "\"\"">:$decay,
                        DefaultValuedParameter<"int64_t", "0">:$integer,
                        DefaultValuedParameter<"int64_t", "2">:$types,
                        DefaultValuedParameter<"int64_t", "0">:$gain);
  let skipDefaultBuilders = 1;
  let builders = [AttrBuilder<(ins "::llvm::StringRef":$name, "::mlir::FloatAttr":$initial,
                                   "::llvm::StringRef":$unit,
                                   CArg<"::llvm::StringRef", "{}">:$decay,
                                   CArg<"int64_t", "0">:$integer, CArg<"int64_t", "2">:$types,
                                   CArg<"int64_t", "0">:$gain), [{
    return $_get($_ctxt, name, initial, unit, decay, integer, types, gain);
  }]>];
  let assemblyFormat = [{ `<` $name `,` $unit (`,` $initial^)? (`decay` $decay^)?
                          (`integer` $integer^)? (`types` $types^)? (`gain` $gain^)? `>` }];
}

class Snn_MapAttr<string name, string mnem> : Snn_Attr<name, mnem>;

def Snn_DenseAttr : Snn_MapAttr<"Dense", "dense"> {
  let summary = "weights (out, in): every source neuron to every target neuron";
  let description = [{
    `y[o] = sum_i W[o, i] x[i]` over the flattened shapes. The storage may be a dense or a
    `sparse<...>` elements attribute; zero entries are no synapses.

    Example: `as #snn.dense`
  }];
}
def Snn_OneToOneAttr : Snn_MapAttr<"OneToOne", "one_to_one"> {
  let summary = "neuron i to neuron i, in row-major order";
  let description = [{
    Weight 1 without storage, else one weight per neuron (or a scalar). The two shapes may differ
    as long as the sizes agree: that is a flatten.

    Example: `as #snn.one_to_one`
  }];
}
def Snn_ConvAttr : Snn_MapAttr<"Conv", "conv"> {
  let summary = "cross-correlation over the trailing one or two axes (C, L) or (C, H, W)";
  let description = [{
    Weights (C_out, C_in / groups, K...), kernel not flipped. One entry per spatial axis in each
    list; `padding` is (low, high) per axis, so that `same` needs no second form.

    Example: `as #snn.conv<stride = [2, 2], padding = [1, 1, 1, 1], dilation = [1, 1], groups = 1>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$stride, ArrayRefParameter<"int64_t">:$padding,
                        ArrayRefParameter<"int64_t">:$dilation, "int64_t":$groups);
  let assemblyFormat = [{ `<` `stride` `=` `[` $stride `]` `,` `padding` `=` `[` $padding `]` `,`
                          `dilation` `=` `[` $dilation `]` `,` `groups` `=` $groups `>` }];
  let genVerifyDecl = 1;
}
def Snn_PoolAttr : Snn_MapAttr<"Pool", "pool"> {
  let summary = "sum or mean over a window of the trailing two axes of (C, H, W)";
  let description = [{
    Zero padding counts as members of the window (`avg` divides by the full kernel size).

    Example: `as #snn.pool<sum, kernel = [2, 2], stride = [2, 2], padding = [0, 0]>`
  }];
  let parameters = (ins "::spindle::snn::PoolKind":$kind, ArrayRefParameter<"int64_t">:$kernel,
                        ArrayRefParameter<"int64_t">:$stride, ArrayRefParameter<"int64_t">:$padding);
  let assemblyFormat = [{ `<` $kind `,` `kernel` `=` `[` $kernel `]` `,` `stride` `=` `[` $stride `]`
                          `,` `padding` `=` `[` $padding `]` `>` }];
  let genVerifyDecl = 1;
}

#endif // SPINDLE_SNN_ATTRS_TD
