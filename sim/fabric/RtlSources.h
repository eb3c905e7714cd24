// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The SystemVerilog of the fabric and the text of the shims, carried inside the program.
#ifndef SPINDLE_SIM_FABRIC_RTLSOURCES_H
#define SPINDLE_SIM_FABRIC_RTLSOURCES_H

#include <string_view>

namespace spindle::fabric {

/// By file name, as "xb_tile.sv".
std::string_view sourceText(std::string_view name);

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_RTLSOURCES_H
