// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "bench/LibraryModel.h"

#include "compiler/codegen/Derive.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "compiler/models/Library.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <cstdio>
#include <stdexcept>

namespace spindle::bench {
namespace {

using namespace spindle::codegen;

std::string real(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.17e : f64", value);
  return text;
}

std::string networkText(const std::string &name, const std::map<std::string, double> &parameters,
                        double dt) {
  std::string given;
  for (const auto &[key, value] : parameters)
    given += (given.empty() ? "" : ", ") + key + " = " + real(value);
  return "snn.network @net attributes {dt = " + real(dt * 1e-3) +
         "} {\n%n = snn.population \"n\" of @" + name + " {" + given + "} : !snn.pop<1>\n}";
}

template <typename T> T must(mlir::FailureOr<T> value) {
  if (mlir::failed(value))
    throw std::runtime_error("the kernel cannot be made");
  return std::move(*value);
}

} // namespace

LibraryModel libraryModel(const std::string &name, const std::map<std::string, double> &parameters,
                          double dt) {
  mlir::MLIRContext context;
  context.loadDialect<snn::SnnDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(
      networkText(name, parameters, dt), mlir::ParserConfig(&context, /*verifyAfterParse=*/false));
  if (!module || mlir::failed(models::link(*module)))
    throw std::runtime_error("the model cannot be linked");
  auto network = *module->getOps<snn::NetworkOp>().begin();
  auto pop = *network.getOps<snn::PopulationOp>().begin();
  auto model = *network.getOps<snn::ModelOp>().begin();
  KernelCollection collection(&context, {Number::S1615, Overflow::Wrap});
  StepInfo info = must(collection.infoOf(model));
  Specialisation how;
  how.uniform.assign(info.param.size(), true);
  how.silent = {false, false, true}; // the port of current sources
  std::string symbol = must(collection.symbolOf(model, how));
  LibraryModel result;
  result.library = KernelLibrary::load(must(collection.bitcode()));
  result.kernel = result.library->find(symbol);
  result.observed = static_cast<uint32_t>(info.observed);
  StepColumns values = must(columns(pop, model, info, Constants::OnCore));
  auto words = [&](const std::vector<StepTerm> &terms, const std::vector<Column> &list,
                   std::vector<std::vector<int32_t>> &into) {
    for (size_t k = 0; k < terms.size(); ++k)
      into.push_back({static_cast<int32_t>(must(toWords(pop, terms[k], list[k])).front())});
  };
  words(info.param, values.param, result.param);
  words(info.state, values.state, result.state);
  for (const StepTerm &term : info.state)
    result.states.push_back(term.name);
  return result;
}

} // namespace spindle::bench
