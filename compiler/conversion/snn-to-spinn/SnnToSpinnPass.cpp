// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The conversion as a pass.
#include "compiler/conversion/snn-to-spinn/SnnToSpinn.h"

#include "dialects/spinn/Spinn.h"

#include "mlir/Pass/Pass.h"

using namespace mlir;

namespace spindle {
namespace {

struct SnnToSpinnPass : PassWrapper<SnnToSpinnPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SnnToSpinnPass)

  SnnToSpinnPass() = default;
  SnnToSpinnPass(const SnnToSpinnPass &other) : PassWrapper(other) { copyOptionValuesFrom(&other); }

  StringRef getArgument() const override { return "snn-to-spinn"; }
  StringRef getDescription() const override {
    return "map a retimed network to the cores of a many-core machine";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<spinn::SpinnDialect>();
  }
  void runOnOperation() override {
    ManyCoreOptions options{boardName, boards,  deadChips, deadCores,      deadLinks,
                            placement, routing, minimise,  neuronsPerCore, weightShift};
    if (failed(convertSnnToSpinn(getOperation(), options)))
      signalPassFailure();
  }

  Option<std::string> boardName{
      *this, "board", llvm::cl::init("spinn5"),
      llvm::cl::desc("spinn3, spinn5, or the size of a machine, as 12x12")};
  Option<unsigned> boards{*this, "boards", llvm::cl::init(0),
                          llvm::cl::desc("boards; 0: as many as are needed")};
  Option<std::string> deadChips{*this, "dead-chips", llvm::cl::desc("x,y:…")};
  Option<std::string> deadCores{*this, "dead-cores", llvm::cl::desc("x,y,p:…")};
  Option<std::string> deadLinks{*this, "dead-links", llvm::cl::desc("x,y,link:…")};
  Option<std::string> placement{*this, "placement", llvm::cl::init("optimised"),
                                llvm::cl::desc("radial or optimised")};
  Option<std::string> routing{*this, "routing", llvm::cl::init("congestion"),
                              llvm::cl::desc("dimension or congestion")};
  Option<std::string> minimise{
      *this, "minimise", llvm::cl::init("auto"),
      llvm::cl::desc(
          "none, range, pair, ordered-covering or best; auto: tables that are too large")};
  Option<unsigned> neuronsPerCore{*this, "neurons-per-core", llvm::cl::init(256),
                                  llvm::cl::desc("largest slice of a population")};
  Option<int> weightShift{*this, "weight-shift", llvm::cl::init(-1),
                          llvm::cl::desc("of all synapse types; -1 chooses")};
};

} // namespace

void registerSnnToSpinn() { PassRegistration<SnnToSpinnPass>(); }

} // namespace spindle
