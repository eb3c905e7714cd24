// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The 32-bit event of the fabric (rtl/README.md has the layout).
#ifndef SPINDLE_SIM_FABRIC_FLIT_H
#define SPINDLE_SIM_FABRIC_FLIT_H

#include <cstdint>

namespace spindle::fabric {

inline constexpr uint32_t kCountBits = 6; ///< of the flit's count field
inline constexpr uint32_t kMaxSlots = 64; ///< the delay field has 6 bits

struct Flit {
  uint32_t word;

  uint32_t y() const { return word >> 28; }
  uint32_t x() const { return (word >> 24) & 0xF; }
  uint32_t row() const { return (word >> 14) & 0x3FF; }
  uint32_t delay() const { return (word >> 8) & 0x3F; }
  uint32_t count() const { return word & 0x3F; }
  /// Position of the target tile as one number, 0..255.
  uint32_t position() const { return word >> 24; }
};

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_FLIT_H
