// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/device/TomlSection.h"

#include <cmath>
#include <sstream>

namespace spindle::device {

namespace {

std::string shortNumber(double x) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << x;
  return out.str();
}

/// "siemens (S)" for messages.
std::string unitText(std::string_view unit) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"S", "siemens (S)"},
      {"Ohm", "ohms (Ohm)"},
      {"V", "volts (V)"},
      {"s", "seconds (s)"},
      {"1/s", "one over seconds (1/s)"}};
  for (auto &[symbol, name] : kNames)
    if (symbol == unit)
      return std::string(name);
  return "a number without a unit";
}

std::string example(std::string_view unit) {
  return unit.empty() ? "0.05 or \"5 %\""
                      : "\"5 " + std::string(unit == "1/s" ? "" : "u") + std::string(unit) + "\"";
}

} // namespace

void TomlSection::failAt(const toml::source_region &where, const std::string &what) const {
  throw DeviceFileError(file_ + ":" + std::to_string(where.begin.line) + ":" +
                        std::to_string(where.begin.column) + ": " + what);
}

void TomlSection::fail(std::string_view key, const std::string &what) const {
  const toml::node *node = table_->get(key);
  failAt(node ? node->source() : table_->source(), "'" + path_ + std::string(key) + "': " + what);
}

const toml::node *TomlSection::find(std::string_view key) {
  known_.emplace(key);
  return table_->get(key);
}

double TomlSection::numberOf(const toml::node &node, std::string_view key,
                             std::string_view unit) const {
  if (auto number = node.value<double>(); number && !node.is_boolean() && !node.is_string())
    return *number;
  const auto *string = node.as_string();
  if (!string)
    fail(key, "expected a number or text such as " + example(unit));
  std::string_view rest = trimmed(string->get());
  auto number = takeNumber(rest);
  if (!number)
    fail(key, "'" + string->get().substr(0, 40) + "' is no quantity such as " + example(unit));
  std::string_view given = trimmed(rest);
  if (given.empty())
    return *number;
  if (unit.empty() && given == "%")
    return *number / 100;
  auto power = unit.empty() ? std::nullopt : prefixOf(given, unit);
  if (!power || (unit == "1/s" && *power != 0))
    fail(key, "unit '" + std::string(given.substr(0, 40)) + "' where " + unitText(unit) +
                  " is expected");
  // The power of ten is exact, and so is the quotient's rounding: "5 uS" is 5e-6 to the last bit.
  return *power < 0 ? *number / std::pow(10, -*power) : *number * std::pow(10, *power);
}

void TomlSection::quantity(std::string_view key, std::string_view unit, double low, double high,
                           double &value) {
  const toml::node *node = find(key);
  if (!node)
    return;
  double number = numberOf(*node, key, unit);
  if (!(number >= low && number <= high))
    fail(key, shortNumber(number) + " is outside " + shortNumber(low) + " to " + shortNumber(high) +
                  (unit.empty() ? "" : " " + std::string(unit)));
  value = number;
}

void TomlSection::whole(std::string_view key, uint32_t low, uint32_t high, uint32_t &value) {
  const toml::node *node = find(key);
  if (!node)
    return;
  auto number = node->value_exact<int64_t>();
  if (!number)
    fail(key, "expected a whole number");
  if (*number < int64_t(low) || *number > int64_t(high))
    fail(key, std::to_string(*number) + " is outside " + std::to_string(low) + " to " +
                  std::to_string(high));
  value = uint32_t(*number);
}

void TomlSection::text(std::string_view key, std::string &value) {
  const toml::node *node = find(key);
  if (!node)
    return;
  if (!node->is_string())
    fail(key, "expected text in quotes");
  value = node->as_string()->get();
}

void TomlSection::boolean(std::string_view key, bool &value) {
  const toml::node *node = find(key);
  if (!node)
    return;
  if (!node->is_boolean())
    fail(key, "expected true or false");
  value = node->as_boolean()->get();
}

void TomlSection::choice(std::string_view key, const std::vector<std::string_view> &choices,
                         size_t &value) {
  const toml::node *node = find(key);
  if (!node)
    return;
  std::string given;
  text(key, given);
  std::string all;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (choices[i] == given) {
      value = i;
      return;
    }
    all += (i ? ", " : "") + std::string(choices[i]);
  }
  std::string_view near = nearest(given, choices);
  fail(key, "'" + given.substr(0, 40) + "' is none of " + all +
                (near.empty() ? "" : " (did you mean '" + std::string(near) + "'?)"));
}

std::vector<double> TomlSection::numbers(std::string_view key, double low, double high,
                                         size_t most) {
  const toml::node *node = find(key);
  std::vector<double> values;
  if (!node)
    return values;
  const toml::array *array = node->as_array();
  if (!array)
    fail(key, "expected a list of numbers");
  if (array->size() > most)
    fail(key, std::to_string(array->size()) + " numbers, at most " + std::to_string(most));
  for (const toml::node &element : *array) {
    auto number = element.value<double>();
    if (!number || element.is_boolean() || !(*number >= low && *number <= high))
      failAt(element.source(), "'" + path_ + std::string(key) + "': expected a number from " +
                                   shortNumber(low) + " to " + shortNumber(high));
    values.push_back(*number);
  }
  return values;
}

TomlSection TomlSection::sub(const toml::node &node, std::string_view key,
                             const std::string &path) const {
  const toml::table *table = node.as_table();
  if (!table)
    fail(key, "expected a table");
  return {*table, file_, path + "."};
}

std::optional<TomlSection> TomlSection::section(std::string_view key) {
  const toml::node *node = find(key);
  if (!node)
    return std::nullopt;
  return sub(*node, key, path_ + std::string(key));
}

std::vector<TomlSection> TomlSection::sections(std::string_view key) {
  const toml::node *node = find(key);
  std::vector<TomlSection> all;
  if (!node)
    return all;
  const toml::array *array = node->as_array();
  if (!array) {
    all.push_back(sub(*node, key, path_ + std::string(key)));
    return all;
  }
  for (const toml::node &element : *array)
    all.push_back(sub(element, key, path_ + std::string(key)));
  return all;
}

void TomlSection::meaningless(std::string_view key, const std::string &why) {
  if (find(key))
    fail(key, why);
}

void TomlSection::refuseUnasked(const std::vector<std::string_view> &keys, const std::string &why) {
  for (std::string_view key : keys)
    if (!known_.count(key) && table_->contains(key))
      fail(key, why);
}

void TomlSection::finish() const {
  for (const auto &[key, node] : *table_) {
    std::string_view name = key.str();
    if (known_.count(name))
      continue;
    std::vector<std::string_view> names(known_.begin(), known_.end());
    std::string_view near = nearest(name, names);
    std::string known;
    for (std::string_view one : names)
      known += (known.empty() ? "" : ", ") + std::string(one);
    failAt(key.source(),
           "unknown key '" + path_ + std::string(name.substr(0, 40)) + "' (" +
               (near.empty() ? "known are " + known : "did you mean '" + std::string(near) + "'?") +
               ")");
  }
}

} // namespace spindle::device
