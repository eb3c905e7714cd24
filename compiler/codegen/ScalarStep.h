// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model's regions as one straight-line function of one neuron, in a target's numbers. Both code
// generators start from it: cpu/ wraps it in a loop over neurons, verilog/ prints it as a datapath.
#ifndef SPINDLE_COMPILER_CODEGEN_SCALARSTEP_H
#define SPINDLE_COMPILER_CODEGEN_SCALARSTEP_H

#include "dialects/snn/Snn.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spindle::codegen {

/// How a term is held: see docs/semantics.md N1-N6.
enum class Number { F64, S1615, U032, I32 };
enum class Overflow { Wrap, Saturate }; ///< spinn wraps modulo 2^32, the fabric saturates

struct Format {
  Number number = Number::F64; ///< F64, or S1615 for both fixed-point targets
  Overflow overflow = Overflow::Wrap;
};

struct StepTerm {
  std::string name, unit;
  Number number;
  unsigned types = 2; ///< of an input port: synapse types (snn.term)
  unsigned gain = 0;  ///< of an input port: binary places by which its weights are scaled up
};

/// The function's signature: (state..., param..., input...) -> (state..., emitted).
/// `param` holds exactly the parameters and derived terms that the step reads, in declaration order
/// (params before derived). `state` holds the states, then the observed values.
struct StepInfo {
  std::vector<StepTerm> state, param, input;
  snn::EmitKind emit;
  size_t observed = 0; ///< how many of `state` are observed values
};

/// What one step of a model may be built for.
struct StepVariant {
  unsigned substeps = 1;
  std::vector<bool> silent = {}; ///< per input: nothing ever comes in, it is a constant 0
  /// Per parameter: its value as raw word, where all neurons have that (fixed point only).
  std::vector<std::optional<int32_t>> known = {};
  /// Per input: the argument is a sum of 16 bits, to be raised by that many places (vectors only).
  std::vector<std::optional<unsigned>> raised = {};
  unsigned lanes = 1; ///< neurons side by side: values are vectors (fixed point only)
};

/// Builds `func.func @step_<model>` into `into`. Values are f64, or i32 for fixed point (U032 terms
/// are i32 bit patterns); inner operations are arith/math only (i64, f64 and i1 where fixed point
/// needs them). The emitted value is f64, or i32. Fails with a diagnostic at the operation that the
/// format cannot express.
mlir::FailureOr<StepInfo> buildScalarStep(snn::ModelOp model, Format format, mlir::ModuleOp into,
                                          const StepVariant &variant = {});

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_SCALARSTEP_H
