// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The xbar dialect: attributes and operations of a mapped network, and the event word.
#ifndef SPINDLE_DIALECTS_XBAR_XBAR_H
#define SPINDLE_DIALECTS_XBAR_XBAR_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"

namespace spindle::xbar {

inline constexpr int64_t kMaxInputs = 1024; ///< rows of a tile that an event can name
inline constexpr int64_t kMaxBanks = 128;   ///< of a tile, whatever their rows
inline constexpr int64_t kMaxMesh = 16;     ///< tiles each way that an event can name
inline constexpr int64_t kMaxDelay = 63;    ///< steps; a tile keeps 64 slots of events
inline constexpr int64_t kMaxCount = 63;    ///< spikes of one event

/// An event without its count, as it travels: {y:4, x:4, row:10, delay:6, spare:2, count:6}.
struct Flit {
  unsigned x = 0, y = 0, row = 0, delay = 0;

  uint32_t word() const { return y << 28 | x << 24 | row << 14 | delay << 8; }
  static Flit of(uint32_t word) {
    return {word >> 24 & 15, word >> 28 & 15, word >> 14 & 1023, word >> 8 & 63};
  }
};

} // namespace spindle::xbar

#include "dialects/xbar/XbarDialect.h.inc"
#include "dialects/xbar/XbarEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/xbar/XbarAttrs.h.inc"
#define GET_OP_CLASSES
#include "dialects/xbar/XbarOps.h.inc"

#endif // SPINDLE_DIALECTS_XBAR_XBAR_H
