// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/transforms/Units.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>
#include <utility>

using llvm::StringRef;

namespace {

/// The unit without its prefix, and the prefix's power of ten.
std::optional<std::pair<StringRef, int>> split(StringRef unit) {
  for (StringRef base : {"Hz", "A", "S", "V", "F", "s"}) {
    if (!unit.ends_with(base))
      continue;
    int power = llvm::StringSwitch<int>(unit.drop_back(base.size()))
                    .Case("", 0)
                    .Case("p", -12)
                    .Case("n", -9)
                    .Cases("u", "µ", -6)
                    .Case("m", -3)
                    .Case("k", 3)
                    .Case("M", 6)
                    .Default(99);
    if (power != 99)
      return std::pair(base, power);
  }
  return std::nullopt;
}

} // namespace

std::optional<double> spindle::transforms::unitFactor(StringRef from, StringRef to) {
  if (from == to)
    return 1.0;
  auto a = split(from), b = split(to);
  if (!a || !b || a->first != b->first)
    return std::nullopt;
  return std::pow(10.0, a->second - b->second);
}
