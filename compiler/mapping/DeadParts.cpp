// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The lists of dead parts as a configuration writes them.
#include "compiler/mapping/Machine.h"

#include <charconv>

namespace spindle::map {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  return text;
}

bool readNumber(std::string_view text, int &value) {
  text = trimmed(text);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool isNone(std::string_view text) {
  constexpr std::string_view none = "none";
  if (text.empty())
    return true;
  if (text.size() != none.size())
    return false;
  for (size_t i = 0; i < none.size(); ++i)
    if ((text[i] | 0x20) != none[i])
      return false;
  return true;
}

/// The usual numbering of cores by the monitor's choice: physical core 10 is the monitor.
int fromPhysical(int p) { return p == 10 ? 0 : p + 1; }

std::string wrong(std::string_view part, const char *wanted) {
  return "'" + std::string(part) + "': expected " + wanted;
}

/// Calls `add` with the fields of each part; it says whether they are right.
template <typename Add>
std::optional<std::string> parse(std::string_view text, size_t fields, const char *wanted,
                                 Add add) {
  text = trimmed(text);
  if (isNone(text))
    return std::nullopt;
  for (std::string_view part : split(text, ':')) {
    std::vector<std::string_view> field = split(part, ',');
    int x, y;
    if (field.size() != fields || !readNumber(field[0], x) || !readNumber(field[1], y) ||
        !add(ChipId{x, y}, field))
      return wrong(part, wanted);
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string> DeadParts::addChips(std::string_view text) {
  return parse(text, 2, "x,y, several with ':' between them",
               [&](ChipId chip, const std::vector<std::string_view> &) {
                 chips.push_back(chip);
                 return true;
               });
}

std::optional<std::string> DeadParts::addCores(std::string_view text) {
  return parse(text, 3, "x,y,core or x,y,first-last, several with ':' between them",
               [&](ChipId chip, const std::vector<std::string_view> &field) {
                 std::string_view p = trimmed(field[2]);
                 int first, last;
                 if (readNumber(p, first)) {
                   cores.emplace_back(chip.x, chip.y, first > 0 ? first : fromPhysical(-first));
                   return true;
                 }
                 size_t dash = p.find('-', 1);
                 if (dash == std::string_view::npos || !readNumber(p.substr(0, dash), first) ||
                     !readNumber(p.substr(dash + 1), last) || first < 1 || last < first ||
                     last > 255)
                   return false;
                 for (int core = first; core <= last; ++core)
                   cores.emplace_back(chip.x, chip.y, core);
                 return true;
               });
}

std::optional<std::string> DeadParts::addLinks(std::string_view text) {
  return parse(text, 3, "x,y,link with a link from 0 to 5, several with ':' between them",
               [&](ChipId chip, const std::vector<std::string_view> &field) {
                 int link;
                 if (!readNumber(field[2], link) || link < 0 || link >= kLinks)
                   return false;
                 links.emplace_back(chip.x, chip.y, link);
                 return true;
               });
}

} // namespace spindle::map
