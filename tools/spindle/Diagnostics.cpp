// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Diagnostics.h"

#include "runtime/image/Errors.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace spindle::tool {
namespace {

constexpr llvm::StringLiteral kFit = "does not fit: ";

/// "node 'fc1'" or "12:3", whichever the location knows; several locations fused give the first.
std::string where(mlir::Location location) {
  if (auto name = mlir::dyn_cast<mlir::NameLoc>(location))
    return name.getName().str(); // the importer writes: node 'fc1'
  if (auto line = mlir::dyn_cast<mlir::FileLineColLoc>(location))
    return line.getLine() ? fmt::format("{}:{}", line.getLine(), line.getColumn()) : "";
  if (auto fused = mlir::dyn_cast<mlir::FusedLoc>(location))
    for (mlir::Location part : fused.getLocations())
      if (std::string text = where(part); !text.empty())
        return text;
  if (auto call = mlir::dyn_cast<mlir::CallSiteLoc>(location))
    return where(call.getCallee());
  return "";
}

} // namespace

Diagnostics::Diagnostics(mlir::MLIRContext *context, std::string file)
    : file_(std::move(file)), handler_(context, [this](mlir::Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
          errors_.push_back(text(diagnostic));
        else if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Warning)
          warnings_.push_back(text(diagnostic));
        if (llvm::StringRef(diagnostic.str()).contains(kFit))
          fits_ = false;
        return mlir::success();
      }) {}

std::string Diagnostics::text(mlir::Diagnostic &diagnostic) const {
  std::string message = diagnostic.str();
  std::string place = where(diagnostic.getLocation());
  std::string result = file_;
  // Line numbers belong to the file name; a node gets its own part, unless the message names it.
  if (!place.empty() && std::isdigit(static_cast<unsigned char>(place[0])))
    result += ":" + place;
  else if (!place.empty() && message.find(place) == std::string::npos)
    result += ": " + place;
  if (message.rfind(file_, 0) == 0)
    result = message;
  else
    result += ": " + message;
  for (mlir::Diagnostic &note : diagnostic.getNotes()) {
    std::string at = where(note.getLocation());
    std::string body = note.str();
    // MLIR adds the printed operation to verifier errors: noise for a user.
    if (body.rfind("see current operation", 0) == 0)
      continue;
    bool named = at.empty() || at == place || body.find(at) != std::string::npos;
    result += named ? fmt::format("; {}", body) : fmt::format("; {}: {}", at, body);
  }
  return result;
}

void Diagnostics::raise(const std::string &stage) {
  if (errors_.empty())
    throw std::logic_error(fmt::format("{}: {} failed without saying why", file_, stage));
  errors_.erase(std::unique(errors_.begin(), errors_.end()), errors_.end());
  std::string all;
  for (const std::string &error : errors_)
    all += (all.empty() ? "" : "\n") + error;
  if (!fits_)
    throw FitError(all);
  throw UserError(all);
}

} // namespace spindle::tool
