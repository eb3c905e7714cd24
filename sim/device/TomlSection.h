// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One table of a device file: typed access that remembers which keys were asked for, so that what
// nobody asked for can be refused. Internal to the reader.
#ifndef SPINDLE_SIM_DEVICE_TOMLSECTION_H
#define SPINDLE_SIM_DEVICE_TOMLSECTION_H

#include "sim/device/DeviceText.h"
#include "sim/device/Toml.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::device {

class TomlSection {
public:
  /// `path` is what stands before a key in messages: "" or "up.".
  TomlSection(const toml::table &table, std::string file, std::string path)
      : table_(&table), file_(std::move(file)), path_(std::move(path)) {}

  bool has(std::string_view key) const { return table_->contains(key); }

  /// A quantity in SI units ("" and "%" for pure numbers), kept if the key is absent. Refuses what
  /// is outside [low, high].
  void quantity(std::string_view key, std::string_view unit, double low, double high,
                double &value);
  void whole(std::string_view key, uint32_t low, uint32_t high, uint32_t &value);
  void text(std::string_view key, std::string &value);
  void boolean(std::string_view key, bool &value);
  /// Index of the text among `choices`; `value` is kept if the key is absent.
  void choice(std::string_view key, const std::vector<std::string_view> &choices, size_t &value);
  /// Numbers from `low` to `high`, at most `most` of them; nothing if the key is absent.
  std::vector<double> numbers(std::string_view key, double low, double high, size_t most);
  /// A sub-table, or nothing if the key is absent.
  std::optional<TomlSection> section(std::string_view key);
  /// An array of tables, or one table.
  std::vector<TomlSection> sections(std::string_view key);

  /// Refuses a key that would have a meaning elsewhere, and says why it has none here.
  void meaningless(std::string_view key, const std::string &why);
  /// The same for those of `keys` that nobody has asked for yet.
  void refuseUnasked(const std::vector<std::string_view> &keys, const std::string &why);
  /// Refuses keys that were not asked for, with the nearest one that was.
  void finish() const;

  /// At the key, or at the table where it has none.
  [[noreturn]] void fail(std::string_view key, const std::string &what) const;

private:
  const toml::node *find(std::string_view key);
  [[noreturn]] void failAt(const toml::source_region &where, const std::string &what) const;
  double numberOf(const toml::node &node, std::string_view key, std::string_view unit) const;
  TomlSection sub(const toml::node &node, std::string_view key, const std::string &path) const;

  const toml::table *table_;
  std::string file_, path_;
  std::set<std::string, std::less<>> known_;
};

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_TOMLSECTION_H
