// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop has one level and no inner control flow, and the column pointers are loaded before it:
// that is the shape that the vectoriser of the loading machine understands.
#include "compiler/codegen/cpu/LoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace spindle::codegen {

namespace {

class LoopBuilder {
public:
  LoopBuilder(func::FuncOp step, const StepInfo &info)
      : step(step), info(info), loc(step.getLoc()), b(step), pointer(getPointer(b)),
        element(step.getFunctionType().getResults().back()) {}

  void build(StringRef symbol);

private:
  static Type getPointer(OpBuilder &b) { return LLVM::LLVMPointerType::get(b.getContext()); }

  Value address(Type type, Value base, LLVM::GEPArg index) {
    return b.create<LLVM::GEPOp>(loc, pointer, type, base, index, /*inbounds=*/true);
  }
  unsigned alignment() const { return element.isF64() ? 8 : 4; }
  /// The columns of one pointer table.
  void loadTable(Value table, size_t size, SmallVectorImpl<Value> &columns) {
    for (size_t k = 0; k < size; ++k) {
      Value entry = address(pointer, table, static_cast<int32_t>(k));
      columns.push_back(b.create<LLVM::LoadOp>(loc, pointer, entry, /*alignment=*/8));
    }
  }
  void buildBody(Value neuron, ArrayRef<Value> columns, Value emit);
  void store(Value value, Value column, Value neuron) {
    b.create<LLVM::StoreOp>(loc, value, address(element, column, neuron), alignment());
  }

  func::FuncOp step;
  const StepInfo &info;
  Location loc;
  OpBuilder b;
  Type pointer, element;
};

void LoopBuilder::buildBody(Value neuron, ArrayRef<Value> columns, Value emit) {
  IRMapping mapping;
  for (auto [argument, column] : llvm::zip_equal(step.getArguments(), columns))
    mapping.map(argument,
                b.create<LLVM::LoadOp>(loc, element, address(element, column, neuron), alignment())
                    .getResult());
  Block &block = step.getBody().front();
  for (Operation &op : block.without_terminator())
    b.clone(op, mapping);
  OperandRange results = block.getTerminator()->getOperands();
  for (size_t k = 0; k < info.state.size(); ++k)
    if (results[k] != step.getArgument(k)) // a state that the step leaves alone is not written
      store(mapping.lookupOrDefault(results[k]), columns[k], neuron);
  store(mapping.lookupOrDefault(results.back()), emit, neuron);
}

void LoopBuilder::build(StringRef symbol) {
  Type i64 = b.getI64Type();
  auto kernel = b.create<func::FuncOp>(
      loc, symbol, b.getFunctionType({i64, i64, pointer, pointer, pointer, pointer}, {}));
  Block *entry = kernel.addEntryBlock();
  b.setInsertionPointToStart(entry);
  SmallVector<Value> columns;
  loadTable(entry->getArgument(2), info.state.size(), columns);
  loadTable(entry->getArgument(3), info.param.size(), columns);
  loadTable(entry->getArgument(4), info.input.size(), columns);
  Value one = b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(1));
  auto loop = b.create<scf::ForOp>(loc, entry->getArgument(0), entry->getArgument(1), one);
  b.create<func::ReturnOp>(loc);
  b.setInsertionPointToStart(loop.getBody());
  buildBody(loop.getInductionVar(), columns, entry->getArgument(5));
}

} // namespace

void buildNeuronLoop(func::FuncOp step, const StepInfo &info, StringRef symbol) {
  LoopBuilder(step, info).build(symbol);
  step.erase();
}

} // namespace spindle::codegen
