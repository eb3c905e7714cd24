// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maps that list synapses: generated ones, explicit ones, and the neurons that they join.
#ifndef SPINDLE_SNN_CONNECT_TD
#define SPINDLE_SNN_CONNECT_TD

include "dialects/snn/SnnAttrs.td"

def Snn_LawEnum : Snn_Enum<"Law", "a distribution of weights or delays", [
  I32EnumAttrCase<"Constant", 0, "constant">,
  I32EnumAttrCase<"Normal", 1, "normal">,          // mean, deviation
  I32EnumAttrCase<"Uniform", 2, "uniform">,        // lower, upper bound
  I32EnumAttrCase<"LogNormal", 3, "lognormal">,    // mean, deviation of the logarithm
  I32EnumAttrCase<"Exponential", 4, "exponential"> // mean
]>;

def Snn_SpaceKernelEnum : Snn_Enum<"SpaceKernel", "probability of a synapse by distance", [
  I32EnumAttrCase<"Gaussian", 0, "gaussian">, I32EnumAttrCase<"Exponential", 1, "exponential">,
  I32EnumAttrCase<"Step", 2, "step">
]>;

def Snn_DistributionAttr : Snn_Attr<"Distribution", "distribution"> {
  let summary = "a number, or what numbers are drawn from";
  let description = [{
    `constant(a)` (or the number alone), `normal(mean, deviation)`, `uniform(low, high)`,
    `lognormal(mean, deviation)` of the logarithm, `exponential(mean)`. `above` and `below` bound what
    is drawn: what lies outside becomes the bound, or with `redrawn` is drawn again. `negative` changes
    the sign. `unit` is that of the finished number.

    Example: `#snn.distribution<normal(1.5, 0.75) above 0.1 redrawn unit "ms">`
  }];
  let parameters = (ins "::spindle::snn::Law":$law, "::mlir::FloatAttr":$a, "::mlir::FloatAttr":$b,
                        OptionalParameter<"::mlir::FloatAttr">:$low,
                        OptionalParameter<"::mlir::FloatAttr">:$high, "bool":$redraw, "bool":$negate,
                        StringRefParameter<>:$unit);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static DistributionAttr constant(::mlir::MLIRContext *context, double value, ::llvm::StringRef unit = "");
    double first() const { return getA().getValueAsDouble(); }
    double second() const { return getB().getValueAsDouble(); }
    /// Always the same number.
    bool isConstant() const;
    /// Without what surrounds the attribute: `normal(1.5, 0.75) unit "ms"`.
    static DistributionAttr parseBare(::mlir::AsmParser &parser);
    void printBare(::mlir::AsmPrinter &printer) const;
  }];
}

def Snn_SpaceAttr : Snn_Attr<"Space", "space"> {
  let summary = "positions on lines and grids, and a kernel of distance";
  let description = [{
    The kernel's amplitude is the probability at distance 0 and `scale` its width: a Gaussian's deviation, an
    exponential's length, the radius of a step. Neurons sit on the grid of their population's shape (at
    most 3 axes) with `spacing` and `origin` per axis, in the order of the shape; those of the target are the source's where
    none are given. `period` wraps an axis round (0: it has ends). Nothing is joined beyond `cutoff`.

    Example: `#snn.space<gaussian, 0.8, 2.0, cutoff = 6.0, period = [100.0]>`
  }];
  let parameters = (ins "::spindle::snn::SpaceKernel":$kernel, "::mlir::FloatAttr":$amplitude,
                        "::mlir::FloatAttr":$scale, OptionalParameter<"::mlir::FloatAttr">:$cutoff,
                        OptionalParameter<"::mlir::DenseF64ArrayAttr">:$spacing,
                        OptionalParameter<"::mlir::DenseF64ArrayAttr">:$origin,
                        OptionalParameter<"::mlir::DenseF64ArrayAttr">:$targetSpacing,
                        OptionalParameter<"::mlir::DenseF64ArrayAttr">:$targetOrigin,
                        OptionalParameter<"::mlir::DenseF64ArrayAttr">:$period);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Snn_PartAttr : Snn_Attr<"Part", "part"> {
  let summary = "some neurons of a population, in an order";
  let description = [{
    A half-open range with a step, or a list. `at` places them inside an assembly: they are numbers
    `at`, `at` + 1, ... of `of`.

    Example: `#snn.part<0 to 10 by 2>`, `#snn.part<[7, 3] at 5 of 100>`
  }];
  let parameters = (ins "int64_t":$first, "int64_t":$step, "int64_t":$count,
                        ArrayRefParameter<"int64_t">:$list, "int64_t":$offset, "int64_t":$total);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// All `count` neurons of a population as numbers `offset`... of `total`.
    static PartAttr whole(::mlir::MLIRContext *context, int64_t count, int64_t offset, int64_t total);
    /// The neuron that stands at `position` of this part.
    int64_t neuron(int64_t position) const {
      return getList().empty() ? getFirst() + position * getStep() : getList()[position];
    }
    int64_t largest() const;
    static PartAttr parseBare(::mlir::AsmParser &parser, bool bracketed);
    void printBare(::mlir::AsmPrinter &printer, bool bracketed) const;
  }];
}

def Snn_GeneratedAttr : Snn_MapAttr<"Generated", "generated"> {
  let summary = "connectivity drawn from a counter: never stored, expanded where it is needed";
  let description = [{
    The rule is `all_to_all`, `all_but_self` (number i not to number i), `one_to_one`,
    `fixed_probability(p)`, `fixed_in_degree(n)`, `fixed_out_degree(n)`, `fixed_total(n)` or
    `distance(kernel, amplitude, scale)` (`#snn.space`, whose entries may follow).
    `weight` and `delay` are numbers or distributions (`#snn.distribution`); weights are in the unit of the
    port or in one that converts to it, delays in steps or in "ms", "us" or "s", and come on top of the
    projection's `delay`. `no_self` leaves out synapses from a neuron to itself, `no_multapses` repeated
    pairs (`fixed_in_degree`, `fixed_out_degree`, `fixed_total`). `object` tells projections of one seed
    apart; it is given by program order where absent. semantics.md C has every draw.

    Example: `as #snn.generated<fixed_probability(0.02), seed = 7, weight = normal(87.8, 8.78) unit "pA", delay = normal(1.5, 0.75) unit "ms", no_self>`
  }];
  let parameters = (ins "::spindle::snn::Generator":$rule, "::mlir::FloatAttr":$value, "int64_t":$seed,
                        "::spindle::snn::DistributionAttr":$weight,
                        OptionalParameter<"::spindle::snn::DistributionAttr">:$delay,
                        "bool":$allowSelf, "bool":$multapses,
                        OptionalParameter<"::spindle::snn::SpaceAttr">:$space, "int64_t":$object,
                        ArrayRefParameter<"int64_t">:$selfTargets);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Snn_ListAttr : Snn_MapAttr<"List", "list"> {
  let summary = "synapses one by one";
  let description = [{
    Each entry is `[source, target, weight, delay]`; the delay is in steps and comes on top of the
    projection's `delay`. A pair may stand more than once. `unit` is that of the weights.

    Example: `as #snn.list<unit "nA", [0, 1, 2.0, 1], [1, 2, -2.0, 17]>`
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$sources, ArrayRefParameter<"int64_t">:$targets,
                        "::mlir::DenseF64ArrayAttr":$weights, ArrayRefParameter<"int64_t">:$delays,
                        StringRefParameter<>:$unit);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // SPINDLE_SNN_CONNECT_TD
