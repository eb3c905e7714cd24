// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Printing and checking of the dialect's types and attributes.
#include "dialects/snn/Snn.h"

#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace spindle::snn;

namespace {
// More neurons than any engine holds; a bound that keeps products of dimensions in range.
constexpr int64_t kMaxNeurons = int64_t{1} << 31;
} // namespace

int64_t PopType::size() const {
  int64_t n = 1;
  for (int64_t d : getShape())
    n *= d;
  return n;
}

Type PopType::parse(AsmParser &parser) {
  SmallVector<int64_t> shape;
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false,
                                /*withTrailingX=*/false) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<PopType>(parser.getContext(), ArrayRef<int64_t>(shape));
}

void PopType::print(AsmPrinter &printer) const {
  printer << "<";
  llvm::interleave(getShape(), printer, "x");
  printer << ">";
}

LogicalResult PopType::verify(function_ref<InFlightDiagnostic()> emitError,
                              ArrayRef<int64_t> shape) {
  if (shape.empty() || shape.size() > 8)
    return emitError() << "a population has 1 to 8 dimensions, not " << shape.size();
  int64_t n = 1;
  for (int64_t d : shape) {
    if (d <= 0)
      return emitError() << "dimension " << d << " of a population is not positive";
    if (d > kMaxNeurons / n)
      return emitError() << "a population of more than 2^31 neurons";
    n *= d;
  }
  return success();
}

static LogicalResult allPositive(function_ref<InFlightDiagnostic()> emitError, StringRef what,
                                 ArrayRef<int64_t> values) {
  for (int64_t v : values)
    if (v <= 0)
      return emitError() << what << " " << v << " is not positive";
  return success();
}

LogicalResult ConvAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<int64_t> stride, ArrayRef<int64_t> padding,
                               ArrayRef<int64_t> dilation, int64_t groups) {
  if (stride.empty() || stride.size() > 2 || dilation.size() != stride.size() ||
      padding.size() != 2 * stride.size())
    return emitError() << "a convolution has one or two spatial axes, with one stride, one "
                          "dilation and two paddings each";
  if (failed(allPositive(emitError, "stride", stride)) ||
      failed(allPositive(emitError, "dilation", dilation)) ||
      failed(allPositive(emitError, "groups", groups)))
    return failure();
  for (int64_t p : padding)
    if (p < 0)
      return emitError() << "padding " << p << " is negative";
  return success();
}

LogicalResult PoolAttr::verify(function_ref<InFlightDiagnostic()> emitError, PoolKind,
                               ArrayRef<int64_t> kernel, ArrayRef<int64_t> stride,
                               ArrayRef<int64_t> padding) {
  if (kernel.size() != 2 || stride.size() != 2 || padding.size() != 2)
    return emitError() << "a pool has two spatial axes: kernel, stride and padding of two entries";
  if (failed(allPositive(emitError, "kernel", kernel)) ||
      failed(allPositive(emitError, "stride", stride)))
    return failure();
  for (int64_t p : padding)
    if (p < 0)
      return emitError() << "padding " << p << " is negative";
  return success();
}
