// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The snn dialect: types, attributes and operations of a spiking network.
#ifndef SPINDLE_DIALECTS_SNN_SNN_H
#define SPINDLE_DIALECTS_SNN_SNN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir {
class PatternRewriter;
class RewritePatternSet;
} // namespace mlir

#include "dialects/snn/SnnDialect.h.inc"
#include "dialects/snn/SnnEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/snn/SnnAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/snn/SnnTypes.h.inc"
#define GET_OP_CLASSES
#include "dialects/snn/SnnOps.h.inc"

namespace spindle::snn {

inline constexpr int64_t kMaxSubsteps = 64; ///< of a population's step
inline constexpr int64_t kMaxGain = 15;     ///< binary places of an input port

/// The name of the node that a population, source or relay value stands for (the user's name).
llvm::StringRef nodeName(mlir::Value pop);

/// Position of a term in a list of terms, or -1.
int termIndex(mlir::ArrayAttr terms, llvm::StringRef name);

/// The operations of a rule's region that compute the traces it writes, in program order: the part
/// that runs once per spike instead of once per synapse.
llvm::SmallVector<mlir::Operation *> traceSlice(mlir::Region &region, mlir::ArrayAttr traces);

/// The kind of what `node` emits: Graded for a relay, the model's kind for a population; a source
/// counts (its events may be graded at run time, where the engine allows it).
EmitKind emitKindOf(mlir::Value pop);

} // namespace spindle::snn

#endif // SPINDLE_DIALECTS_SNN_SNN_H
