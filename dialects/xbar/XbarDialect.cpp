// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registration of the dialect, and the checks of its attributes.
#include "dialects/xbar/Xbar.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace spindle::xbar;

#include "dialects/xbar/XbarDialect.cpp.inc"
#include "dialects/xbar/XbarEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/xbar/XbarAttrs.cpp.inc"

void XbarDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/xbar/XbarAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/xbar/XbarOps.cpp.inc"
      >();
}

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult inRange(EmitError emitError, StringRef what, int64_t value, int64_t low,
                             int64_t high) {
  if (value >= low && value <= high)
    return success();
  return emitError() << what << " is " << value << ", not in " << low << " to " << high;
}

LogicalResult MeshAttr::verify(EmitError emitError, int64_t width, int64_t height) {
  return success(succeeded(inRange(emitError, "mesh width", width, 1, kMaxMesh)) &&
                 succeeded(inRange(emitError, "mesh height", height, 1, kMaxMesh)));
}

LogicalResult GeometryAttr::verify(EmitError emitError, int64_t rows, int64_t cols, int64_t banks) {
  if (failed(inRange(emitError, "number of rows", rows, 2, kMaxInputs)) ||
      failed(inRange(emitError, "number of columns", cols, 2, kMaxInputs)) ||
      failed(inRange(emitError, "number of banks", banks, 1, kMaxBanks)))
    return failure();
  if ((rows & (rows - 1)) != 0)
    return emitError() << "number of rows is " << rows << ": it must be a power of two";
  if (cols % 2 != 0)
    return emitError() << "number of columns is " << cols << ": a weight takes a pair of them";
  if (rows * banks > kMaxInputs)
    return emitError() << rows << " rows in " << banks << " banks are " << rows * banks
                       << " inputs: an event names at most " << kMaxInputs
                       << " (choose fewer banks)";
  return success();
}

LogicalResult PeripheryAttr::verify(EmitError emitError, int64_t adcBits, int64_t adcShare,
                                    int64_t setup, int64_t integrate, int64_t mux, int64_t sample) {
  return success(succeeded(inRange(emitError, "adc_bits", adcBits, 1, 16)) &&
                 succeeded(inRange(emitError, "adc_share", adcShare, 1, kMaxInputs)) &&
                 succeeded(inRange(emitError, "setup", setup, 0, 255)) &&
                 succeeded(inRange(emitError, "integrate", integrate, 1, 255)) &&
                 succeeded(inRange(emitError, "mux", mux, 0, 255)) &&
                 succeeded(inRange(emitError, "sample", sample, 1, 255)));
}

LogicalResult DeviceAttr::verify(EmitError emitError, Family, int64_t levels, FloatAttr gMin,
                                 FloatAttr gMax) {
  if (failed(inRange(emitError, "number of levels", levels, 2, 32768)))
    return failure();
  if (!(gMin.getValueAsDouble() >= 0.0 && gMax.getValueAsDouble() > gMin.getValueAsDouble()))
    return emitError() << "conductances run from g_min >= 0 to g_max > g_min";
  return success();
}
