// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/models/Library.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"

#include <algorithm>
#include <string>

using namespace mlir;

namespace spindle::models {

namespace {

/// The operation of that name: the network's own, else the library's, which is copied there.
template <typename Op>
Op linkFrom(const std::vector<Entry> &entries, snn::NetworkOp network, StringRef name) {
  for (auto op : network.getOps<Op>())
    if (op.getSymName() == name)
      return op;
  auto entry = std::ranges::find(entries, std::string_view(name), &Entry::name);
  if (entry == entries.end())
    return {};
  MLIRContext *context = network.getContext();
  context->loadDialect<arith::ArithDialect, math::MathDialect, snn::SnnDialect>();
  OwningOpRef<ModuleOp> parsed =
      parseSourceString<ModuleOp>(StringRef(entry->text), context, std::string(name) + ".mlir");
  if (!parsed)
    return {};
  auto home = *parsed->getOps<snn::NetworkOp>().begin();
  auto op = *home.getOps<Op>().begin();
  op->remove();
  network.getBody().front().push_front(op);
  return op;
}

std::string namesOf(const std::vector<Entry> &entries) {
  std::string names;
  for (const Entry &entry : entries)
    names += (names.empty() ? "" : ", ") + std::string(entry.name);
  return names;
}

} // namespace

snn::ModelOp link(snn::NetworkOp network, StringRef name) {
  return linkFrom<snn::ModelOp>(library(), network, name);
}

snn::RuleOp linkRule(snn::NetworkOp network, StringRef name) {
  return linkFrom<snn::RuleOp>(rules(), network, name);
}

LogicalResult link(ModuleOp module) {
  for (auto network : module.getOps<snn::NetworkOp>()) {
    for (auto population : llvm::to_vector(network.getOps<snn::PopulationOp>()))
      if (!link(network, population.getModel()))
        return population.emitError()
               << "node '" << population.getName() << "': there is no model '"
               << population.getModel() << "', neither in the network nor in the library ("
               << namesOf(library()) << ")";
    for (auto project : llvm::to_vector(network.getOps<snn::ProjectOp>()))
      if (project.getLearn() && !linkRule(network, *project.getLearn()))
        return project.emitError()
               << "there is no rule '" << *project.getLearn()
               << "', neither in the network nor in the library (" << namesOf(rules()) << ")";
  }
  return success();
}

} // namespace spindle::models
