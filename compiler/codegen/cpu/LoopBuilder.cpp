// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops have one level and no inner control flow, and the column pointers are loaded before them:
// that is the shape that the vectoriser of the loading machine understands. Fixed point comes in
// vectors already: a loop over whole vectors, then one over what is left.
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
  LoopBuilder(LoopSteps steps, const StepInfo &info, const std::vector<bool> &uniform,
              const std::vector<bool> &silent)
      : steps(steps), info(info), uniform(uniform), silent(silent), loc(steps.one.getLoc()),
        b(steps.one), pointer(LLVM::LLVMPointerType::get(b.getContext())),
        element(steps.one.getFunctionType().getResults().back()) {}

  void build(StringRef symbol);

private:
  Value address(Type type, Value base, LLVM::GEPArg index) {
    return b.create<LLVM::GEPOp>(loc, pointer, type, base, index, /*inbounds=*/true);
  }
  unsigned alignment() const { return element.isF64() ? 8 : 4; }
  Value load(Type type, Value at) {
    return b.create<LLVM::LoadOp>(loc, type, at, alignment()).getResult();
  }
  Value integer(int64_t value) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(value));
  }
  bool isUniform(size_t param) const { return param < uniform.size() && uniform[param]; }
  bool isSilent(size_t input) const { return input < silent.size() && silent[input]; }
  size_t firstParam() const { return info.state.size(); }
  size_t firstInput() const { return firstParam() + info.param.size(); }

  void loadTable(Value table, size_t first, size_t size);
  Value splat(Value scalar, unsigned lanes);
  void buildLoops(bool observes);
  void buildLoop(func::FuncOp step, unsigned lanes, Value from, Value to, bool observes);
  void buildBody(func::FuncOp step, unsigned lanes, Value neuron, ValueRange uniforms,
                 bool observes);

  LoopSteps steps;
  const StepInfo &info;
  const std::vector<bool> &uniform, &silent;
  Location loc;
  OpBuilder b;
  Type pointer, element;
  SmallVector<Value> columns; ///< as the arguments of a step; none for what is not read by neuron
  SmallVector<Value> scalars; ///< values of uniform parameters, by the same index
  Value begin, end, emit;
};

void LoopBuilder::loadTable(Value table, size_t first, size_t size) {
  for (size_t k = 0; k < size; ++k) {
    Value entry = address(pointer, table, static_cast<int32_t>(k));
    columns[first + k] = b.create<LLVM::LoadOp>(loc, pointer, entry, /*alignment=*/8);
  }
}

Value LoopBuilder::splat(Value scalar, unsigned lanes) {
  auto type = VectorType::get({int64_t(lanes)}, element);
  Value zero = b.create<arith::ConstantOp>(loc, b.getI32IntegerAttr(0));
  Value vector = b.create<LLVM::UndefOp>(loc, type);
  vector = b.create<LLVM::InsertElementOp>(loc, vector, scalar, zero);
  return b.create<LLVM::ShuffleVectorOp>(loc, vector, vector, SmallVector<int32_t>(lanes, 0));
}

void LoopBuilder::buildBody(func::FuncOp step, unsigned lanes, Value neuron, ValueRange uniforms,
                            bool observes) {
  Type type = step.getFunctionType().getResults().back();
  IRMapping mapping;
  for (auto [k, argument] : llvm::enumerate(step.getArguments())) {
    if (scalars[k])
      mapping.map(argument, uniforms[k]);
    else if (columns[k] && !argument.use_empty())
      mapping.map(argument, load(type, address(element, columns[k], neuron)));
  }
  Block &block = step.getBody().front();
  for (Operation &op : block.without_terminator())
    b.clone(op, mapping);
  OperandRange results = block.getTerminator()->getOperands();
  auto store = [&](Value value, Value column) {
    b.create<LLVM::StoreOp>(loc, mapping.lookupOrDefault(value), address(element, column, neuron),
                            alignment());
  };
  size_t states = info.state.size() - (observes ? 0 : info.observed);
  for (size_t k = 0; k < states; ++k)
    if (results[k] != step.getArgument(k)) // a state that the step leaves alone is not written
      store(results[k], columns[k]);
  store(results.back(), emit);
}

void LoopBuilder::buildLoop(func::FuncOp step, unsigned lanes, Value from, Value to,
                            bool observes) {
  SmallVector<Value> uniforms(columns.size());
  for (auto [k, scalar] : llvm::enumerate(scalars))
    if (scalar)
      uniforms[k] = lanes == 1 ? scalar : splat(scalar, lanes);
  auto loop = b.create<scf::ForOp>(loc, from, to, integer(lanes));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  buildBody(step, lanes, loop.getInductionVar(), uniforms, observes);
}

void LoopBuilder::buildLoops(bool observes) {
  Value middle = begin;
  if (steps.several) {
    Value count = b.create<arith::SubIOp>(loc, end, begin);
    Value whole = b.create<arith::AndIOp>(loc, count, integer(-int64_t(steps.lanes)));
    middle = b.create<arith::AddIOp>(loc, begin, whole);
    buildLoop(steps.several, steps.lanes, begin, middle, observes);
  }
  buildLoop(steps.one, 1, middle, end, observes);
}

void LoopBuilder::build(StringRef symbol) {
  Type i64 = b.getI64Type();
  auto kernel = b.create<func::FuncOp>(
      loc, symbol, b.getFunctionType({i64, i64, pointer, pointer, pointer, pointer}, {}));
  Block *entry = kernel.addEntryBlock();
  b.setInsertionPointToStart(entry);
  begin = entry->getArgument(0), end = entry->getArgument(1), emit = entry->getArgument(5);
  columns.resize(firstInput() + info.input.size());
  scalars.resize(columns.size());
  loadTable(entry->getArgument(2), 0, info.state.size());
  loadTable(entry->getArgument(3), firstParam(), info.param.size());
  loadTable(entry->getArgument(4), firstInput(), info.input.size());
  for (size_t k = 0; k < info.param.size(); ++k)
    if (isUniform(k))
      scalars[firstParam() + k] = load(element, columns[firstParam() + k]);
  for (size_t k = 0; k < info.input.size(); ++k)
    if (isSilent(k))
      columns[firstInput() + k] = {};
  if (info.observed == 0) {
    buildLoops(true);
  } else {
    // Without a column for the first observed value, none is recorded.
    Value first = columns[info.state.size() - info.observed];
    Value null = b.create<LLVM::ZeroOp>(loc, pointer);
    Value observes = b.create<LLVM::ICmpOp>(loc, LLVM::ICmpPredicate::ne, first, null);
    auto either = b.create<scf::IfOp>(loc, observes, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(either.thenBlock());
    buildLoops(true);
    b.setInsertionPointToStart(either.elseBlock());
    buildLoops(false);
  }
  b.setInsertionPointToEnd(entry);
  b.create<func::ReturnOp>(loc);
}

} // namespace

void buildNeuronLoop(LoopSteps steps, const StepInfo &info, const std::vector<bool> &uniform,
                     const std::vector<bool> &silent, StringRef symbol) {
  LoopBuilder(steps, info, uniform, silent).build(symbol);
  steps.one.erase();
  if (steps.several)
    steps.several.erase();
}

} // namespace spindle::codegen
