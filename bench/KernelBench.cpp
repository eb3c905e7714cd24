// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The step of the library's models as a machine runs it: one kernel, made for a population whose
// parameters are the same for all neurons, over and over. docs/bench.md explains the figures.
#include "compiler/codegen/Derive.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "compiler/models/Library.h"
#include "runtime/machine/Kernel.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>

using namespace spindle;
using namespace spindle::codegen;

namespace {

/// A population of the emulator's block size: all of it stays in the nearest cache.
constexpr int64_t kNeurons = 512;

struct Setup {
  std::shared_ptr<KernelLibrary> library;
  KernelFn kernel = nullptr;
  std::vector<std::vector<int32_t>> state, param, input;
  std::vector<int32_t> emitted = std::vector<int32_t>(kNeurons);
  size_t observed = 0;
};

template <typename T> T must(mlir::FailureOr<T> value) {
  if (mlir::failed(value))
    throw std::runtime_error("the kernel cannot be made");
  return std::move(*value);
}

/// Inputs as a busy network has them: excitation and inhibition in every step, the membrane below
/// its threshold for most of the time.
Setup prepare(const std::string &name, bool uniform) {
  mlir::MLIRContext context;
  context.loadDialect<snn::SnnDialect>();
  std::string text = "snn.network @net attributes {dt = 1.0e-4 : f64} {\n%n = snn.population "
                     "\"n\" of @" +
                     name + " {} : !snn.pop<1>\n}";
  auto module = mlir::parseSourceString<mlir::ModuleOp>(
      text, mlir::ParserConfig(&context, /*verifyAfterParse=*/false));
  if (!module || mlir::failed(models::link(*module)))
    throw std::runtime_error("the model cannot be linked");
  auto network = *module->getOps<snn::NetworkOp>().begin();
  auto pop = *network.getOps<snn::PopulationOp>().begin();
  auto model = *network.getOps<snn::ModelOp>().begin();
  KernelCollection collection(&context, {Number::S1615, Overflow::Wrap});
  auto info = must(collection.infoOf(model));
  Specialisation how;
  how.uniform.assign(info.param.size(), uniform);
  how.silent = {false, false, true};
  std::string symbol = must(collection.symbolOf(model, how));
  auto code = must(collection.bitcode());
  auto values = must(columns(pop, model, info, Constants::OnCore));
  Setup s;
  s.library = KernelLibrary::load(code);
  s.kernel = s.library->find(symbol);
  s.observed = info.observed;
  auto words = [&](const std::vector<StepTerm> &terms, const std::vector<Column> &list,
                   auto &into) {
    for (size_t k = 0; k < terms.size(); ++k)
      into.emplace_back(kNeurons, int32_t(toWords(pop, terms[k], list[k])->front()));
  };
  words(info.param, values.param, s.param);
  words(info.state, values.state, s.state);
  std::mt19937 generator(1);
  for (size_t p = 0; p < info.input.size(); ++p) {
    s.input.emplace_back(kNeurons);
    for (int32_t &word : s.input.back())
      word = static_cast<int32_t>(generator() % 20000);
  }
  return s;
}

void step(benchmark::State &state, const std::string &name, bool uniform, bool recorded) {
  Setup s = prepare(name, uniform);
  std::vector<void *> states;
  std::vector<const void *> params, inputs;
  for (auto &column : s.state)
    states.push_back(column.data());
  if (!recorded)
    states[states.size() - s.observed] = nullptr;
  for (auto &column : s.param)
    params.push_back(column.data());
  for (auto &column : s.input)
    inputs.push_back(column.data());
  for (auto _ : state) {
    s.kernel(0, kNeurons, states.data(), params.data(), inputs.data(), s.emitted.data());
    benchmark::ClobberMemory();
  }
  state.counters["ns/neuron"] =
      benchmark::Counter(double(kNeurons) * 1e-9, benchmark::Counter::kIsIterationInvariantRate |
                                                      benchmark::Counter::kInvert);
}

} // namespace

int main(int argc, char **argv) {
  for (const models::Entry &entry : models::library()) {
    std::string name(entry.name);
    for (auto [label, uniform, recorded] :
         {std::tuple("uniform", true, false), {"columns", false, false}, {"recorded", true, true}})
      benchmark::RegisterBenchmark((name + "/" + label).c_str(), step, name, uniform, recorded);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return EXIT_SUCCESS;
}
