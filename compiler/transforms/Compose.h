// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One projection for two that follow one another: product of the maps, sum of the delays.
#ifndef SPINDLE_COMPILER_TRANSFORMS_COMPOSE_H
#define SPINDLE_COMPILER_TRANSFORMS_COMPOSE_H

#include "compiler/transforms/Connectivity.h"

#include "mlir/IR/Builders.h"

namespace spindle::transforms {

/// Writes projections and drives that skip a relay, and the weights that they need.
class Composer {
public:
  explicit Composer(snn::NetworkOp network);

  /// `first` ends at the relay from which `second` starts; adds what replaces the pair.
  mlir::LogicalResult compose(snn::ProjectOp first, snn::ProjectOp second);
  /// `drive` acts on the relay from which `second` starts.
  mlir::LogicalResult compose(snn::DriveOp drive, snn::ProjectOp second);

  /// True if `second` needs no new weights when it starts at the source of the unit map `first`.
  static bool canRestart(snn::ProjectOp first, snn::ProjectOp second);

private:
  struct Delays {
    int64_t base;
    mlir::DenseI64ArrayAttr perSource;
  };

  Delays sumOfDelays(snn::ProjectOp first, snn::ProjectOp second);
  void place(mlir::Operation *a, mlir::Operation *b);
  void add(snn::ProjectOp like, mlir::Value source, mlir::Value target, mlir::StringAttr port,
           Delays delays, mlir::Location loc);
  void scale(snn::ProjectOp first, snn::ProjectOp second);
  mlir::LogicalResult product(snn::ProjectOp first, snn::ProjectOp second);
  mlir::FlatSymbolRefAttr store(llvm::StringRef name, mlir::ElementsAttr values,
                                mlir::Location loc);
  std::vector<double> perNeuron(snn::ProjectOp oneToOne);

  snn::NetworkOp network;
  mlir::SymbolTable symbols;
  mlir::OpBuilder builder;
};

/// W2 W1 over the relay neurons whose entry in `use` is set (all of them where `use` is empty).
mlir::FailureOr<Connectivity> multiply(const Connectivity &first, const Connectivity &second,
                                       const std::vector<bool> &use, mlir::Operation *where);

/// Weights (targets, sources) as an attribute: sparse where fewer than a quarter is not zero.
mlir::ElementsAttr asWeights(const Connectivity &c, mlir::MLIRContext *context);

} // namespace spindle::transforms

#endif // SPINDLE_COMPILER_TRANSFORMS_COMPOSE_H
