// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the readers of device files share: their error, quantities with units, bounded reading, and
// the nearest of some names.
#ifndef SPINDLE_SIM_DEVICE_DEVICETEXT_H
#define SPINDLE_SIM_DEVICE_DEVICETEXT_H

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace spindle::device {

/// A device file or a measurement that cannot be used: a finished sentence that begins with the
/// file's name and the place in it.
struct DeviceFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The number at the start of `text`, with what follows it left in `text`; no locale, no
/// hexadecimal, never infinite or NaN.
std::optional<double> takeNumber(std::string_view &text);

/// The power of ten of an SI prefix before `unit` ("uS" before "S" is -6; "" is 0), or nothing
/// where `text` is no such unit. The sign for micro may be u or the Greek letter, ohm is written
/// Ohm.
std::optional<int> prefixOf(std::string_view text, std::string_view unit);

/// Without the spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// The name that differs from `text` by the fewest letters, if they are at most a third of it; else
/// empty.
std::string_view nearest(std::string_view text, std::span<const std::string_view> names);

/// All of a file. Throws DeviceFileError where it cannot be read or is larger than `mostBytes`,
/// before anything of it is held.
std::string readBounded(const std::string &path, size_t mostBytes);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_DEVICETEXT_H
