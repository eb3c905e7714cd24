// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The library's models on random words: vectors against single neurons, kernels that are
// specialised against general ones, recorded steps against unrecorded ones.
#include "compiler/models/Library.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "runtime/machine/Kernel.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/Parsed.h"

#include <random>

using namespace spindle;
using namespace spindle::codegen;
using spindle::test::Parsed;

namespace {

constexpr size_t kNeurons = 53; // three vectors and five more

using Columns = std::vector<std::vector<int32_t>>;

struct Run {
  Columns state, param, input;
  std::vector<int32_t> emitted = std::vector<int32_t>(kNeurons);

  static std::vector<void *> pointers(Columns &columns, int64_t at = 0) {
    std::vector<void *> list;
    for (auto &column : columns)
      list.push_back(column.data() + (column.size() == 1 ? 0 : at));
    return list;
  }
  /// Neurons [begin, end) of one step; without the observed values if `quiet`.
  void step(KernelFn kernel, int64_t begin, int64_t end, size_t observed, bool quiet = false) {
    auto s = pointers(state), p = pointers(param), i = pointers(input);
    if (quiet)
      s[s.size() - observed] = nullptr;
    kernel(begin, end, s.data(), p.data(), i.data(), emitted.data());
  }
};

Columns random(std::mt19937 &generator, size_t columns, size_t size, int shift) {
  Columns result(columns, std::vector<int32_t>(size));
  for (auto &column : result)
    for (int32_t &word : column)
      word = static_cast<int32_t>(generator()) >> shift;
  return result;
}

} // namespace

TEST_CASE("kernels of the library agree, whatever they are made for") {
  for (const models::Entry &entry : models::library()) {
    INFO(entry.name);
    Parsed parsed("");
    REQUIRE(models::link(parsed.network(), llvm::StringRef(entry.name)));
    snn::ModelOp model = parsed.model();
    KernelCollection collection(&parsed.context, {Number::S1615, Overflow::Wrap});
    auto info = collection.infoOf(model);
    REQUIRE(mlir::succeeded(info));
    Specialisation general, uniform, silent;
    uniform.uniform.assign(info->param.size(), true);
    silent.silent = {false, true, true};
    auto a = collection.symbolOf(model, general), b = collection.symbolOf(model, uniform),
         c = collection.symbolOf(model, silent);
    REQUIRE((mlir::succeeded(a) && mlir::succeeded(b) && mlir::succeeded(c)));
    CHECK(*collection.symbolOf(model, uniform) == *b);
    auto code = collection.bitcode();
    REQUIRE(mlir::succeeded(code));
    auto library = KernelLibrary::load(*code);
    KernelFn kernel = library->find(*a);

    std::mt19937 generator(3);
    for (int round = 0; round < 60; ++round) {
      int shift = round % 4 * 8;
      Run run{random(generator, info->state.size(), kNeurons, shift),
              random(generator, info->param.size(), kNeurons, shift),
              random(generator, info->input.size(), kNeurons, shift)};
      Run single = run, quiet = run;
      run.step(kernel, 0, kNeurons, info->observed);
      for (size_t i = 0; i < kNeurons; ++i)
        single.step(kernel, int64_t(i), int64_t(i) + 1, info->observed);
      REQUIRE(run.state == single.state);
      REQUIRE(run.emitted == single.emitted);

      Columns before(quiet.state.end() - std::ptrdiff_t(info->observed), quiet.state.end());
      quiet.step(kernel, 0, kNeurons, info->observed, true);
      REQUIRE(quiet.emitted == run.emitted);
      for (size_t k = 0; k < info->state.size(); ++k)
        REQUIRE(quiet.state[k] == (k + info->observed < info->state.size()
                                       ? run.state[k]
                                       : before[k + info->observed - info->state.size()]));

      // One value for all neurons: as a column of it, and alone.
      Run full = single, alone = single, still = single;
      for (size_t k = 0; k < full.param.size(); ++k) {
        full.param[k].assign(kNeurons, full.param[k][0]);
        alone.param[k].resize(1);
      }
      full.step(kernel, 0, kNeurons, info->observed);
      alone.step(library->find(*b), 0, kNeurons, info->observed);
      REQUIRE(full.state == alone.state);
      REQUIRE(full.emitted == alone.emitted);

      // Inputs that nothing feeds are 0, and are not read.
      Run zero = still;
      zero.input[1].assign(kNeurons, 0);
      zero.input[2].assign(kNeurons, 0);
      zero.step(kernel, 0, kNeurons, info->observed);
      still.step(library->find(*c), 0, kNeurons, info->observed);
      REQUIRE(zero.state == still.state);
    }
  }
}
