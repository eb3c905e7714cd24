// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The numbers of a population: its parameters, its initial states, and what its model derives from
// them and from dt. All of it is known at compile time; an image holds the results.
#ifndef SPINDLE_COMPILER_CODEGEN_DERIVE_H
#define SPINDLE_COMPILER_CODEGEN_DERIVE_H

#include "compiler/codegen/ScalarStep.h"
#include "dialects/snn/Snn.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spindle::codegen {

/// A term of a population: one value that holds for all neurons (length 1), or one per neuron.
using Column = std::vector<double>;

/// dt of the network that `pop` stands in, in seconds.
std::optional<double> networkDt(snn::PopulationOp pop);

/// Runs the model's `derive` region in float64 for every neuron of `pop`: derived term -> column. A
/// derived term that depends on scalars only is a scalar. Fails with a diagnostic at `pop` that
/// names node, term and neuron when a value is not finite, or when dt is needed and not known.
mlir::FailureOr<std::map<std::string, Column>>
evaluateDerived(snn::PopulationOp pop, snn::ModelOp model, std::optional<double> dt);

/// The columns of a compiled step, in the order of its StepInfo.
struct StepColumns {
  std::vector<Column> param, state;
};

/// Parameters and derived terms (with the dt of the network), and the initial states; a state
/// without a given value, and an observed value, starts at 0.
mlir::FailureOr<StepColumns> columns(snn::PopulationOp pop, snn::ModelOp model,
                                     const StepInfo &info);

/// The raw values of a column, rounded half to even (N2, N3); a value out of range is a diagnostic
/// at `pop`.
mlir::FailureOr<std::vector<int32_t>> toS1615(snn::PopulationOp pop, llvm::StringRef term,
                                              const Column &column);
mlir::FailureOr<std::vector<uint32_t>> toU032(snn::PopulationOp pop, llvm::StringRef term,
                                              const Column &column);

/// The same for either format, as the machine's 32-bit words.
mlir::FailureOr<std::vector<uint32_t>> toWords(snn::PopulationOp pop, const StepTerm &term,
                                               const Column &column);

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_DERIVE_H
