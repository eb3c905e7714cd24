// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Labelled images for learning.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_IMAGES_H
#define SPINDLE_SIM_FABRIC_LEARNING_IMAGES_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spindle::learning {

struct Images {
  size_t height = 0, width = 0;
  std::vector<uint8_t> pixels; ///< count x height x width, 0..255
  std::vector<uint8_t> labels; ///< count

  size_t count() const { return labels.size(); }
  size_t size() const { return height * width; }
  std::span<const uint8_t> at(size_t i) const {
    return std::span(pixels).subspan(i * size(), size());
  }
};

/// The first `count` images.
inline Images firstOf(const Images &all, size_t count) {
  count = count < all.count() ? count : all.count();
  Images some{all.height, all.width, {}, {}};
  some.pixels.assign(all.pixels.begin(), all.pixels.begin() + std::ptrdiff_t(count * all.size()));
  some.labels.assign(all.labels.begin(), all.labels.begin() + std::ptrdiff_t(count));
  return some;
}

/// Digits 0 to 9 in 28 x 28 pixels, drawn here: strokes of a seven-segment-like skeleton with
/// random slant, size, place, thickness and bends, in equal shares, in an order that is random too.
/// Image i of a seed is the same whatever `count`.
Images syntheticDigits(size_t count, uint64_t seed);

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_IMAGES_H
