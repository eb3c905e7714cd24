// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What models and rules share: the textual form of term lists, `params(tau = 2.0e-2 : "s", r)`, and
// the checks of their regions. Private to the dialect.
#ifndef SPINDLE_DIALECTS_SNN_SNNTERMS_H
#define SPINDLE_DIALECTS_SNN_SNNTERMS_H

#include "dialects/snn/Snn.h"

#include "llvm/ADT/StringSet.h"

namespace spindle::snn {

mlir::ParseResult parseModelTerms(mlir::OpAsmParser &parser, mlir::ArrayAttr &params,
                                  mlir::ArrayAttr &state, mlir::ArrayAttr &inputs,
                                  mlir::ArrayAttr &derived, mlir::ArrayAttr &observe);
void printModelTerms(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::ArrayAttr params,
                     mlir::ArrayAttr state, mlir::ArrayAttr inputs, mlir::ArrayAttr derived,
                     mlir::ArrayAttr observe);

mlir::ParseResult parseRuleTerms(mlir::OpAsmParser &parser, mlir::ArrayAttr &params,
                                 mlir::ArrayAttr &derived, mlir::ArrayAttr &pre,
                                 mlir::ArrayAttr &post, mlir::ArrayAttr &synapse);
void printRuleTerms(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::ArrayAttr params,
                    mlir::ArrayAttr derived, mlir::ArrayAttr pre, mlir::ArrayAttr post,
                    mlir::ArrayAttr synapse);

/// What the regions of one model or rule may read and write.
struct Scope {
  llvm::StringSet<> readable, writable;
  void read(mlir::ArrayAttr terms) {
    for (mlir::Attribute t : terms)
      readable.insert(mlir::cast<TermAttr>(t).getName());
  }
  void write(mlir::ArrayAttr terms) {
    read(terms);
    for (mlir::Attribute t : terms)
      writable.insert(mlir::cast<TermAttr>(t).getName());
  }
};

mlir::LogicalResult checkDistinct(mlir::Operation *op,
                                  std::initializer_list<mlir::ArrayAttr> lists);
/// `divides`: division and math may stand in it.
mlir::LogicalResult checkRegion(mlir::Region &region, llvm::StringRef what, const Scope &scope,
                                bool divides);

} // namespace spindle::snn

#endif // SPINDLE_DIALECTS_SNN_SNNTERMS_H
