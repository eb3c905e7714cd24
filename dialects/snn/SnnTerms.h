// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The textual form of term lists, `params(tau = 2.0e-2 : "s", r)`, for the operations that have
// some.
#ifndef SPINDLE_DIALECTS_SNN_SNNTERMS_H
#define SPINDLE_DIALECTS_SNN_SNNTERMS_H

#include "dialects/snn/Snn.h"

namespace spindle::snn {

mlir::ParseResult parseModelTerms(mlir::OpAsmParser &parser, mlir::ArrayAttr &params,
                                  mlir::ArrayAttr &state, mlir::ArrayAttr &inputs,
                                  mlir::ArrayAttr &derived, mlir::ArrayAttr &observe);
void printModelTerms(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::ArrayAttr params,
                     mlir::ArrayAttr state, mlir::ArrayAttr inputs, mlir::ArrayAttr derived,
                     mlir::ArrayAttr observe);

mlir::ParseResult parseRuleTerms(mlir::OpAsmParser &parser, mlir::ArrayAttr &params,
                                 mlir::ArrayAttr &derived, mlir::ArrayAttr &pre,
                                 mlir::ArrayAttr &post, mlir::ArrayAttr &synapse);
void printRuleTerms(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::ArrayAttr params,
                    mlir::ArrayAttr derived, mlir::ArrayAttr pre, mlir::ArrayAttr post,
                    mlir::ArrayAttr synapse);

} // namespace spindle::snn

#endif // SPINDLE_DIALECTS_SNN_SNNTERMS_H
