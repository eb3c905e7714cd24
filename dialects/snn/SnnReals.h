// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reals in attributes: read with or without a point, written in decimal so that they read back as
// what they were.
#ifndef SPINDLE_DIALECTS_SNN_SNNREALS_H
#define SPINDLE_DIALECTS_SNN_SNNREALS_H

#include "dialects/snn/Snn.h"

#include <optional>

namespace spindle::snn {

mlir::FloatAttr real(mlir::MLIRContext *context, double value);
mlir::ParseResult parseReal(mlir::AsmParser &parser, double &value);
/// `[1.0, 2.0]`.
mlir::DenseF64ArrayAttr parseReals(mlir::AsmParser &parser);
/// The shortest decimal that reads back the same, always with a point.
void printReal(mlir::AsmPrinter &printer, double value);
void printReals(mlir::AsmPrinter &printer, llvm::ArrayRef<double> values);
mlir::ParseResult parseIntegers(mlir::AsmParser &parser, llvm::SmallVectorImpl<int64_t> &values);

} // namespace spindle::snn

#endif // SPINDLE_DIALECTS_SNN_SNNREALS_H
