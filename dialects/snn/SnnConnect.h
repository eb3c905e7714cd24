// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parts of populations in the text of a projection, and the checks of what it joins.
#ifndef SPINDLE_DIALECTS_SNN_SNNCONNECT_H
#define SPINDLE_DIALECTS_SNN_SNNCONNECT_H

#include "dialects/snn/Snn.h"

namespace spindle::snn {

/// `[0 to 5]` behind a population, or nothing.
mlir::ParseResult parsePart(mlir::OpAsmParser &parser, PartAttr &part);
void printPart(mlir::OpAsmPrinter &printer, mlir::Operation *op, PartAttr part);

mlir::LogicalResult verifyJoin(ProjectOp op);

} // namespace spindle::snn

#endif // SPINDLE_DIALECTS_SNN_SNNCONNECT_H
