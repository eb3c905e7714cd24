// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the snn dialect: the network and its parts.
#ifndef SPINDLE_SNN_OPS_TD
#define SPINDLE_SNN_OPS_TD

include "dialects/snn/SnnAttrs.td"
include "dialects/snn/SnnModel.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def InNetwork : ParentOneOf<["::spindle::snn::NetworkOp"]>;

def Snn_NetworkOp : Snn_Op<"network", [Symbol, SymbolTable, IsolatedFromAbove, NoTerminator,
                                       SingleBlock, RegionKindInterface]> {
  let summary = "a network of populations";
  let description = [{
    Holds models, weights, sources, populations, projections and probes. `dt` is the step in
    seconds; it may be absent as long as no model's `derive` region reads it. `profile` records
    which numeric profile the models were written for (information only).

    Example:
    ```mlir
    snn.network @blink attributes {dt = 1.0e-3 : f64} {
      %in = snn.source "input" : !snn.pop<2>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<F64Attr>:$dt,
                       OptionalAttr<StrAttr>:$profile);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    static ::mlir::RegionKind getRegionKind(unsigned) { return ::mlir::RegionKind::SSACFG; }
    static ::llvm::StringRef getDefaultDialect() { return "snn"; }
  }];
}

def Snn_WeightsOp : Snn_Op<"weights", [Symbol, InNetwork]> {
  let summary = "stored weights that projections and drives refer to";
  let description = [{
    One storage symbol stands for one physical array of weights: a `forward` and a `transpose`
    projection over the same symbol share it. Values are reals in `unit` (empty: dimensionless).

    Example:
    ```mlir
    snn.weights @fc = dense<[[1.0, -0.5], [0.25, 2.0]]> : tensor<2x2xf32>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ElementsAttr:$value, OptionalAttr<StrAttr>:$unit);
  let assemblyFormat = "$sym_name (`unit` $unit^)? `=` $value attr-dict";
  let hasVerifier = 1;
}

class Snn_NodeOp<string mnemonic, list<Trait> traits = []>
    : Snn_Op<mnemonic, !listconcat(traits, [InNetwork,
        DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>])>;

def Snn_SourceOp : Snn_NodeOp<"source"> {
  let summary = "events that come from outside the network";
  let description = [{
    `frames` and `spike_array` sources are fed by the input of a run, `live` by an endpoint,
    `poisson` draws counts of mean `rate` (in Hz) per neuron from the seed's counter.
    A network input of NIR is a `frames` source.

    Example:
    ```mlir
    %in = snn.source "input" : !snn.pop<12>
    %noise = snn.source "noise" kind poisson rate 8.0 : !snn.pop<100>
    ```
  }];
  let arguments = (ins StrAttr:$name, DefaultValuedAttr<Snn_SourceKind, "::spindle::snn::SourceKind::Frames">:$kind,
                       OptionalAttr<F64Attr>:$rate);
  let results = (outs Snn_PopType:$pop);
  let assemblyFormat = "$name (`kind` $kind^)? (`rate` $rate^)? attr-dict `:` qualified(type($pop))";
  let hasVerifier = 1;
}

def Snn_RelayOp : Snn_NodeOp<"relay"> {
  let summary = "a point where values are summed and passed on in the same step";
  let description = [{
    Has no state: its value in step `t` is the sum of what is due at `t`, and of its drives.
    Chains of linear maps are written as relays between projections; the canonical form has none
    where the maps can be composed. A relay is also what a network output hangs on when no
    neuron stands before it.

    Example:
    ```mlir
    %pool = snn.relay "pool1" : !snn.pop<16x8x8>
    ```
  }];
  let arguments = (ins StrAttr:$name);
  let results = (outs Snn_PopType:$pop);
  let assemblyFormat = "$name attr-dict `:` qualified(type($pop))";
}

def Snn_PopulationOp : Snn_NodeOp<"population", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "neurons of one model";
  let description = [{
    `parameters` gives each parameter of the model a scalar (same for all neurons) or a tensor of
    the population's shape; `initial` may do the same for states. A parameter that is missing must
    have a default in the model. The population takes part from step `onset` on: before it, state
    rests and nothing is emitted (retiming sets this so that a shifted layer stays the same layer).
    `substeps` divides every step into that many updates of `dt / substeps` each; what they emit is
    added up.

    Example:
    ```mlir
    %hid = snn.population "lif1.lif" of @lif {tau = 1.2e-3 : f64, v_threshold = 1.0 : f64} : !snn.pop<38>
    ```
  }];
  let arguments = (ins StrAttr:$name, FlatSymbolRefAttr:$model, DictionaryAttr:$parameters,
                       OptionalAttr<DictionaryAttr>:$initial,
                       DefaultValuedAttr<I64Attr, "0">:$onset,
                       DefaultValuedAttr<I64Attr, "1">:$substeps);
  let results = (outs Snn_PopType:$pop);
  let assemblyFormat = [{ $name `of` $model $parameters (`initial` $initial^)? (`onset` $onset^)?
                          (`substeps` $substeps^)? attr-dict `:` qualified(type($pop)) }];
  let hasVerifier = 1;
}

