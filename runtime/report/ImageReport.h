// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an image uses of its machine: `spindle compile --emit=report`.
#ifndef SPINDLE_RUNTIME_REPORT_IMAGEREPORT_H
#define SPINDLE_RUNTIME_REPORT_IMAGEREPORT_H

#include "runtime/image/Image.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace spindle::report {

/// "reference", "spinn" or "xbar".
std::string targetOf(const image::Image &image);

/// Options, nodes, and the resources in use (cores, routes and SDRAM, or tiles, cells and event
/// routes).
nlohmann::ordered_json describe(const image::Image &image);

} // namespace spindle::report

#endif // SPINDLE_RUNTIME_REPORT_IMAGEREPORT_H
