// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration of the dialect, and what several operations share.
#include "dialects/snn/Snn.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace spindle::snn;

#include "dialects/snn/SnnDialect.cpp.inc"
#include "dialects/snn/SnnEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/snn/SnnAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/snn/SnnTypes.cpp.inc"

void SnnDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/snn/SnnTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/snn/SnnAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/snn/SnnOps.cpp.inc"
      >();
}

StringRef spindle::snn::nodeName(Value pop) {
  return llvm::TypeSwitch<Operation *, StringRef>(pop.getDefiningOp())
      .Case<SourceOp, RelayOp, PopulationOp, AssemblyOp>([](auto op) { return op.getName(); })
      .Default([](Operation *) { return StringRef("?"); });
}

int spindle::snn::termIndex(ArrayAttr terms, StringRef name) {
  for (auto [i, t] : llvm::enumerate(terms))
    if (cast<TermAttr>(t).getName() == name)
      return static_cast<int>(i);
  return -1;
}

EmitKind spindle::snn::emitKindOf(Value pop) {
  if (auto population = pop.getDefiningOp<PopulationOp>()) {
    auto model =
        SymbolTable::lookupNearestSymbolFrom<ModelOp>(population, population.getModelAttr());
    return model ? model.emitKind() : EmitKind::Spike;
  }
  return pop.getDefiningOp<RelayOp>() ? EmitKind::Graded : EmitKind::Count;
}
