// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whatever NET names on the command line: a NIR file, an snn network as text, or an image.
#ifndef SPINDLE_TOOLS_SPINDLE_NETWORKSOURCE_H
#define SPINDLE_TOOLS_SPINDLE_NETWORKSOURCE_H

#include "runtime/image/Image.h"
#include "tools/spindle/Diagnostics.h"
#include "tools/spindle/Options.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <memory>
#include <string>
#include <vector>

namespace spindle::tool {

enum class SourceKind { Nir, Text, Image };

/// What a file is, by its first bytes and its name. Throws UserError when it cannot be read.
SourceKind kindOf(const std::string &file);

/// A network that can be compiled, any number of times. Throws UserError where it is refused.
class Network {
public:
  Network(const std::string &file, const CommonOptions &options);
  /// Of a NIR file that was loaded already.
  Network(const std::string &file, const nir::Graph &graph, const CommonOptions &options);

  const std::string &file() const { return file_; }
  mlir::ModuleOp module() { return *module_; }
  /// Choices and repairs of the NIR importer; of a text network dt and profile only.
  const nir::ImportReport &report() const { return report_; }
  const std::vector<std::string> &warnings() const { return diagnostics_.warnings(); }
  /// Those that were not asked for before; compiling may add some.
  std::vector<std::string> freshWarnings();

  /// Refuses a zero-delay loop, as every pipeline would.
  void checkOrder();

  /// Steps of the pipelines; each starts from the network as it was loaded.
  std::shared_ptr<const image::Image> compile(const ReferenceOptions &options);
  std::shared_ptr<const image::Image> compile(const SpinnOptions &options);
  std::shared_ptr<const image::Image> compile(const XbarOptions &options);
  std::vector<std::byte> imageBytes(Target target, const TargetOptions &options);
  std::string mappedText(Target target, const TargetOptions &options);
  std::string verilog(const XbarOptions &options);
  std::string text();

private:
  struct Empty {};
  Network(const std::string &file, const CommonOptions &options, Empty);
  void importNir(const nir::Graph &graph, const CommonOptions &options);
  void parseText(const CommonOptions &options);
  template <typename Options> mlir::OwningOpRef<mlir::ModuleOp> lowered(const Options &options);
  template <typename Options> std::vector<std::byte> bytes(const Options &options);
  template <typename Options> Json resolved(const Options &options) const;

  std::string file_;
  uint64_t seed_;
  std::string weights_;
  mlir::MLIRContext context_;
  Diagnostics diagnostics_;
  size_t shown_ = 0; ///< warnings that freshWarnings() gave
  nir::ImportReport report_;
  mlir::OwningOpRef<mlir::ModuleOp> module_;
};

/// Calls `visit` with the options of `target`.
template <typename Visit>
auto withOptions(Target target, const TargetOptions &options, Visit visit) {
  switch (target) {
  case Target::Spinn:
    return visit(options.spinn());
  case Target::Xbar:
    return visit(options.xbar());
  case Target::Reference:
    break;
  }
  return visit(ReferenceOptions());
}

/// Says on stderr which dt and profile were chosen, what was repaired, and what looks doubtful.
void printChoices(Network &network);

/// Says what looked doubtful since: to be called after compiling.
void printWarnings(Network &network);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_NETWORKSOURCE_H
