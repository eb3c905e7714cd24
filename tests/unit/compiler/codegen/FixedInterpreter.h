// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model's step in saturating s16.15, interpreted straight from its regions by the rules N1 to N9
// of docs/semantics.md: no lowering in common with the code generators that it checks.
#ifndef SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_FIXEDINTERPRETER_H
#define SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_FIXEDINTERPRETER_H

#include "dialects/snn/Snn.h"

#include <cstdint>
#include <map>
#include <string>

namespace spindle::test {

using Terms = std::map<std::string, uint32_t>; ///< raw words by name

/// One step: `terms` holds states, parameters, derived values and inputs, and gets the new states.
/// Returns the raw word that was emitted. Throws std::runtime_error on an operation that it does
/// not know.
uint32_t interpretStep(snn::ModelOp model, Terms &terms);

} // namespace spindle::test

#endif // SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_FIXEDINTERPRETER_H
