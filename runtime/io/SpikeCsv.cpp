// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text: one event a line, `t,id` or `t,x,y,p`; the header says the unit of time.
#include "runtime/io/SpikeReaders.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <tuple>

namespace spindle::io {
namespace {

enum class Unit { Step, Microsecond, Millisecond, Second };

struct Layout {
  size_t columns = 0; ///< 2 or 4
  Unit unit = Unit::Step;
};

using Fields = std::array<std::string_view, 5>;

[[noreturn]] void fail(uint64_t line, const std::string &what) {
  throw InputError("line " + std::to_string(line) + ": " + what);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\"";
  size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Fields between commas or semicolons, else between blanks; at most five are looked at.
size_t split(std::string_view line, Fields &fields) {
  std::string_view separators = line.find_first_of(",;") != std::string_view::npos ? ",;" : " \t";
  size_t count = 0;
  while (count < fields.size()) {
    size_t end = line.find_first_of(separators);
    std::string_view field = trim(line.substr(0, end));
    if (!field.empty() || separators[0] == ',')
      fields[count++] = field;
    if (end == std::string_view::npos)
      break;
    line.remove_prefix(end + 1);
  }
  return count;
}

bool isHeader(std::string_view field) {
  return !field.empty() && (std::isalpha(static_cast<unsigned char>(field[0])) || field[0] == '_');
}

Layout layoutOf(const Fields &header, size_t count, uint64_t line) {
  std::array<std::string, std::tuple_size_v<Fields>> fields;
  for (size_t i = 0; i < count; ++i)
    for (char c : header[i])
      fields[i] += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const std::string &time = fields[0];
  Layout layout;
  bool events = count == 2 && (fields[1] == "id" || fields[1] == "neuron");
  bool camera = count == 4 && fields[1] == "x" && fields[2] == "y" &&
                (fields[3] == "p" || fields[3] == "polarity");
  if (!events && !camera)
    fail(line, "the columns are not 't,id' or 't,x,y,p'");
  layout.columns = count;
  if (time == "step")
    layout.unit = Unit::Step;
  else if (time == "t")
    layout.unit = camera ? Unit::Microsecond : Unit::Step;
  else if (time == "t_us")
    layout.unit = Unit::Microsecond;
  else if (time == "t_ms")
    layout.unit = Unit::Millisecond;
  else if (time == "t_s")
    layout.unit = Unit::Second;
  else
    fail(line, "the time column '" + time + "' is none of t, step, t_us, t_ms, t_s");
  return layout;
}

/// A whole number, also one that a table of reals wrote as 12.0.
uint64_t integer(std::string_view field, uint64_t line) {
  const char *last = field.data() + field.size();
  uint64_t value = 0;
  if (auto [end, error] = std::from_chars(field.data(), last, value);
      error == std::errc() && end == last)
    return value;
  double real = 0;
  auto [end, error] = std::from_chars(field.data(), last, real);
  if (error != std::errc() || end != last || !(real >= 0 && real <= 0x1p53) ||
      real != std::floor(real))
    fail(line, "'" + std::string(field) + "' is no whole number >= 0");
  return static_cast<uint64_t>(real);
}

double real(std::string_view field, uint64_t line) {
  double value = 0;
  auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size() || !std::isfinite(value) ||
      value < 0)
    fail(line, "'" + std::string(field) + "' is no time");
  return value;
}

double secondsPer(Unit unit) {
  return unit == Unit::Second ? 1 : unit == Unit::Millisecond ? 1e-3 : 1e-6;
}

class Reader {
public:
  Reader(std::span<const int64_t> shape, const LoadOptions &options)
      : shape_(shape), size_(sizeOf(shape)), options_(options) {}

  void line(std::string_view text, uint64_t number) {
    text = trim(text);
    if (text.empty() || text[0] == '#')
      return;
    Fields fields;
    size_t count = split(text, fields);
    if (layout_.columns == 0) {
      if (isHeader(fields[0])) {
        layout_ = layoutOf(fields, count, number);
        return;
      }
      if (count != 2 && count != 4)
        fail(number, std::to_string(count) + " columns; 't,id' or 't,x,y,p' are read");
      layout_ = {count, count == 4 ? Unit::Microsecond : Unit::Step};
    }
    if (count != layout_.columns)
      fail(number, std::to_string(count) + " columns, not " + std::to_string(layout_.columns));
    layout_.columns == 2 ? event(fields, number) : cameraEvent(fields, number);
  }

  SpikeInput finish() {
    if (layout_.columns == 0)
      throw InputError("no events");
    if (layout_.columns == 4 && layout_.unit != Unit::Step) {
      input_ = bin(camera_, shape_, options_);
    } else if (layout_.columns == 4) {
      CameraShape camera(shape_);
      for (const CameraEvent &event : camera_)
        addSpike(input_, event.timeUs, camera.index(event), options_);
    }
    constexpr const char *kUnits[] = {"steps", "microseconds", "milliseconds", "seconds"};
    input_.note = std::string(layout_.columns == 2 ? "events t,id" : "camera events t,x,y,p") +
                  ", t in " + kUnits[static_cast<int>(layout_.unit)];
    return std::move(input_);
  }

private:
  void event(const Fields &fields, uint64_t number) {
    uint64_t neuron = integer(fields[1], number);
    if (neuron >= size_)
      fail(number,
           "neuron " + std::to_string(neuron) + "; the source has " + std::to_string(size_));
    addSpike(input_, stepOf(fields[0], number), static_cast<uint32_t>(neuron), options_);
  }

  uint64_t stepOf(std::string_view field, uint64_t number) const {
    if (layout_.unit == Unit::Step)
      return integer(field, number);
    if (!(options_.dt > 0))
      fail(number, "times in a unit need a step; none is known for this network (give --dt)");
    // A time on the grid may lie just below it once written in decimal.
    double step = std::floor(real(field, number) * secondsPer(layout_.unit) / options_.dt + 1e-6);
    if (!(step < static_cast<double>(options_.maxSteps)))
      fail(number, "the time " + std::string(field) + " lies too far out");
    return static_cast<uint64_t>(step);
  }

  void cameraEvent(const Fields &fields, uint64_t number) {
    uint64_t time = 0;
    if (layout_.unit == Unit::Step || layout_.unit == Unit::Microsecond) {
      time = integer(fields[0], number);
    } else {
      double us = std::round(real(fields[0], number) * secondsPer(layout_.unit) * 1e6);
      if (us > 1e15)
        fail(number, "the time " + std::string(fields[0]) + " lies too far out");
      time = static_cast<uint64_t>(us);
    }
    camera_.push_back({time, number, integer(fields[1], number), integer(fields[2], number),
                       integer(fields[3], number)});
  }

  std::span<const int64_t> shape_;
  uint64_t size_;
  const LoadOptions &options_;
  Layout layout_;
  SpikeInput input_;
  std::vector<CameraEvent> camera_;
};

} // namespace

SpikeInput readSpikeCsv(std::span<const std::byte> bytes, std::span<const int64_t> shape,
                        const LoadOptions &options) {
  std::string_view text(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  if (text.starts_with("\xef\xbb\xbf")) // byte order mark of a spreadsheet
    text.remove_prefix(3);
  Reader reader(shape, options);
  for (uint64_t number = 1; !text.empty(); ++number) {
    size_t end = text.find('\n');
    reader.line(text.substr(0, end), number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return reader.finish();
}

} // namespace spindle::io
