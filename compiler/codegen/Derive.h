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

/// Who computes derived terms for a fixed-point target (N11, N15).
enum class Constants {
  Reals,        ///< float64, rounded once
  OnCore,       ///< the many-core machine itself: its exponential, its division, its products
  HostTruncated ///< its host, in older releases: float64, cut towards 0
};

/// Runs the model's `derive` region in float64 for every neuron of `pop`: term -> column of every
/// derived term, and of every state that is set. One that depends on scalars only is a scalar.
/// Fails with a diagnostic at `pop` that names node, term and neuron when a value is not finite, or
/// when dt is needed and not known.
mlir::FailureOr<std::map<std::string, Column>>
evaluateDerived(snn::PopulationOp pop, snn::ModelOp model, std::optional<double> dt);

/// The same as the machine computes it, for the terms and formats of `info`; the values are exact
/// in float64. Warns where the machine's own arithmetic does what no model means.
mlir::FailureOr<std::map<std::string, Column>> evaluateOnCore(snn::PopulationOp pop,
                                                              snn::ModelOp model,
                                                              std::optional<double> dt,
                                                              const StepInfo &info);

/// The columns of a compiled step, in the order of its StepInfo.
struct StepColumns {
  std::vector<Column> param, state;
};

/// Parameters and derived terms (with the dt of the network), and the initial states: what the
/// population gives, else what `derive` sets, else the model's value, else 0. `constants` other
/// than Reals concern models whose `derive` is `on_core`.
mlir::FailureOr<StepColumns> columns(snn::PopulationOp pop, snn::ModelOp model,
                                     const StepInfo &info, Constants constants = Constants::Reals);

/// What the population gives for `term`, else the term's own value, else `fallback`; a diagnostic
/// where there is none of them, or a value is not finite.
mlir::FailureOr<Column> termColumn(snn::PopulationOp pop, snn::TermAttr term,
                                   mlir::DictionaryAttr given, std::optional<double> fallback);

/// The raw values of a column, rounded half to even (N2, N3); a value out of range is a diagnostic
/// at `pop`.
mlir::FailureOr<std::vector<int32_t>> toS1615(snn::PopulationOp pop, llvm::StringRef term,
                                              const Column &column);
mlir::FailureOr<std::vector<uint32_t>> toU032(snn::PopulationOp pop, llvm::StringRef term,
                                              const Column &column);

mlir::FailureOr<std::vector<int32_t>> toI32(snn::PopulationOp pop, llvm::StringRef term,
                                            const Column &column);

/// The same for any of the formats, as the machine's 32-bit words.
mlir::FailureOr<std::vector<uint32_t>> toWords(snn::PopulationOp pop, const StepTerm &term,
                                               const Column &column);

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_DERIVE_H
