// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random numbers that depend on what they are for and on nothing else (docs/semantics.md N12): no
// order of evaluation, no number of threads, no placement can change them.
#ifndef SPINDLE_SIM_NUMBER_PHILOX_H
#define SPINDLE_SIM_NUMBER_PHILOX_H

#include <array>
#include <cstdint>

namespace spindle::number {

/// Which stream a draw belongs to; never renumber, results depend on it.
enum class Purpose : uint32_t {
  Connectivity = 1,
  Weight = 2,
  Poisson = 3,
  Device = 4,
  Learning = 5,
  Current = 6,
  Degree = 16,   ///< how many synapses a source neuron has, where that is drawn first
  Parameter = 17 ///< a parameter or initial state of a neuron
};

/// Philox4x32-10: key = seed, counter = (purpose, object, index, step).
std::array<uint32_t, 4> philox(uint64_t seed, Purpose purpose, uint32_t object, uint32_t index,
                               uint32_t step);

/// `blocks` blocks with the steps from `firstStep` on, two 64-bit numbers each: words 1 and 0 of a
/// block (high and low) are the first of them, words 3 and 2 the second.
void philoxFill(uint64_t seed, Purpose purpose, uint32_t object, uint32_t index, uint32_t firstStep,
                uint32_t blocks, uint64_t *out);

/// The block function itself, for known-answer tests.
std::array<uint32_t, 4> philoxBlock(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// A real in [0, 1) from two words, 53 bits.
inline double uniform(uint32_t high, uint32_t low) {
  return static_cast<double>((uint64_t{high} << 21) | (low >> 11)) * 0x1p-53;
}

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_PHILOX_H
