// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops have one level and no inner control flow, and the column pointers are loaded before them:
// that is the shape that the vectoriser of the loading machine understands. Fixed point comes in
// vectors already: a loop over whole vectors, then one over what is left. A ring kernel has a loop
// for every set of synapse types that may have something in a tick.
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
  LoopBuilder(LoopSteps steps, const StepInfo &info, const Specialisation &how)
      : steps(steps), info(info), how(how), loc(steps.one.getLoc()), b(steps.one),
        pointer(LLVM::LLVMPointerType::get(b.getContext())),
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
  bool isUniform(size_t param) const { return param < how.uniform.size() && how.uniform[param]; }
  bool isSilent(size_t input) const { return input < how.silent.size() && how.silent[input]; }
  bool isRing() const { return !how.shifts.empty(); }
  size_t firstParam() const { return info.state.size(); }
  size_t firstInput() const { return firstParam() + info.param.size(); }

  void loadTable(Value table, size_t first, size_t size);
  void loadSums(Value table);
  Value splat(Value scalar, unsigned lanes);
  void buildEither(Value pointer, llvm::function_ref<void(bool)> build);
  void buildLoops(bool observes);
  void buildPresent(size_t plane, bool observes);
  void buildLoop(func::FuncOp step, unsigned lanes, Value from, Value to, bool observes);
  void buildRingLoop(bool observes);
  void buildBody(func::FuncOp step, Value neuron, IRMapping &mapping, bool observes);
  Value vectorOf(int32_t raw);
  Value takeSum(size_t plane, Value neuron, Value &over);
  void takeSums(Value neuron, Value &over, IRMapping &mapping);
  void storeBits(Value emitted, Value neuron);

  LoopSteps steps;
  const StepInfo &info;
  const Specialisation &how;
  Location loc;
  OpBuilder b;
  Type pointer, element;
  SmallVector<Value> columns; ///< as the arguments of a step; none for what is not read by neuron
  SmallVector<Value> scalars; ///< values of uniform parameters, by the same index
  Value begin, end, emit;
  SmallVector<Value> sums;   ///< of a ring kernel, per plane
  SmallVector<bool> present; ///< per plane, in the loop that is being built
  Value over;
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

/// `mapping` has the arguments that are not read by neuron.
void LoopBuilder::buildBody(func::FuncOp step, Value neuron, IRMapping &mapping, bool observes) {
  Type type = step.getFunctionType().getResults().back();
  for (auto [k, argument] : llvm::enumerate(step.getArguments()))
    if (!mapping.contains(argument) && columns[k] && !argument.use_empty())
      mapping.map(argument, load(type, address(element, columns[k], neuron)));
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
  if (isRing())
    storeBits(mapping.lookupOrDefault(results.back()), neuron);
  else
    store(results.back(), emit);
}

//===- Ring kernels ---------------------------------------------------------------------------===//

Value LoopBuilder::vectorOf(int32_t raw) {
  auto type = VectorType::get({int64_t(steps.lanes)}, element);
  return b.create<arith::ConstantOp>(loc, DenseElementsAttr::get(type, b.getI32IntegerAttr(raw)));
}

/// S2 and S3: what a plane of sums adds to an input. The sum is left at what was too much.
Value LoopBuilder::takeSum(size_t plane, Value neuron, Value &over) {
  if (!present[plane])
    return vectorOf(0);
  Value at = address(element, sums[plane], neuron);
  Value sum = load(vectorOf(0).getType(), at);
  Value taken = b.create<arith::MinUIOp>(loc, sum, vectorOf(0xffff));
  Value left = b.create<arith::SubIOp>(loc, sum, taken);
  b.create<LLVM::StoreOp>(loc, left, at, alignment());
  over = b.create<arith::OrIOp>(loc, over, left);
  return taken;
}

void LoopBuilder::takeSums(Value neuron, Value &over, IRMapping &mapping) {
  size_t plane = 0;
  for (auto [k, port] : llvm::enumerate(info.input)) {
    if (port.types == 0 || isSilent(k)) {
      plane += port.types;
      continue;
    }
    Value sum = takeSum(plane++, neuron, over); // the step raises it (StepVariant)
    if (port.types == 2) {
      auto raised = [&](Value value, size_t of) {
        return b.create<arith::ShLIOp>(loc, value, vectorOf(how.shifts[of]));
      };
      Value plus = raised(sum, plane - 1), minus = raised(takeSum(plane, neuron, over), plane);
      sum = b.create<arith::SubIOp>(loc, plus, minus);
      ++plane;
    }
    mapping.map(steps.several.getArgument(static_cast<unsigned>(firstInput() + k)), sum);
  }
}

