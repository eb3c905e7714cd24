// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/device/DeviceText.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <vector>

namespace spindle::device {

namespace {

size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t(0));
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

} // namespace

std::optional<double> takeNumber(std::string_view &text) {
  double value = 0;
  const char *begin = text.data(), *end = begin + text.size();
  // A plus sign is usual in measurements and unknown to from_chars.
  const char *start = begin != end && *begin == '+' ? begin + 1 : begin;
  auto [after, error] = std::from_chars(start, end, value);
  if (error != std::errc() || !std::isfinite(value) || (start != begin && *start == '-'))
    return std::nullopt;
  text.remove_prefix(size_t(after - begin));
  return value;
}

std::optional<int> prefixOf(std::string_view text, std::string_view unit) {
  if (text.size() < unit.size() || text.substr(text.size() - unit.size()) != unit)
    return std::nullopt;
  std::string_view prefix = text.substr(0, text.size() - unit.size());
  static constexpr std::pair<std::string_view, int> kPrefixes[] = {
      {"", 0},          {"f", -15}, {"p", -12}, {"n", -9}, {"u", -6}, {"\xC2\xB5", -6},
      {"\xCE\xBC", -6}, {"m", -3},  {"k", 3},   {"M", 6},  {"G", 9}};
  for (auto &[name, power] : kPrefixes)
    if (prefix == name)
      return power;
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> names) {
  std::string_view best;
  // Keys are short: what is longer is no misspelling of one.
  size_t least = text.size() <= 64 ? std::max<size_t>(1, text.size() / 3) + 1 : 0;
  for (std::string_view name : names)
    if (size_t distance = editDistance(text, name); distance < least) {
      least = distance;
      best = name;
    }
  return best;
}

std::string readBounded(const std::string &path, size_t mostBytes) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw DeviceFileError(path + ": no such file");
  std::ifstream file(path, std::ios::binary);
  uintmax_t size = std::filesystem::file_size(path, error);
  if (!file || error)
    throw DeviceFileError(path + ": cannot be read");
  if (size > mostBytes)
    throw DeviceFileError(path + ": " + std::to_string(size) + " bytes, at most " +
                          std::to_string(mostBytes) + " are read");
  std::string text(size_t(size), '\0');
  file.read(text.data(), std::streamsize(size));
  text.resize(size_t(file.gcount()));
  return text;
}

} // namespace spindle::device
