// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the snn dialect: the network and its parts.
#ifndef SPINDLE_SNN_OPS_TD
#define SPINDLE_SNN_OPS_TD

include "dialects/snn/SnnAttrs.td"
include "dialects/snn/SnnConnect.td"
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
    `poisson` draws counts of mean `rate` (in Hz) per neuron from the seed's counter; `rates` gives
    each neuron its own. It is silent before `start` and after `duration` (milliseconds; absent:
    from the beginning, for ever). A network input of NIR is a `frames` source.

    Examples:
    ```mlir
    %in = snn.source "input" : !snn.pop<12>
    %noise = snn.source "noise" kind poisson rate 8.0 : !snn.pop<100>
    %burst = snn.source "burst" kind poisson rates dense<[1.0, 20.0]> : tensor<2xf64>
               start 100.0 duration 50.0 : !snn.pop<2>
    ```
  }];
  let arguments = (ins StrAttr:$name, DefaultValuedAttr<Snn_SourceKind, "::spindle::snn::SourceKind::Frames">:$kind,
                       OptionalAttr<F64Attr>:$rate, OptionalAttr<ElementsAttr>:$rates,
                       OptionalAttr<F64Attr>:$start, OptionalAttr<F64Attr>:$duration);
  let results = (outs Snn_PopType:$pop);
  let assemblyFormat = [{ $name (`kind` $kind^)? (`rate` $rate^)? (`rates` $rates^)?
                          (`start` $start^)? (`duration` $duration^)?
                          attr-dict `:` qualified(type($pop)) }];
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
    the population's shape, or `#snn.distribution<...>` from which each neuron draws its own;
    `initial` may do the same for states. A parameter that is missing must
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
    `#snn.conv`, `#snn.pool`, `#snn.generated`, `#snn.list`. Brackets behind a population choose some
    of its neurons (`#snn.part`), which the map then counts from 0: `%in[0 to 5]`, `%in[1 to 9 by 2]`,
    `%in[7, 3]`. Source and target may be an `snn.assembly`. An event of value `z` from neuron `i` adds
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
    snn.project %in[0 to 5] to %cue port "exc" as #snn.generated<one_to_one, weight = 6.0> forward delay 1 : !snn.pop<15> to !snn.pop<5>
    ```
  }];
  let arguments = (ins Snn_PopType:$source, Snn_PopType:$target, OptionalAttr<StrAttr>:$port,
                       OptionalAttr<FlatSymbolRefAttr>:$weights, AnyAttr:$map,
                       Snn_Direction:$direction, I64Attr:$delay,
                       OptionalAttr<DenseI64ArrayAttr>:$delays,
                       OptionalAttr<FlatSymbolRefAttr>:$learn,
                       OptionalAttr<DictionaryAttr>:$rule_params,
                       OptionalAttr<Snn_PartAttr>:$source_part,
                       OptionalAttr<Snn_PartAttr>:$target_part);
  let assemblyFormat = [{ $source custom<Part>($source_part) `to` $target custom<Part>($target_part)
                          (`port` $port^)? (`via` $weights^)? `as` $map
                          $direction `delay` $delay (`plus` $delays^)? (`learn` $learn^ (`with` $rule_params^)?)?
                          attr-dict `:` qualified(type($source)) `to` qualified(type($target)) }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Value":$source, "::mlir::Value":$target, "::mlir::StringAttr":$port,
                   "::mlir::FlatSymbolRefAttr":$weights, "::mlir::Attribute":$map,
                   "::spindle::snn::Direction":$direction, "int64_t":$delay,
                   "::mlir::DenseI64ArrayAttr":$delays, "::mlir::FlatSymbolRefAttr":$learn,
                   "::mlir::DictionaryAttr":$ruleParams)>,
    OpBuilder<(ins "::mlir::Value":$source, "::mlir::Value":$target, "::mlir::StringAttr":$port,
                   "::mlir::FlatSymbolRefAttr":$weights, "::mlir::Attribute":$map,
                   "::spindle::snn::DirectionAttr":$direction, "::mlir::IntegerAttr":$delay,
                   "::mlir::DenseI64ArrayAttr":$delays, "::mlir::FlatSymbolRefAttr":$learn,
                   "::mlir::DictionaryAttr":$ruleParams)>];
  let extraClassDeclaration = [{
    /// Neurons that the map counts on either side: those of an assembly where this joins a part of one.
    int64_t sourceCount();
    int64_t targetCount();
  }];
}

def Snn_AssemblyOp : Snn_NodeOp<"assembly"> {
  let summary = "several populations as one source or target of projections";
  let description = [{
    Counts the neurons of its members one after the other. `parts` chooses neurons of the members,
    one entry each, `unit` for all of them. Projections are the only users.

    Example:
    ```mlir
    %all = snn.assembly "all" (%e, %i) : (!snn.pop<800>, !snn.pop<200>) to !snn.pop<1000>
    %some = snn.assembly "some" (%e, %i) parts [#snn.part<0 to 400>, unit] : (!snn.pop<800>, !snn.pop<200>) to !snn.pop<600>
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<Snn_PopType>:$members, OptionalAttr<ArrayAttr>:$parts);
  let results = (outs Snn_PopType:$pop);
  let assemblyFormat = [{ $name `(` $members `)` (`parts` $parts^)? attr-dict `:` `(` type($members) `)`
                          `to` qualified(type($pop)) }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The part of member `i` that is meant, or null for all of it.
    ::spindle::snn::PartAttr partOf(unsigned i);
  }];
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

def Snn_CurrentOp : Snn_Op<"current", [InNetwork, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a current source";
  let description = [{
    Adds a current to `port` of the target (absent: its port of currents), in every step that it
    flows, to all neurons or to those listed. Parameters are PyNN's: nA, times in milliseconds from
    the start of the run; `start` (0) and `stop` (never) bound all but `step`.

    | kind | parameters |
    |---|---|
    | `dc` | amplitude |
    | `step` | times, amplitudes: each holds from its time on |
    | `ac` | amplitude, offset, frequency (Hz), phase (degrees, at start) |
    | `noisy` | mean, stdev, dt (how long a value is held; one step) |

    Examples:
    ```mlir
    snn.current "dc" into %exc dc {amplitude = 0.5 : f64, start = 20.0 : f64} : !snn.pop<10>
    snn.current "up" into %exc step {times = array<f64: 0.0, 50.0>, amplitudes = array<f64: 0.1, 0.4>}
      neurons [0, 3] : !snn.pop<10>
    ```
  }];
  let arguments = (ins StrAttr:$name, Snn_PopType:$target, OptionalAttr<StrAttr>:$port,
                       Snn_CurrentKind:$kind, DictionaryAttr:$parameters,
                       OptionalAttr<DenseI64ArrayAttr>:$neurons);
  let assemblyFormat = [{ $name `into` $target (`port` $port^)? $kind $parameters
                          (`neurons` $neurons^)? attr-dict `:` qualified(type($target)) }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// A number of its parameters, or what stands for an absent one.
    double parameter(::llvm::StringRef name, double otherwise = 0.0);
    /// Position of its port among the inputs of the target's model; -1 where there is none.
    int portIndex();
  }];
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
