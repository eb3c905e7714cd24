// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/Raster.h"

#include <algorithm>
#include <cstdlib>

namespace spindle::report {

double Raster::total(uint64_t begin, uint64_t end) const {
  double sum = 0;
  for (const Entry &entry : entries)
    sum += entry.step >= begin && entry.step < end ? entry.value : 0.0;
  return sum;
}

std::vector<double> Raster::perNeuron() const {
  std::vector<double> sums(size, 0.0);
  for (const Entry &entry : entries)
    sums[entry.neuron] += entry.value;
  return sums;
}

uint32_t Raster::winner() const {
  std::vector<double> sums = perNeuron();
  return static_cast<uint32_t>(std::max_element(sums.begin(), sums.end()) - sums.begin());
}

std::optional<Entry> Difference::first() const {
  if (at.empty())
    return std::nullopt;
  return at.front();
}

Difference compare(const Raster &left, const Raster &right, int64_t shift) {
  Difference result;
  // Rows [begin, end) of the left raster have a partner.
  int64_t begin = std::max<int64_t>(0, -shift);
  int64_t end =
      std::min(static_cast<int64_t>(left.steps), static_cast<int64_t>(right.steps) - shift);
  if (end <= begin)
    return result;
  result.compared = static_cast<uint64_t>(end - begin) * left.size;

  auto key = [](uint64_t step, uint32_t neuron) { return std::pair(step, neuron); };
  auto inWindow = [&](int64_t step) { return step >= begin && step < end; };
  size_t l = 0, r = 0;
  while (l < left.entries.size() || r < right.entries.size()) {
    // Entries outside the common rows do not take part.
    if (l < left.entries.size() && !inWindow(static_cast<int64_t>(left.entries[l].step))) {
      ++l;
      continue;
    }
    int64_t rightStep = 0;
    if (r < right.entries.size()) {
      rightStep = static_cast<int64_t>(right.entries[r].step) - shift;
      if (!inWindow(rightStep)) {
        ++r;
        continue;
      }
    }
    bool haveLeft = l < left.entries.size(), haveRight = r < right.entries.size();
    auto leftKey = haveLeft ? key(left.entries[l].step, left.entries[l].neuron) : key(0, 0);
    auto rightKey =
        haveRight ? key(static_cast<uint64_t>(rightStep), right.entries[r].neuron) : key(0, 0);
    if (haveLeft && (!haveRight || leftKey < rightKey)) {
      result.at.push_back({left.entries[l].step, left.entries[l].neuron, 0.0});
      ++l;
    } else if (haveRight && (!haveLeft || rightKey < leftKey)) {
      result.at.push_back(
          {static_cast<uint64_t>(rightStep), right.entries[r].neuron, right.entries[r].value});
      ++r;
    } else {
      if (left.entries[l].value != right.entries[r].value)
        result.at.push_back({left.entries[l].step, left.entries[l].neuron, right.entries[r].value});
      ++l, ++r;
    }
  }
  result.mismatches = result.at.size();
  return result;
}

Alignment align(const Raster &left, const Raster &right, int64_t lowest, int64_t highest) {
  std::optional<Alignment> best;
  auto nearer = [](int64_t a, int64_t b) {
    return std::abs(a) != std::abs(b) ? std::abs(a) < std::abs(b) : a > b;
  };
  for (int64_t shift = lowest; shift <= highest; ++shift) {
    Difference difference = compare(left, right, shift);
    if (difference.compared == 0)
      continue;
    if (!best || difference.mismatches < best->difference.mismatches ||
        (difference.mismatches == best->difference.mismatches && nearer(shift, best->shift)))
      best = Alignment{shift, std::move(difference)};
  }
  return best ? *best : Alignment{};
}

} // namespace spindle::report
