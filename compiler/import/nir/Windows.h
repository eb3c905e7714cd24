// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What convolutions, pools and flattenings make of a shape. NIR's own reference gets some of these
// wrong (kernels that are not square, groups), so they are computed here.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_WINDOWS_H
#define SPINDLE_COMPILER_IMPORT_NIR_WINDOWS_H

#include "compiler/import/nir/Repair.h"

namespace spindle::nir {

/// The output shape of a Conv1d or Conv2d for an input shape; a text in `why` when they do not fit.
std::optional<Shape> convShape(const Node &node, const Shape &in, std::string &why);

/// The input shape that a convolution states itself, if it does.
std::optional<Shape> convInput(const Node &node);

/// The output shape of a SumPool2d or AvgPool2d.
std::optional<Shape> poolShape(const Node &node, const Shape &in, std::string &why);

/// The axes that a Flatten joins, first and last, for an input of `rank`; `batched`: the file
/// counts a batch axis that the shape does not have.
std::optional<std::pair<size_t, size_t>> flattenAxes(const Node &node, size_t rank, bool batched);
Shape flattenShape(const Shape &in, std::pair<size_t, size_t> axes);

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_WINDOWS_H
