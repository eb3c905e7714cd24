// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The spinn dialect: operations of a network that is mapped to a many-core machine.
#ifndef SPINDLE_DIALECTS_SPINN_SPINN_H
#define SPINDLE_DIALECTS_SPINN_SPINN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"

namespace spindle::spinn {

inline constexpr int64_t kRingBits = 14;        ///< of a ring buffer's index
inline constexpr int64_t kNeuronsPerCore = 256; ///< what a synaptic row can reach
inline constexpr int64_t kRouterEntries = 1023; ///< of a chip's table, without the system's
inline constexpr int64_t kMostStages = 8;       ///< of a delay extension
inline constexpr int64_t kMaxShift = 15;        ///< of a ring slot's 16 bits into s16.15
inline constexpr uint64_t kMaxPlace = 255;      ///< of a chip's coordinate
inline constexpr int64_t kMaxSize = 256;        ///< chips in a row or column
inline constexpr unsigned kLinks = 6, kCores = 18;

} // namespace spindle::spinn

#include "dialects/spinn/SpinnDialect.h.inc"
#include "dialects/spinn/SpinnEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/spinn/SpinnAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/spinn/SpinnOps.h.inc"

#endif // SPINDLE_DIALECTS_SPINN_SPINN_H
