// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers and lists as the snn dialect writes them.
#ifndef SPINDLE_COMPILER_BUILDER_TEXT_H
#define SPINDLE_COMPILER_BUILDER_TEXT_H

#include <cstdint>
#include <string>
#include <vector>

namespace spindle::pynn {

/// The shortest decimal that reads back the same, always with a point: 1.0, 1.0e-05.
std::string real(double value);
std::string reals(const std::vector<double> &values);
std::string integers(const std::vector<int64_t> &values);
/// In double quotes, with what a string must escape.
std::string quoted(const std::string &text);

} // namespace spindle::pynn

#endif // SPINDLE_COMPILER_BUILDER_TEXT_H