void LoopBuilder::storeBits(Value emitted, Value neuron) {
  Value fired = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, emitted, vectorOf(0));
  Type word = b.getIntegerType(steps.lanes);
  Value bits = b.create<LLVM::BitcastOp>(loc, word, fired);
  Value number = b.create<arith::DivUIOp>(loc, neuron, integer(steps.lanes));
  b.create<LLVM::StoreOp>(loc, bits, address(word, emit, number), steps.lanes / 8);
}

void LoopBuilder::buildRingLoop(bool observes) {
  SmallVector<Value> uniforms(columns.size());
  for (auto [k, scalar] : llvm::enumerate(scalars))
    if (scalar)
      uniforms[k] = splat(scalar, steps.lanes);
  auto loop = b.create<scf::ForOp>(loc, begin, end, integer(steps.lanes), ValueRange{vectorOf(0)});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    IRMapping mapping;
    for (auto [k, argument] : llvm::enumerate(steps.several.getArguments()))
      if (scalars[k])
        mapping.map(argument, uniforms[k]);
    Value all = loop.getRegionIterArg(0);
    takeSums(loop.getInductionVar(), all, mapping);
    buildBody(steps.several, loop.getInductionVar(), mapping, observes);
    b.create<scf::YieldOp>(loc, all);
  }
  b.create<LLVM::StoreOp>(loc, loop.getResult(0), over, alignment());
}

/// Loops for what may be absent of the planes from `plane` on.
void LoopBuilder::buildPresent(size_t plane, bool observes) {
  if (plane == sums.size() || sums.size() > kMostAbsentTypes)
    return buildRingLoop(observes);
  buildEither(sums[plane], [&](bool there) {
    present[plane] = there;
    buildPresent(plane + 1, observes);
  });
}

/// One pointer per plane, then that of what was too much.
void LoopBuilder::loadSums(Value table) {
  auto entry = [&](size_t k) -> Value {
    return b.create<LLVM::LoadOp>(loc, pointer, address(pointer, table, static_cast<int32_t>(k)),
                                  /*alignment=*/8);
  };
  for (size_t k = 0; k < how.shifts.size(); ++k)
    sums.push_back(entry(k));
  present.assign(sums.size(), true);
  over = entry(sums.size());
}

//===- Loops ----------------------------------------------------------------------------------===//

void LoopBuilder::buildLoop(func::FuncOp step, unsigned lanes, Value from, Value to,
                            bool observes) {
  SmallVector<Value> uniforms(columns.size());
  for (auto [k, scalar] : llvm::enumerate(scalars))
    if (scalar)
      uniforms[k] = lanes == 1 ? scalar : splat(scalar, lanes);
  auto loop = b.create<scf::ForOp>(loc, from, to, integer(lanes));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  IRMapping mapping;
  for (auto [k, argument] : llvm::enumerate(step.getArguments()))
    if (scalars[k])
      mapping.map(argument, uniforms[k]);
  buildBody(step, loop.getInductionVar(), mapping, observes);
}

/// Builds both branches: with the pointer, and where it is null.
void LoopBuilder::buildEither(Value tested, llvm::function_ref<void(bool)> build) {
  Value null = b.create<LLVM::ZeroOp>(loc, pointer);
  Value there = b.create<LLVM::ICmpOp>(loc, LLVM::ICmpPredicate::ne, tested, null);
  auto either = b.create<scf::IfOp>(loc, there, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(either.thenBlock());
  build(true);
  b.setInsertionPointToStart(either.elseBlock());
  build(false);
}

void LoopBuilder::buildLoops(bool observes) {
  if (isRing())
    return buildPresent(0, observes);
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
  if (isRing())
    loadSums(entry->getArgument(4));
  else
    loadTable(entry->getArgument(4), firstInput(), info.input.size());
  for (size_t k = 0; k < info.param.size(); ++k)
    if (k < how.known.size() && how.known[k])
      columns[firstParam() + k] = {};
    else if (isUniform(k))
      scalars[firstParam() + k] = load(element, columns[firstParam() + k]);
  for (size_t k = 0; k < info.input.size(); ++k)
    if (isSilent(k))
      columns[firstInput() + k] = {};
  if (info.observed == 0) {
    buildLoops(true);
  } else {
    // Without a column for the first observed value, none is recorded.
    buildEither(columns[info.state.size() - info.observed],
                [&](bool observes) { buildLoops(observes); });
  }
  b.setInsertionPointToEnd(entry);
  b.create<func::ReturnOp>(loc);
}

} // namespace

void buildNeuronLoop(LoopSteps steps, const StepInfo &info, const Specialisation &how,
                     StringRef symbol) {
  LoopBuilder(steps, info, how).build(symbol);
  steps.one.erase();
  if (steps.several)
    steps.several.erase();
}

} // namespace spindle::codegen
