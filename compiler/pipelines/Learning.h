// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rules, their numbers and phases: the part of an image that says how a network learns.
#ifndef SPINDLE_COMPILER_PIPELINES_LEARNING_H
#define SPINDLE_COMPILER_PIPELINES_LEARNING_H

#include "compiler/codegen/Rules.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "compiler/transforms/Connectivity.h"
#include "runtime/image/Image.h"

#include <vector>

namespace spindle {

class LearningWriter {
public:
  /// `flow` is that of `network`; it and `kernels` outlive this. `number`: F64, or S1615 for a
  /// target that computes and stores as the many-core machine does.
  LearningWriter(snn::NetworkOp network, const transforms::Dataflow &flow,
                 codegen::KernelCollection &kernels, codegen::Number number);

  /// The rule use of a projection: -1 where it does not learn.
  int use(snn::ProjectOp project) const;

  /// Compiles the parts of rules and fills the lists below; `firstModel` is the number of models of
  /// neurons in the image, which stand before them.
  mlir::LogicalResult write(image::Writer &out, size_t firstModel);

  std::vector<flatbuffers::Offset<image::fb::Model>> models;
  std::vector<flatbuffers::Offset<image::fb::Rule>> rules;
  std::vector<flatbuffers::Offset<image::fb::RuleUse>> uses;
  std::vector<flatbuffers::Offset<image::fb::Phase>> phases;

private:
  bool fixed() const { return format_.number != codegen::Number::F64; }
  int modelOf(snn::RuleOp rule, codegen::RulePart part) const;
  mlir::LogicalResult writeModels(image::Writer &out);
  flatbuffers::Offset<image::fb::Rule> writeRule(image::Writer &out, snn::RuleOp rule) const;
  mlir::FailureOr<flatbuffers::Offset<image::fb::RuleUse>> writeUse(image::Writer &out,
                                                                    snn::ProjectOp project);
  mlir::FailureOr<std::vector<flatbuffers::Offset<image::fb::RuleTrace>>>
  writeTraces(image::Writer &out, snn::ProjectOp project, bool pre);
  mlir::FailureOr<image::fb::Blob> writeNumbers(image::Writer &out, snn::ProjectOp project);

  snn::NetworkOp network_;
  const transforms::Dataflow &flow_;
  codegen::KernelCollection &kernels_;
  codegen::Format format_;
  codegen::RuleModels parts_;
  std::vector<codegen::StepInfo> infos_; ///< of the parts
  std::vector<snn::ProjectOp> learning_; ///< by rule use
  size_t firstModel_ = 0;
};

} // namespace spindle

#endif // SPINDLE_COMPILER_PIPELINES_LEARNING_H
