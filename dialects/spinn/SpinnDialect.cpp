// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration of the dialect, and the checks of its attributes.
#include "dialects/spinn/Spinn.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace spindle::spinn;

#include "dialects/spinn/SpinnDialect.cpp.inc"
#include "dialects/spinn/SpinnEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/spinn/SpinnAttrs.cpp.inc"

void SpinnDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/spinn/SpinnAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/spinn/SpinnOps.cpp.inc"
      >();
}

LogicalResult DeadAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<int64_t> chips, ArrayRef<int64_t> cores,
                               ArrayRef<int64_t> links) {
  if (chips.size() % 2 != 0 || cores.size() % 3 != 0 || links.size() % 3 != 0)
    return emitError() << "dead chips are pairs of numbers, cores and links are triples";
  for (size_t i = 2; i < links.size(); i += 3)
    if (links[i] < 0 || links[i] >= int64_t(kLinks))
      return emitError() << "link direction " << links[i] << " is not in 0 to 5";
  return success();
}

LogicalResult RingAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t delay,
                               int64_t type, int64_t index) {
  if (delay < 0 || type < 0 || index < 0)
    return emitError() << "a number of bits is negative";
  if (delay + type + index > kRingBits)
    return emitError() << "a ring index of " << delay + type + index
                       << " bits: a core has room for " << kRingBits;
  return success();
}
