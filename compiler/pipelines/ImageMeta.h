// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of an image that all targets share: models, nodes, outputs, probes, kernels.
#ifndef SPINDLE_COMPILER_PIPELINES_IMAGEMETA_H
#define SPINDLE_COMPILER_PIPELINES_IMAGEMETA_H

#include "compiler/codegen/Derive.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "compiler/transforms/Connectivity.h"
#include "runtime/image/Image.h"

#include <string>

namespace spindle {

class LearningWriter;

class ImageMeta {
public:
  /// Nodes are those of `flow`, in its order; models those of `kernels`.
  ImageMeta(const transforms::Dataflow &flow, const codegen::CpuKernels &kernels,
            codegen::Number number)
      : flow_(flow), kernels_(kernels), number_(number) {}

  /// The node has a kernel of its own.
  void setKernel(mlir::Value pop, std::string symbol) { symbols_[pop] = std::move(symbol); }

  /// Position of a node in the image.
  uint32_t node(mlir::Value pop) const { return flow_.index.lookup(pop); }
  /// Position of a model in the image, and its terms.
  uint32_t model(llvm::StringRef name) const;
  const codegen::StepInfo &info(llvm::StringRef model) const {
    return kernels_.kernels[this->model(model)].info;
  }

  /// Writes everything around `program`. `options` is the JSON of the options in force, `learning`
  /// has been written, if there is any.
  mlir::FailureOr<std::vector<std::byte>> finish(image::Writer &writer, snn::NetworkOp network,
                                                 const std::string &options,
                                                 image::fb::Program type,
                                                 flatbuffers::Offset<void> program,
                                                 const LearningWriter *learning = nullptr) const;

  static flatbuffers::Offset<image::fb::Model>
  writeModel(image::Writer &writer, const codegen::CpuKernel &kernel, codegen::Number number);

private:
  flatbuffers::Offset<image::fb::Node> writeNode(image::Writer &writer, mlir::Value pop) const;

  const transforms::Dataflow &flow_;
  const codegen::CpuKernels &kernels_;
  codegen::Number number_;
  llvm::DenseMap<mlir::Value, std::string> symbols_; ///< kernels of single nodes
};

/// What acts on a network besides its projections and drives: current and Poisson sources.
struct Stimuli {
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<image::fb::CurrentSource>>> currents;
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<image::fb::PoissonSource>>> poisson;
};
mlir::FailureOr<Stimuli> writeStimuli(image::Writer &writer, snn::NetworkOp network,
                                      const transforms::Dataflow &flow);

/// Whether something comes in by each input port of a population: a projection, a drive, a current.
std::vector<bool> fedPorts(const transforms::Dataflow &flow, snn::PopulationOp population);

/// The kernel that a population of these values needs.
codegen::Specialisation specialisationOf(snn::PopulationOp population,
                                         const codegen::StepColumns &values,
                                         const std::vector<bool> &fed);

} // namespace spindle

#endif // SPINDLE_COMPILER_PIPELINES_IMAGEMETA_H
