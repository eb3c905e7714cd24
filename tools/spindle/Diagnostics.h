// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler's diagnostics as errors of the command: one clear line that names the user's node.
#ifndef SPINDLE_TOOLS_SPINDLE_DIAGNOSTICS_H
#define SPINDLE_TOOLS_SPINDLE_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"

#include <string>
#include <vector>

namespace spindle::tool {

/// Collects what is reported while it lives. Errors become `file: node 'name': message (hint)`.
class Diagnostics {
public:
  Diagnostics(mlir::MLIRContext *context, std::string file);

  /// Throws what has been reported: FitError where the text says "does not fit: ", else UserError.
  /// Without any report it is a defect of the compiler: std::logic_error, naming `stage`.
  [[noreturn]] void raise(const std::string &stage);

  const std::vector<std::string> &warnings() const { return warnings_; }

private:
  std::string text(mlir::Diagnostic &diagnostic) const;

  std::string file_;
  std::vector<std::string> errors_, warnings_;
  bool fits_ = true;
  mlir::ScopedDiagnosticHandler handler_;
};

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_DIAGNOSTICS_H
