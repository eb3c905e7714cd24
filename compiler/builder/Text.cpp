// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/builder/Text.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace spindle::pynn {

std::string real(double value) {
  if (!std::isfinite(value))
    throw std::invalid_argument("a number of a network is not finite");
  char text[40];
  std::string digits(text, std::to_chars(text, text + sizeof text, value).ptr);
  size_t exponent = digits.find('e');
  std::string mantissa = digits.substr(0, exponent);
  if (mantissa.find('.') == std::string::npos)
    mantissa += ".0";
  return exponent == std::string::npos ? mantissa : mantissa + digits.substr(exponent);
}

std::string reals(const std::vector<double> &values) {
  std::string text;
  for (double v : values)
    text += (text.empty() ? "" : ", ") + real(v);
  return "[" + text + "]";
}

std::string integers(const std::vector<int64_t> &values) {
  std::string text;
  for (int64_t v : values)
    text += (text.empty() ? "" : ", ") + std::to_string(v);
  return "[" + text + "]";
}

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "\"";
}

} // namespace spindle::pynn
