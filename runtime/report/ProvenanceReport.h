// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Provenance of a many-core machine as a document and as text.
#ifndef SPINDLE_RUNTIME_REPORT_PROVENANCEREPORT_H
#define SPINDLE_RUNTIME_REPORT_PROVENANCEREPORT_H

#include "runtime/machine/Provenance.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace spindle::report {

/// provenance.json; docs/provenance.md describes it.
nlohmann::json toJson(const Provenance &provenance);

/// Writes `directory/provenance.json`: keys sorted, a line feed at the end.
void writeProvenance(const std::filesystem::path &directory, const Provenance &provenance);

/// A table of the busiest cores, and a sentence on each thing that went wrong.
std::string toText(const Provenance &provenance);

} // namespace spindle::report

#endif // SPINDLE_RUNTIME_REPORT_PROVENANCEREPORT_H
