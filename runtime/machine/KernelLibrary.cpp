// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels through LLVM ORC. Everything is compiled and looked up at load; afterwards the library is
// a constant table, hence thread-safe.
#include "runtime/image/Errors.h"
#include "runtime/machine/Kernel.h"
#include "runtime/machine/KernelModule.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

#include <cmath>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace spindle {
namespace {

namespace orc = llvm::orc;

template <typename T> T take(llvm::Expected<T> value) {
  if (!value)
    throw ImageError("image: kernels: " + llvm::toString(value.takeError()));
  return std::move(*value);
}

void take(llvm::Error error) {
  if (error)
    throw ImageError("image: kernels: " + llvm::toString(std::move(error)));
}

void initializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
}

/// This host's CPU, without fused multiply-add: every host computes the same numbers.
orc::JITTargetMachineBuilder hostTarget() {
  auto builder = take(orc::JITTargetMachineBuilder::detectHost());
  builder.setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  builder.getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return builder;
}

/// All that a kernel may call outside its module.
orc::SymbolMap permittedSymbols(orc::LLJIT &jit) {
  using Real = double (*)(double);
  using Real2 = double (*)(double, double);
  orc::SymbolMap symbols;
  auto add = [&](const char *name, auto *address) {
    symbols[jit.mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(address),
                                          llvm::JITSymbolFlags::Exported |
                                              llvm::JITSymbolFlags::Callable};
  };
  add("exp", static_cast<Real>(std::exp));
  add("exp2", static_cast<Real>(std::exp2));
  add("log", static_cast<Real>(std::log));
  add("pow", static_cast<Real2>(std::pow));
  add("floor", static_cast<Real>(std::floor));
  add("ceil", static_cast<Real>(std::ceil));
  add("trunc", static_cast<Real>(std::trunc));
  add("rint", static_cast<Real>(std::rint));
  add("round", static_cast<Real>(std::round));
  add("fabs", static_cast<Real>(std::fabs));
  add("memcpy", &std::memcpy);
  add("memmove", &std::memmove);
  add("memset", &std::memset);
  return symbols;
}

class CompiledKernels final : public KernelLibrary {
public:
  explicit CompiledKernels(std::span<const std::byte> bitcode) {
    initializeTarget();
    orc::JITTargetMachineBuilder target = hostTarget();
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = parseKernels(bitcode, *context);
    optimizeKernels(*module, *take(target.createTargetMachine()));

    std::vector<std::string> names;
    for (const llvm::Function &function : *module)
      if (!function.isDeclaration() && function.hasExternalLinkage())
        names.push_back(function.getName().str());

    jit_ = take(orc::LLJITBuilder()
                    .setJITTargetMachineBuilder(std::move(target))
                    .setLinkProcessSymbolsByDefault(false)
                    .setPlatformSetUp(orc::setUpInactivePlatform)
                    .create());
    take(jit_->getMainJITDylib().define(orc::absoluteSymbols(permittedSymbols(*jit_))));
    take(jit_->addIRModule(orc::ThreadSafeModule(std::move(module), std::move(context))));
    for (const std::string &name : names)
      functions_[name] = take(jit_->lookup(name)).toPtr<KernelFn>();
  }

  KernelFn find(std::string_view symbol) const override {
    auto found = functions_.find(symbol);
    if (found == functions_.end())
      throw ImageError("image: there is no kernel '" + std::string(symbol) + "'");
    return found->second;
  }

private:
  std::unique_ptr<orc::LLJIT> jit_;
  std::map<std::string, KernelFn, std::less<>> functions_;
};

} // namespace

std::shared_ptr<KernelLibrary> KernelLibrary::load(std::span<const std::byte> bitcode) {
  return std::make_shared<CompiledKernels>(bitcode);
}

} // namespace spindle
