// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The textual form of term lists, `params(tau = 2.0e-2 : "s", r)`, for the operations that have some.
#ifndef SPINDLE_DIALECTS_SNN_SNNTERMS_H
#define SPINDLE_DIALECTS_SNN_SNNTERMS_H

#include "dialects/snn/Snn.h"

namespace spindle::snn {

mlir::ParseResult parseTerms(mlir::OpAsmParser &parser, llvm::StringRef keyword,
                             mlir::ArrayAttr &terms);
void printTerms(mlir::OpAsmPrinter &printer, mlir::Operation *op, llvm::StringRef keyword,
                mlir::ArrayAttr terms);

} // namespace spindle::snn

#endif // SPINDLE_DIALECTS_SNN_SNNTERMS_H
