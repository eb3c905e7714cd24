// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The checks keep an honest mistake inside the module and make its needs explicit; the JIT, which
// resolves the permitted names only, enforces them a second time.
#include "runtime/machine/KernelModule.h"

#include "runtime/image/Errors.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

#include <algorithm>
#include <string_view>

namespace spindle {
namespace {

// Functions of the C library that the JIT resolves (KernelLibrary.cpp has the addresses).
constexpr std::string_view kExternals[] = {"exp",    "exp2",   "log",    "pow",  "floor",
                                           "ceil",   "trunc",  "rint",   "fabs", "round",
                                           "memcpy", "memset", "memmove"};

// Intrinsics that become instructions, or one of the functions above. No fmuladd: it may fuse.
constexpr llvm::Intrinsic::ID kIntrinsics[] = {
    llvm::Intrinsic::abs,
    llvm::Intrinsic::assume,
    llvm::Intrinsic::bswap,
    llvm::Intrinsic::ceil,
    llvm::Intrinsic::copysign,
    llvm::Intrinsic::ctlz,
    llvm::Intrinsic::ctpop,
    llvm::Intrinsic::cttz,
    llvm::Intrinsic::exp,
    llvm::Intrinsic::exp2,
    llvm::Intrinsic::expect,
    llvm::Intrinsic::fabs,
    llvm::Intrinsic::floor,
    llvm::Intrinsic::fshl,
    llvm::Intrinsic::fshr,
    llvm::Intrinsic::lifetime_end,
    llvm::Intrinsic::lifetime_start,
    llvm::Intrinsic::log,
    llvm::Intrinsic::maximum,
    llvm::Intrinsic::maxnum,
    llvm::Intrinsic::memcpy,
    llvm::Intrinsic::memmove,
    llvm::Intrinsic::memset,
    llvm::Intrinsic::minimum,
    llvm::Intrinsic::minnum,
    llvm::Intrinsic::pow,
    llvm::Intrinsic::rint,
    llvm::Intrinsic::round,
    llvm::Intrinsic::sadd_sat,
    llvm::Intrinsic::sadd_with_overflow,
    llvm::Intrinsic::smax,
    llvm::Intrinsic::smin,
    llvm::Intrinsic::smul_with_overflow,
    llvm::Intrinsic::sqrt,
    llvm::Intrinsic::ssub_sat,
    llvm::Intrinsic::ssub_with_overflow,
    llvm::Intrinsic::trunc,
    llvm::Intrinsic::uadd_sat,
    llvm::Intrinsic::uadd_with_overflow,
    llvm::Intrinsic::umax,
    llvm::Intrinsic::umin,
    llvm::Intrinsic::umul_with_overflow,
    llvm::Intrinsic::usub_sat,
    llvm::Intrinsic::usub_with_overflow,
};

[[noreturn]] void refuse(const std::string &what) { throw ImageError("image: kernels: " + what); }

void checkDeclaration(const llvm::Function &function) {
  llvm::StringRef name = function.getName();
  bool listed =
      function.isIntrinsic()
          ? std::ranges::find(kIntrinsics, function.getIntrinsicID()) != std::end(kIntrinsics)
          : std::ranges::find(kExternals, std::string_view(name)) != std::end(kExternals);
  if (!listed)
    refuse("calls '" + name.str() + "', which no kernel may");
}

void checkBody(const llvm::Function &function) {
  if (function.hasPersonalityFn() || function.hasPrefixData() || function.hasPrologueData())
    refuse("'" + function.getName().str() + "' carries more than code");
  for (const llvm::Instruction &instruction : llvm::instructions(function)) {
    const auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    if (call && (call->isInlineAsm() || !call->getCalledFunction()))
      refuse("'" + function.getName().str() + "' has inline assembly or an indirect call");
  }
}

void checkModule(const llvm::Module &module) {
  if (!module.getModuleInlineAsm().empty())
    refuse("inline assembly");
  if (!module.alias_empty() || !module.ifunc_empty())
    refuse("aliases");
  for (const llvm::GlobalVariable &global : module.globals())
    if (!global.isConstant() || !global.hasLocalLinkage() || !global.hasInitializer() ||
        global.isThreadLocal())
      refuse("global variable '" + global.getName().str() + "'");
  for (const llvm::Function &function : module)
    function.isDeclaration() ? checkDeclaration(function) : checkBody(function);
}

/// Drops what would let another host compute other numbers: relaxed arithmetic and wishes about the
/// CPU.
void makeStrict(llvm::Module &module) {
  for (llvm::Function &function : module) {
    for (const char *name :
         {"target-cpu", "target-features", "tune-cpu", "unsafe-fp-math", "no-nans-fp-math",
          "no-infs-fp-math", "approx-func-fp-math", "no-signed-zeros-fp-math", "denormal-fp-math"})
      function.removeFnAttr(name);
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (llvm::isa<llvm::FPMathOperator>(instruction))
        instruction.copyFastMathFlags(llvm::FastMathFlags());
  }
}

/// Neurons of a step do not depend on one another and no two columns overlap (Kernel.h), so the
/// loop over neurons is parallel; without being told, the vectoriser gives up on checking every
/// pair of columns.
void markParallel(llvm::Function &function) {
  llvm::DominatorTree dominators(function);
  llvm::LoopInfo loops(dominators);
  llvm::LLVMContext &context = function.getContext();
  for (llvm::Loop *loop : loops) {
    if (loop->getLoopID() || !loop->isInnermost())
      continue;
    llvm::MDNode *group = llvm::MDNode::getDistinct(context, {});
    for (llvm::BasicBlock *block : loop->blocks())
      for (llvm::Instruction &instruction : *block)
        if (instruction.mayReadOrWriteMemory())
          instruction.setMetadata(llvm::LLVMContext::MD_access_group, group);
    llvm::MDNode *parallel = llvm::MDNode::get(
        context, {llvm::MDString::get(context, "llvm.loop.parallel_accesses"), group});
    llvm::MDNode *identity = llvm::MDNode::getDistinct(context, {nullptr, parallel});
    identity->replaceOperandWith(0, identity);
    loop->setLoopID(identity);
  }
}

} // namespace

std::unique_ptr<llvm::Module> parseKernels(std::span<const std::byte> bitcode,
                                           llvm::LLVMContext &context) {
  context.setDiagnosticHandlerCallBack([](const llvm::DiagnosticInfo *, void *) {});
  llvm::StringRef bytes(reinterpret_cast<const char *>(bitcode.data()), bitcode.size());
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bytes, "kernels"), context);
  if (!module)
    refuse("malformed bitcode: " + llvm::toString(module.takeError()));
  std::string complaint;
  llvm::raw_string_ostream stream(complaint);
  if (llvm::verifyModule(**module, &stream))
    refuse("the module does not verify: " + complaint);
  checkModule(**module);
  return std::move(*module);
}

void optimizeKernels(llvm::Module &module, llvm::TargetMachine &target) {
  module.setTargetTriple(target.getTargetTriple().str());
  module.setDataLayout(target.createDataLayout());
  makeStrict(module);
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      markParallel(function);

  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = true;
  llvm::PassBuilder builder(&target, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager calls;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(calls);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, calls, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, modules);
}

} // namespace spindle
