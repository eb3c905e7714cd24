// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Synthetic digits: poly-lines in a unit square, bent by a random affine map, drawn with a soft
// pen.
#include "sim/device/SynapseHash.h"
#include "sim/fabric/learning/Images.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace spindle::learning {

namespace {

struct Point {
  double x, y;
};
using Stroke = std::vector<Point>;

/// x to the right, y down, in 0..1.
const std::array<std::vector<Stroke>, 10> &skeletons() {
  static const std::array<std::vector<Stroke>, 10> all = {{
      {{{.5, 0}, {.15, .2}, {.1, .6}, {.3, 1}, {.7, 1}, {.9, .6}, {.85, .2}, {.5, 0}}},
      {{{.3, .2}, {.55, 0}, {.55, 1}}},
      {{{.1, .25}, {.35, 0}, {.75, .05}, {.85, .35}, {.5, .7}, {.1, 1}, {.9, 1}}},
      {{{.15, .05}, {.8, .05}, {.45, .42}, {.85, .6}, {.8, .9}, {.45, 1}, {.1, .88}}},
      {{{.65, 1}, {.65, 0}, {.1, .65}, {.95, .65}}},
      {{{.85, 0}, {.2, 0}, {.15, .45}, {.6, .4}, {.9, .65}, {.7, .97}, {.1, .95}}},
      {{{.75, 0}, {.3, .3}, {.1, .7}, {.35, 1}, {.75, .95}, {.85, .65}, {.5, .5}, {.15, .65}}},
      {{{.1, .02}, {.9, .02}, {.5, .5}, {.35, 1}}},
      {{{.5, .48},
        {.2, .28},
        {.35, 0},
        {.7, 0},
        {.8, .25},
        {.5, .48},
        {.15, .75},
        {.35, 1},
        {.7, 1},
        {.88, .75},
        {.5, .48}}},
      {{{.85, .3}, {.5, .5}, {.15, .35}, {.3, .03}, {.7, 0}, {.85, .3}, {.8, .7}, {.5, 1}}},
  }};
  return all;
}

/// Numbers of one image, one after another.
class Numbers {
public:
  Numbers(uint64_t seed, size_t image)
      : key_(device::operationKey(seed, 0, device::Chance::Initial, image)) {}
  uint64_t bits() { return device::mix64(key_ + ++count_ * device::kGolden); }
  double within(double low, double high) {
    return low + (high - low) * double(bits() >> 11) * 0x1p-53;
  }

private:
  uint64_t key_, count_ = 0;
};

double distance(Point p, Point a, Point b) {
  double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  double t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;
  t = std::clamp(t, 0.0, 1.0);
  double ex = a.x + t * dx - p.x, ey = a.y + t * dy - p.y;
  return std::sqrt(ex * ex + ey * ey);
}

std::vector<Stroke> bent(const std::vector<Stroke> &skeleton, Numbers &numbers) {
  double width = numbers.within(7, 15), height = numbers.within(14, 21);
  double slant = numbers.within(-0.35, 0.35), turn = numbers.within(-0.2, 0.2);
  double x0 = 14 + numbers.within(-2, 2), y0 = 14 + numbers.within(-2, 2);
  std::vector<Stroke> out = skeleton;
  for (Stroke &stroke : out)
    for (Point &p : stroke) {
      double x = (p.x - 0.5 + numbers.within(-0.09, 0.09)) * width;
      double y = (p.y - 0.5 + numbers.within(-0.07, 0.07)) * height;
      x -= slant * y;
      p = {x0 + x - turn * y, y0 + y + turn * x};
    }
  return out;
}

} // namespace

Images syntheticDigits(size_t count, uint64_t seed) {
  Images images{28, 28, std::vector<uint8_t>(count * 784), std::vector<uint8_t>(count)};
  for (size_t i = 0; i < count; ++i) {
    Numbers numbers(seed, i);
    auto digit = size_t(numbers.bits() % 10);
    images.labels[i] = uint8_t(digit);
    std::vector<Stroke> strokes = bent(skeletons()[digit], numbers);
    double pen = numbers.within(0.7, 1.6);
    for (size_t y = 0; y < 28; ++y)
      for (size_t x = 0; x < 28; ++x) {
        double nearest = 100;
        for (const Stroke &stroke : strokes)
          for (size_t s = 1; s < stroke.size(); ++s)
            nearest = std::min(
                nearest, distance({double(x) + 0.5, double(y) + 0.5}, stroke[s - 1], stroke[s]));
        double ink = std::clamp(pen + 0.5 - nearest, 0.0, 1.0);
        images.pixels[i * 784 + y * 28 + x] = uint8_t(std::lround(255 * ink));
      }
  }
  return images;
}

} // namespace spindle::learning
