// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/models/Library.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <algorithm>
#include <string>

using namespace mlir;

namespace spindle::models {

snn::ModelOp link(snn::NetworkOp network, StringRef name) {
  for (auto model : network.getOps<snn::ModelOp>())
    if (model.getSymName() == name)
      return model;
  auto entry = std::ranges::find(library(), std::string_view(name), &Entry::name);
  if (entry == library().end())
    return {};
  MLIRContext *context = network.getContext();
  context->loadDialect<arith::ArithDialect, math::MathDialect, snn::SnnDialect>();
  OwningOpRef<ModuleOp> parsed =
      parseSourceString<ModuleOp>(StringRef(entry->text), context, std::string(name) + ".mlir");
  if (!parsed)
    return {};
  auto home = *parsed->getOps<snn::NetworkOp>().begin();
  auto model = *home.getOps<snn::ModelOp>().begin();
  model->remove();
  network.getBody().front().push_front(model);
  return model;
}

LogicalResult link(ModuleOp module) {
  for (auto network : module.getOps<snn::NetworkOp>())
    for (auto population : llvm::to_vector(network.getOps<snn::PopulationOp>())) {
      if (link(network, population.getModel()))
        continue;
      std::string names;
      for (const Entry &entry : library())
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
      return population.emitError()
             << "node '" << population.getName() << "': there is no model '"
             << population.getModel() << "', neither in the network nor in the library (" << names
             << ")";
    }
  return success();
}

} // namespace spindle::models
