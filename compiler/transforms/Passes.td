// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The snn -> snn passes.
#ifndef SPINDLE_COMPILER_TRANSFORMS_PASSES_TD
#define SPINDLE_COMPILER_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def SnnCheckCycles : Pass<"snn-check-cycles", "::spindle::snn::NetworkOp"> {
  let summary = "refuse loops without delay";
  let description = [{
    A loop of projections needs a total delay of at least one step: within a step there is no
    order in which its nodes could be evaluated. The error names the nodes of the loop.
  }];
}

def SnnCheckTarget : Pass<"snn-check-target", "::spindle::snn::NetworkOp"> {
  let summary = "refuse what a target cannot run";
  let description = [{
    Every target: learning rules and random sources are not yet runnable. Hardware targets: a
    relay must have been folded away, and a graded value cannot travel as an event.
  }];
  let options = [Option<"target", "target", "std::string", "\"reference\"",
                        "reference, spinn or xbar">];
}

def SnnResolveConnections : Pass<"snn-resolve-connections", "::spindle::snn::NetworkOp"> {
  let summary = "bring connections into the form that engines expand";
  let description = [{
    Weights of generated maps and lists become numbers in the unit of their port, delays numbers of
    steps; what is common to all delays of a projection moves into its `delay`. A projection of assemblies becomes one for
    each pair of members, which all draw from the same rule. Every generated map gets an `object` by
    program order. A delay below one step becomes one step, with a warning. Parameters and initial states that
    are distributions become one number per neuron. A network's attribute `seed` changes all draws.
  }];
}

def SnnFoldRelays : Pass<"snn-fold-relays", "::spindle::snn::NetworkOp"> {
  let summary = "compose chained linear maps, so that no relay is left between them";
  let description = [{
    A projection into a relay and one out of it become one projection whose weights are the product
    and whose delay is the sum; drives of the relay become drives of what stands behind it. A relay that is
    an output or is probed stays, and so does one on a loop of relays. Products are stored as
    sparse elements where fewer than a quarter of the entries is not zero.

    With `trivial-only` a relay goes only where it passes one node's events on unchanged (a
    flatten): sums are then made in the same order as before.
  }];
  let options = [Option<"trivialOnly", "trivial-only", "bool", "false",
                        "only relays that pass on one node's events unchanged">];
}

def SnnRetime : Pass<"snn-retime", "::spindle::snn::NetworkOp"> {
  let summary = "give every projection a delay of at least one step";
  let description = [{
    Chooses for every node the smallest latency L >= 0 with L(target) >= L(source) + 1 - delay
    (sources have 0), and sets the delay of every projection to delay + L(target) - L(source),
    the onset of every population and the `latency` of every output to L. Every node then does what it did
    before, L steps later. Where a loop has fewer steps of delay than projections this is
    impossible: the error names its nodes.
  }];
}

def SnnQuantizeWeights : Pass<"snn-quantize-weights", "::spindle::snn::NetworkOp"> {
  let summary = "round weights to what a target would store, as reals";
  let description = [{
    Shows the effect of weight storage alone: `xbar` rounds every column (the weights onto one target
    neuron) to the levels of its devices, `spinn` rounds to 16 bits with the shift that the target
    chooses for the population and the synapse type.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"xbar\"", "spinn or xbar">,
    Option<"levels", "levels", "unsigned", "32", "conductance levels (xbar)">];
}

#endif // SPINDLE_COMPILER_TRANSFORMS_PASSES_TD
