// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar steps, loops around them, the standard conversions to LLVM, bitcode.
#include "compiler/codegen/cpu/CpuKernels.h"

#include "compiler/codegen/cpu/LoopBuilder.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace spindle::codegen {

namespace {

void loadDialects(MLIRContext &context) {
  context.loadDialect<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect,
                      LLVM::LLVMDialect, math::MathDialect, scf::SCFDialect>();
  registerBuiltinDialectTranslation(context);
  registerLLVMDialectTranslation(context);
}

LogicalResult lowerToLlvm(ModuleOp module) {
  PassManager passes(module.getContext());
  passes.addPass(createConvertSCFToCFPass());
  passes.addPass(createConvertMathToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  return passes.run(module);
}

FailureOr<std::vector<std::byte>> writeBitcode(ModuleOp module) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated = translateModuleToLLVMIR(module, context, "kernels");
  if (!translated)
    return module.emitError("the kernels cannot be translated to LLVM IR");
  // The loading machine decides what it compiles for.
  translated->setTargetTriple("");
  translated->setDataLayout("");
  llvm::SmallString<0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::WriteBitcodeToFile(*translated, stream);
  auto *first = reinterpret_cast<const std::byte *>(buffer.data());
  return std::vector<std::byte>(first, first + buffer.size());
}

/// Inputs of a ring kernel that are one sum, with its shift.
std::vector<std::optional<unsigned>> raisedInputs(const StepInfo &info,
                                                  const std::vector<uint8_t> &shifts) {
  std::vector<std::optional<unsigned>> raised;
  size_t type = 0;
  for (const StepTerm &port : info.input) {
    raised.push_back(port.types == 1 && type < shifts.size() ? std::optional<unsigned>(shifts[type])
                                                             : std::nullopt);
    type += port.types;
  }
  return raised;
}

/// Appends the kernel to the module.
FailureOr<StepInfo> addKernel(ModuleOp module, snn::ModelOp model, Format format,
                              const Specialisation &how, StringRef symbol) {
  StepVariant variant{how.substeps, how.silent, how.known};
  FailureOr<StepInfo> info = buildScalarStep(model, format, module, variant);
  if (failed(info))
    return failure();
  variant.raised = raisedInputs(*info, how.shifts);
  LoopSteps steps{cast<func::FuncOp>(module.getBody()->back()), {}, 1};
  if (format.number == Number::S1615 && format.overflow == Overflow::Wrap) {
    variant.lanes = steps.lanes = kLanes;
    if (failed(buildScalarStep(model, format, module, variant)))
      return failure();
    steps.several = cast<func::FuncOp>(module.getBody()->back());
  }
  buildNeuronLoop(steps, *info, how, symbol);
  return info;
}

FailureOr<std::vector<std::byte>> compile(ModuleOp module) {
  if (failed(lowerToLlvm(module)))
    return failure();
  return writeBitcode(module);
}

} // namespace

FailureOr<CpuKernels> emitCpuKernels(ArrayRef<snn::ModelOp> models, Format format) {
  CpuKernels result;
  if (models.empty())
    return result;
  snn::ModelOp first = models.front();
  loadDialects(*first.getContext());
  OwningOpRef<ModuleOp> module = ModuleOp::create(first.getLoc());
  for (snn::ModelOp model : models) {
    std::string symbol = ("spindle_step_" + model.getSymName()).str();
    FailureOr<StepInfo> info = addKernel(*module, model, format, {}, symbol);
    if (failed(info))
      return failure();
    result.kernels.push_back({model.getSymName().str(), symbol, std::move(*info)});
  }
  FailureOr<std::vector<std::byte>> bitcode = compile(*module);
  if (failed(bitcode))
    return failure();
  result.bitcode = std::move(*bitcode);
  return result;
}

FailureOr<CpuKernels> emitCpuKernels(snn::NetworkOp network, Format format) {
  return emitCpuKernels(llvm::to_vector(network.getOps<snn::ModelOp>()), format);
}

//===- Specialised kernels --------------------------------------------------------------------===//

KernelCollection::KernelCollection(MLIRContext *context, Format format) : format(format) {
  loadDialects(*context);
  module = ModuleOp::create(UnknownLoc::get(context));
}
KernelCollection::~KernelCollection() = default;

FailureOr<StepInfo> KernelCollection::infoOf(snn::ModelOp model, Format in) {
  auto known = infos.find(model.getSymName().str());
  if (known != infos.end())
    return known->second;
  OwningOpRef<ModuleOp> scratch = ModuleOp::create(model.getLoc());
  FailureOr<StepInfo> info = buildScalarStep(model, in, *scratch);
  if (succeeded(info))
    infos.emplace(model.getSymName().str(), *info);
  return info;
}

FailureOr<std::string> KernelCollection::symbolOf(snn::ModelOp model, const Specialisation &how,
                                                  Format in) {
  auto key = std::pair(model.getSymName().str(), how);
  if (auto known = symbols.find(key); known != symbols.end())
    return known->second;
  std::string symbol = "spindle_step_" + key.first + "." + std::to_string(symbols.size());
  if (failed(addKernel(*module, model, in, how, symbol)))
    return failure();
  return symbols.emplace(std::move(key), std::move(symbol)).first->second;
}

FailureOr<std::vector<std::byte>> KernelCollection::bitcode() {
  if (symbols.empty())
    return std::vector<std::byte>();
  return compile(*module);
}

} // namespace spindle::codegen
