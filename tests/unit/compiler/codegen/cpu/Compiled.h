// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model given as text, compiled for this host, with its columns.
#ifndef SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_CPU_COMPILED_H
#define SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_CPU_COMPILED_H

#include "compiler/codegen/cpu/CpuKernels.h"
#include "runtime/machine/Kernel.h"
#include "tests/unit/compiler/codegen/Parsed.h"

#include <random>
#include <vector>

namespace spindle::test {

// The compiler and the machine agree on ring kernels.
static_assert(codegen::kLanes == kRingLanes && codegen::kMostAbsentTypes == kMostAbsent);

/// Columns of one element type: T is double, or int32_t for fixed point (fractions as bit
/// patterns).
template <typename T> class Compiled {
public:
  Compiled(const std::string &model, size_t neurons,
           codegen::Overflow overflow = codegen::Overflow::Wrap)
      : parsed(model), neurons(neurons), emitted(neurons) {
    codegen::Format format{
        std::is_same_v<T, double> ? codegen::Number::F64 : codegen::Number::S1615, overflow};
    auto result = codegen::emitCpuKernels(parsed.network(), format);
    if (mlir::failed(result))
      throw std::runtime_error(parsed.said);
    kernels = std::move(*result);
    library = KernelLibrary::load(kernels.bitcode);
    const codegen::StepInfo &info = kernels.kernels.front().info;
    state.assign(info.state.size(), std::vector<T>(neurons));
    param.assign(info.param.size(), std::vector<T>(neurons));
    input.assign(info.input.size(), std::vector<T>(neurons));
  }

  /// One step of neurons [begin, end).
  void step(int64_t begin, int64_t end) {
    std::vector<void *> s, p, i;
    for (auto [columns, pointers] :
         {std::pair(&state, &s), std::pair(&param, &p), std::pair(&input, &i)})
      for (std::vector<T> &column : *columns)
        pointers->push_back(column.data());
    library->find(kernels.kernels.front().symbol)(begin, end, s.data(), p.data(), i.data(),
                                                  emitted.data());
  }
  void step() { step(0, static_cast<int64_t>(neurons)); }

  Parsed parsed;
  size_t neurons;
  codegen::CpuKernels kernels;
  std::shared_ptr<KernelLibrary> library;
  std::vector<std::vector<T>> state, param, input;
  std::vector<T> emitted;
};

/// Random words: any, or small enough that nothing overflows; the first ones are the corners.
inline std::vector<int32_t> words(size_t count, uint64_t seed, int shift = 0) {
  std::mt19937_64 random(seed);
  std::vector<int32_t> list(count);
  for (size_t k = 0; k < count; ++k)
    list[k] = static_cast<int32_t>(static_cast<uint32_t>(random())) >> (k % 3 == 0 ? shift : 0);
  return list;
}

} // namespace spindle::test

#endif // SPINDLE_TESTS_UNIT_COMPILER_CODEGEN_CPU_COMPILED_H
