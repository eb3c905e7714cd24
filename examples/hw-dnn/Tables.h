// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All tables of docs/hw-dnn-tables.md.
#ifndef SPINDLE_EXAMPLES_HWDNN_TABLES_H
#define SPINDLE_EXAMPLES_HWDNN_TABLES_H

#include "examples/hw-dnn/Plot.h"
#include "examples/hw-dnn/Runner.h"

#include <map>

namespace spindle::hwdnn {

/// A page in pieces, and its charts by file name.
struct Page {
  std::string text;
  std::map<std::string, Chart> charts;

  void heading(const std::string &title, const std::string &below);
  void header(const std::vector<std::string> &cells);
  void row(const std::vector<std::string> &cells);
  void chart(const std::string &file, Chart chart);
};

void methodTables(Runner &runner, Page &page);    ///< methods against nonlinearity and levels
void roundingTables(Runner &runner, Page &page);  ///< rules of rounding
void variationTables(Runner &runner, Page &page); ///< spread and noise of devices
void neuroSimTables(Runner &runner, Page &page);  ///< NeuroSim's protocol
void writeTables(Runner &runner, Page &page);     ///< two tasks and their writes

/// Runs everything for tables (a comma-separated choice of methods, rounding, variation, neurosim,
/// writes; empty: all) and writes `folder`/hw-dnn-tables.md and `folder`/hw-dnn/*.svg.
void writePages(Runner &runner, const std::string &folder, const std::string &choice);

} // namespace spindle::hwdnn

#endif // SPINDLE_EXAMPLES_HWDNN_TABLES_H