def Snn_ProjectOp : Snn_Op<"project", [InNetwork, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "synapses from one population to another";
  let description = [{
    `map` says how neurons are joined and how the storage is read: `#snn.dense`, `#snn.one_to_one`,
    `#snn.conv`, `#snn.pool`, `#snn.generated`. An event of value `z` from neuron `i` adds
    `z * W[o, i]` to `port` of every target `o`, `delay` steps later; `delays` adds a further number
    of steps per source neuron. `transpose` reads the storage backwards. `learn` names the rule
    that changes the weights, with the parameters that differ from the rule's own. The first input
    port of the target model is meant where `port` is absent.

    Example:
    ```mlir
    snn.project %hid to %hid via @w_rec as #snn.dense forward delay 1 : !snn.pop<38> to !snn.pop<38>
    snn.project %a to %b as #snn.one_to_one forward delay 0 : !snn.pop<4x4> to !snn.pop<16>
    snn.project %a to %c via @w as #snn.dense forward delay 1 learn @pair with {w_max = 6.0 : f64}
        : !snn.pop<16> to !snn.pop<4>
    ```
  }];
  let arguments = (ins Snn_PopType:$source, Snn_PopType:$target, OptionalAttr<StrAttr>:$port,
                       OptionalAttr<FlatSymbolRefAttr>:$weights, AnyAttr:$map,
                       Snn_Direction:$direction, I64Attr:$delay,
                       OptionalAttr<DenseI64ArrayAttr>:$delays,
                       OptionalAttr<FlatSymbolRefAttr>:$learn,
                       OptionalAttr<DictionaryAttr>:$rule_params);
  let assemblyFormat = [{ $source `to` $target (`port` $port^)? (`via` $weights^)? `as` $map
                          $direction `delay` $delay (`plus` $delays^)? (`learn` $learn^ (`with` $rule_params^)?)?
                          attr-dict `:` qualified(type($source)) `to` qualified(type($target)) }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def Snn_DriveOp : Snn_Op<"drive", [InNetwork, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a constant input, added in every step";
  let description = [{
    Adds the stored values (target's shape or a scalar) to `port` of the target in every step from
    `from` on, counted from the target's onset. This is where the bias of an affine map goes.

    Example:
    ```mlir
    snn.drive %hid by @fc1_bias from 0 : !snn.pop<38>
    ```
  }];
  let arguments = (ins Snn_PopType:$target, OptionalAttr<StrAttr>:$port, FlatSymbolRefAttr:$values,
                       DefaultValuedAttr<I64Attr, "0">:$from);
  let assemblyFormat = [{ $target (`port` $port^)? `by` $values `from` $from attr-dict `:`
                          qualified(type($target)) }];
  let hasVerifier = 1;
}

def Snn_OutputOp : Snn_Op<"output", [InNetwork]> {
  let summary = "a named output of the network";
  let description = [{
    What a run records by default and a live endpoint offers: the events of `pop`. `latency` is the
    number of steps by which a retimed network shows them later.

    Example:
    ```mlir
    snn.output %out as "output" : !snn.pop<7>
    ```
  }];
  let arguments = (ins Snn_PopType:$pop, StrAttr:$name, DefaultValuedAttr<I64Attr, "0">:$latency);
  let assemblyFormat = "$pop `as` $name (`latency` $latency^)? attr-dict `:` qualified(type($pop))";
}

def Snn_ProbeOp : Snn_Op<"probe", [InNetwork]> {
  let summary = "terms of a population to record";
  let description = [{
    `terms` lists "spikes" (what is emitted) and names of states or observed values of the model.

    Example:
    ```mlir
    snn.probe %hid ["spikes", "v"] : !snn.pop<38>
    ```
  }];
  let arguments = (ins Snn_PopType:$pop, StrArrayAttr:$terms);
  let assemblyFormat = "$pop $terms attr-dict `:` qualified(type($pop))";
  let hasVerifier = 1;
}

def Snn_PhaseOp : Snn_Op<"phase", [InNetwork, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a stretch of a run with a set of rules enabled";
  let description = [{
    Phases follow one another in program order, so that learn / consolidate / query are one program.
    `steps` 0 means: until the run ends (the last phase also goes on until then). A rule that is not
    enabled sees no spikes: weights and traces rest. A network without phases has every rule
    enabled throughout.

    Example:
    ```mlir
    snn.phase "learn" steps 1000 rules [@pair_stdp]
    snn.phase "query" steps 0 rules []
    ```
  }];
  let arguments = (ins StrAttr:$name, I64Attr:$steps,
                       TypedArrayAttrBase<FlatSymbolRefAttr, "rules">:$rules);
  let assemblyFormat = "$name `steps` $steps `rules` $rules attr-dict";
  let hasVerifier = 1;
}

#endif // SPINDLE_SNN_OPS_TD
