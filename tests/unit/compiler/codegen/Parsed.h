// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A network given as text, with what is said about it.
#ifndef SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_PARSED_H
#define SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_PARSED_H

#include "dialects/snn/Snn.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <stdexcept>
#include <string>

namespace spindle::test {

/// Throws if the text is not a valid module. `said` collects all diagnostics.
class Parsed {
public:
  /// The body of one snn.network, `dt` in seconds where the models need it.
  explicit Parsed(const std::string &body, const std::string &attributes = "") {
    context.loadDialect<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::math::MathDialect,
                        snn::SnnDialect>();
    context.getDiagEngine().registerHandler([this](mlir::Diagnostic &diag) {
      said += diag.str() + "\n";
      for (mlir::Diagnostic &note : diag.getNotes())
        said += note.str() + "\n";
      return mlir::success();
    });
    module = mlir::parseSourceString<mlir::ModuleOp>(
        "snn.network @net " + attributes + " {\n" + body + "\n}\n", &context);
    if (!module)
      throw std::runtime_error(said);
    scratch = mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  }

  snn::NetworkOp network() { return *module->getOps<snn::NetworkOp>().begin(); }
  snn::ModelOp model() { return *network().getOps<snn::ModelOp>().begin(); }
  snn::PopulationOp population() { return *network().getOps<snn::PopulationOp>().begin(); }

  mlir::MLIRContext context;
  std::string said;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::OwningOpRef<mlir::ModuleOp> scratch; ///< an empty module to build into
};

} // namespace spindle::test

#endif // SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_PARSED_H
