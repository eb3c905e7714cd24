// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neuron models and learning rules: regions of operations on reals over named terms.
#ifndef SPINDLE_SNN_MODEL_TD
#define SPINDLE_SNN_MODEL_TD

include "dialects/snn/SnnAttrs.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Snn_Op<string mnemonic, list<Trait> traits = []> : Op<Snn_Dialect, mnemonic, traits>;

def Snn_Terms : TypedArrayAttrBase<Snn_TermAttr, "named terms">;

def Snn_ModelOp : Snn_Op<"model", [Symbol, IsolatedFromAbove, NoTerminator,
                                   ParentOneOf<["::spindle::snn::NetworkOp"]>]> {
  let summary = "a neuron model";
  let description = [{
    Terms: `params` (per neuron, constant), `state`, `inputs` (ports: the sum of the events due in
    this step), `derived` (computed once per neuron from parameters and `dt`), `observe` (values a
    probe may record besides the states). Regions run in this order, each reading and writing terms
    by `snn.get` and `snn.set`:

    - `derive`: once, from parameters and the terms `dt` (seconds) and `dt_ms` (milliseconds), writes
      derived terms, and states: their initial values where neither population nor model gives one.
      `derive on_core`: a many-core machine computes them in its own arithmetic (N15);
    - `receive`: every step, before its first sub-step: where the step's input is taken in;
    - `update`: every sub-step, writes states (and observed values: those of the first sub-step are
      kept); empty for a model without state;
    - `emit`: every sub-step, ends in `snn.emit`;
    - `reset`: for neurons that emitted something other than 0;
    - `after`: every sub-step, after the reset.

    A step has one sub-step unless the population says otherwise; `dt` is that of the sub-step.
    `reset` and `after` may read the term `emitted` (a real). Besides `snn` operations a region may
    hold `arith` on f64 and i1 and `math.exp`; division and `math.exp` belong into `derive`
    (`snn.quotient` divides in a step).

    Example:
    ```mlir
    snn.model @lif params(tau : "s", v_threshold, v_reset = 0.0) state(v = 0.0) inputs(x)
        derived(beta, gain)
      derive {
        %tau = snn.get "tau"
        %dt = snn.get "dt"
        %one = arith.constant 1.0 : f64
        %gain = arith.divf %dt, %tau : f64
        %beta = arith.subf %one, %gain : f64
        snn.set "gain", %gain
        snn.set "beta", %beta
      } update {
        %v = snn.get "v"
        %x = snn.get "x"
        %beta = snn.get "beta"
        %gain = snn.get "gain"
        %a = snn.decay %v by %beta
        %b = snn.decay %x by %gain
        %v1 = arith.addf %a, %b : f64
        snn.set "v", %v1
      } emit {
        %v = snn.get "v"
        %th = snn.get "v_threshold"
        %z = arith.cmpf ogt, %v, %th : f64
        snn.emit spike %z : i1
      } reset {
        %r = snn.get "v_reset"
        snn.set "v", %r
      }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Snn_Terms:$params, Snn_Terms:$state,
                       Snn_Terms:$inputs, Snn_Terms:$derived, Snn_Terms:$observe,
                       UnitAttr:$on_core);
  let regions = (region MaxSizedRegion<1>:$derive, MaxSizedRegion<1>:$receive,
                        MaxSizedRegion<1>:$update, SizedRegion<1>:$emit, MaxSizedRegion<1>:$reset,
                        MaxSizedRegion<1>:$after);
  let assemblyFormat = [{
    $sym_name custom<ModelTerms>($params, $state, $inputs, $derived, $observe)
    attr-dict-with-keyword (`derive` (`on_core` $on_core^)? $derive^)? (`receive` $receive^)?
    `update` $update `emit` $emit (`reset` $reset^)? (`after` $after^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The kind of its `snn.emit`.
    ::spindle::snn::EmitKind emitKind();
    /// True if a population of it depends on the network's step.
    bool readsDt();
  }];
}

def Snn_RuleOp : Snn_Op<"rule", [Symbol, IsolatedFromAbove, NoTerminator,
                                 ParentOneOf<["::spindle::snn::NetworkOp"]>]> {
  let summary = "a learning rule";
  let description = [{
    A region program over the terms of one synapse: `params`, `derived` (once, from parameters and
    `dt`), `pre` and `post` (traces of the two neurons), `synapse` (values kept per synapse besides
    the weight), and always `weight` (a magnitude), `t_pre` and `t_post` (steps since the two neurons
    spiked last; before its first spike a neuron counts as having spiked in step 0), `error` and
    `modulator`.

    `on_pre` runs for every synapse of a neuron that spikes, `on_post` for every synapse onto one,
    `on_step` for every synapse in every step. A trace with `decay tau` falls by exp(-elapsed / tau)
    between events (`tau` is in its unit, "s" where it has none); what is read is the value at the
    event, before it. `on_pre` writes the traces of `pre`, `on_post` those of `post`, from the
    traces of the same neuron, parameters and constants only: a trace belongs to the neuron, and all
    of its synapses see the same one.

    A synapse of delay d sees a spike of its target d steps late (`backprop = false`: at once).
    `order` says which of a step's coincident events is applied first, `tie` which half of the rule
    sees the other's event: `depress` on_pre, `potentiate` on_post, `both` or `neither`. on_pre is
    not run before the target has spiked.

    Units with a meaning: a term in "weight" is a weight (a target scales it as it does weights), a
    parameter in "trace" is a number that is added to or compared with traces (fixed point rounds it
    as one). docs/learning.md has the whole.

    Example:
    ```mlir
    snn.rule @pair params(tau = 20.0 : "ms", A = 0.01 : "weight", w_max = 1.0 : "weight")
        pre(a decay tau) post(b decay tau) order ["post", "pre"] tie depress
      on_pre {
        %one = arith.constant 1.0 : f64
        %a = snn.get "a"
        %a1 = arith.addf %a, %one : f64
        snn.set "a", %a1
        %w = snn.get "weight"
        %b = snn.get "b"
        %A = snn.get "A"
        %change = arith.mulf %A, %b : f64
        %w1 = arith.subf %w, %change : f64
        %zero = arith.constant 0.0 : f64
        %w2 = arith.maximumf %w1, %zero : f64
        snn.set "weight", %w2
      } on_post {
        %one = arith.constant 1.0 : f64
        %b = snn.get "b"
        %b1 = arith.addf %b, %one : f64
        snn.set "b", %b1
        %w = snn.get "weight"
        %a = snn.get "a"
        %A = snn.get "A"
        %change = arith.mulf %A, %a : f64
        %w1 = arith.addf %w, %change : f64
        %w_max = snn.get "w_max"
        %w2 = arith.minimumf %w1, %w_max : f64
        snn.set "weight", %w2
      }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Snn_Terms:$params, Snn_Terms:$derived,
                       Snn_Terms:$pre, Snn_Terms:$post, Snn_Terms:$synapse,
                       StrArrayAttr:$order, Snn_Tie:$tie,
                       DefaultValuedAttr<BoolAttr, "true">:$backprop);
  let regions = (region MaxSizedRegion<1>:$derive, MaxSizedRegion<1>:$on_pre,
                        MaxSizedRegion<1>:$on_post, MaxSizedRegion<1>:$on_step);
  let assemblyFormat = [{
    $sym_name custom<RuleTerms>($params, $derived, $pre, $post, $synapse)
    `order` $order `tie` $tie attr-dict-with-keyword (`derive` $derive^)? (`on_pre` $on_pre^)?
    (`on_post` $on_post^)? (`on_step` $on_step^)?
  }];
  let hasVerifier = 1;
}

def InProgram : ParentOneOf<["::spindle::snn::ModelOp", "::spindle::snn::RuleOp"]>;

def Snn_GetOp : Snn_Op<"get", [InProgram, DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "read a named term";
  let description = [{
    The value is the latest one written in program order.

    Example: `%v = snn.get "v"`
  }];
  let arguments = (ins StrAttr:$term);
  let results = (outs F64:$value);
  let assemblyFormat = "$term attr-dict";
}

def Snn_SetOp : Snn_Op<"set", [InProgram]> {
  let summary = "write a named term";
  let description = [{
    Only terms that the enclosing region owns may be written: derived terms in `derive`, states and
    observed values elsewhere.

    Example: `snn.set "v", %v1`
  }];
  let arguments = (ins StrAttr:$term, F64:$value);
  let assemblyFormat = "$term `,` $value attr-dict";
}

def Snn_DecayOp : Snn_Op<"decay", [Pure]> {
  let summary = "multiply by a fraction in [0, 1]";
  let description = [{
    `x * fraction` on reals. Fixed-point targets keep the fraction as u0.32 and round the product
    to minus infinity; the fraction must be a derived term or parameter that is used as a fraction only.

    Example: `%a = snn.decay %v by %beta`
  }];
  let arguments = (ins F64:$x, F64:$fraction);
  let results = (outs F64:$value);
  let assemblyFormat = "$x `by` $fraction attr-dict";
  let hasFolder = 1;
}

def Snn_CountOp : Snn_Op<"count", [Pure]> {
  let summary = "how many whole thresholds are in a value";
  let description = [{
    `trunc(value / threshold)` where `value >= threshold`, else 0. The threshold is positive.

    Example: `%n = snn.count %v per %th`
  }];
  let arguments = (ins F64:$x, F64:$threshold);
  let results = (outs F64:$value);
  let assemblyFormat = "$x `per` $threshold attr-dict";
}

def Snn_QuotientOp : Snn_Op<"quotient", [Pure]> {
  let summary = "a division inside a step";
  let description = [{
    `x / divisor`, both not negative. Fixed point rounds the quotient down (`divide` of N13); by 0
    it is 0 there. A fabric cannot divide.

    Example: `%share = snn.quotient %one by %e`
  }];
  let arguments = (ins F64:$x, F64:$divisor);
  let results = (outs F64:$value);
  let assemblyFormat = "$x `by` $divisor attr-dict";
}

def Snn_UngainOp : Snn_Op<"ungain", [Pure]> {
  let summary = "a value of a port with gain in its own unit";
  let description = [{
    The identity on reals. In fixed point what comes in by a port of gain g is scaled by 2^g, and
    this operation shifts it right by g places, rounding to minus infinity.

    Example: `%g = snn.ungain %x of "exc"`
  }];
  let arguments = (ins F64:$x, StrAttr:$port);
  let results = (outs F64:$value);
  let assemblyFormat = "$x `of` $port attr-dict";
}

def Snn_AsFractionOp : Snn_Op<"as_fraction", [Pure]> {
  let summary = "a number that the machine keeps as an unsigned fraction";
  let description = [{
    The identity on reals. A model whose `derive` is `on_core` passes it through a u0.32 there: what
    is 1 or more loses its whole part, and the user is warned. In `derive` only.

    Example: `%k = snn.as_fraction %q`
  }];
  let arguments = (ins F64:$x);
  let results = (outs F64:$value);
  let assemblyFormat = "$x attr-dict";
}

def Snn_EmitOp : Snn_Op<"emit", [ParentOneOf<["::spindle::snn::ModelOp"]>]> {
  let summary = "what the neuron emits in this step";
  let description = [{
    `spike` takes an i1, `count` and `graded` an f64.

    Example: `snn.emit spike %z : i1`
  }];
  let arguments = (ins Snn_EmitKind:$kind, AnyTypeOf<[I1, F64]>:$value);
  let assemblyFormat = "$kind $value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

#endif // SPINDLE_SNN_MODEL_TD
