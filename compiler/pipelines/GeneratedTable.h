// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Generated projections as tables of an image.
#ifndef SPINDLE_COMPILER_PIPELINES_GENERATEDTABLE_H
#define SPINDLE_COMPILER_PIPELINES_GENERATEDTABLE_H

#include "compiler/transforms/Connectivity.h"
#include "runtime/image/Image.h"

namespace spindle {

/// The table of a projection with a generated map, whose connections are resolved.
mlir::FailureOr<flatbuffers::Offset<image::fb::Generated>>
writeGenerated(image::Writer &writer, snn::ProjectOp project, const transforms::Dataflow &flow,
               uint32_t port);

} // namespace spindle

#endif // SPINDLE_COMPILER_PIPELINES_GENERATEDTABLE_H
