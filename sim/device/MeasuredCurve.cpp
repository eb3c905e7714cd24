// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The CSV reader. Rows are taken one at a time: nothing is sized by a number in the file.
#include "sim/device/MeasuredCurve.h"

#include <array>
#include <cmath>

namespace spindle::device {

namespace {

constexpr size_t kMostCells = 3;
constexpr double kMostSiemens = 1e3;

enum class Column : uint8_t { None, Pulse, Single, Up, Down };

struct Layout {
  std::array<Column, kMostCells> columns{};
  std::array<double, kMostCells> scale{1, 1, 1};
  size_t count = 0;

  bool has(Column column) const {
    for (size_t i = 0; i < count; ++i)
      if (columns[i] == column)
        return true;
    return false;
  }
};

struct Row {
  std::array<std::string_view, kMostCells> cells;
  size_t count = 0;
};

class Reader {
public:
  Reader(std::string_view text, const std::string &name) : text_(text), name_(name) {}

  MeasuredCurves read();

private:
  [[noreturn]] void fail(const std::string &what) const {
    throw DeviceFileError(name_ + ": row " + std::to_string(row_) + ": " + what);
  }
  bool nextLine(std::string_view &line);
  Row split(std::string_view line) const;
  double number(std::string_view cell) const;
  bool header(const Row &row);
  void bareLayout(const Row &row);
  void nameColumn(size_t index, std::string_view cell);
  void take(const Row &row);
  void add(CurvePoints &points, double pulse, std::string_view cell, double scale);

  std::string_view text_;
  const std::string &name_;
  size_t row_ = 0, taken_ = 0;
  Layout layout_;
  CurvePoints single_, up_, down_;
};

bool Reader::nextLine(std::string_view &line) {
  if (text_.empty())
    return false;
  size_t end = std::min(text_.find('\n'), text_.size());
  line = text_.substr(0, end);
  text_.remove_prefix(std::min(end + 1, text_.size()));
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  ++row_;
  return true;
}

Row Reader::split(std::string_view line) const {
  Row row;
  while (true) {
    size_t end = std::min(line.find_first_of(",;\t"), line.size());
    if (row.count == kMostCells)
      fail("more than 3 columns");
    row.cells[row.count++] = trimmed(line.substr(0, end));
    if (end == line.size())
      return row;
    line.remove_prefix(end + 1);
  }
}

double Reader::number(std::string_view cell) const {
  std::string_view rest = cell;
  auto value = takeNumber(rest);
  if (!value || !rest.empty())
    fail("'" + std::string(cell.substr(0, 40)) + "' is not a number");
  return *value;
}

void Reader::nameColumn(size_t index, std::string_view cell) {
  static constexpr std::pair<std::string_view, Column> kNames[] = {{"pulse", Column::Pulse},
                                                                   {"conductance", Column::Single},
                                                                   {"up", Column::Up},
                                                                   {"down", Column::Down}};
  size_t underscore = std::min(cell.find('_'), cell.size());
  std::string_view name = cell.substr(0, underscore), unit = cell.substr(underscore);
  for (auto &[known, column] : kNames)
    if (name == known)
      layout_.columns[index] = column;
  if (layout_.columns[index] == Column::None)
    fail("unknown column '" + std::string(cell.substr(0, 40)) +
         "' (known are pulse, conductance, up and down)");
  for (size_t i = 0; i < index; ++i)
    if (layout_.columns[i] == layout_.columns[index])
      fail("column '" + std::string(name) + "' is there twice");
  if (unit.empty())
    return;
  auto power = prefixOf(unit.substr(1), "S");
  if (!power || layout_.columns[index] == Column::Pulse)
    fail("column '" + std::string(cell.substr(0, 40)) +
         "': after the underscore stands a unit of conductance such as uS");
  layout_.scale[index] = std::pow(10, *power);
}

/// Whether the row is a header; then the layout is known.
bool Reader::header(const Row &row) {
  std::string_view first = row.cells[0];
  if (first.empty() ||
      !((first[0] >= 'a' && first[0] <= 'z') || (first[0] >= 'A' && first[0] <= 'Z')))
    return false;
  layout_.count = row.count;
  for (size_t i = 0; i < row.count; ++i)
    nameColumn(i, row.cells[i]);
  bool single = layout_.has(Column::Single);
  bool pair = layout_.has(Column::Up) && layout_.has(Column::Down);
  if (single ? layout_.count != 2 || !layout_.has(Column::Pulse) : !pair)
    fail("columns are pulse,conductance or up,down or pulse,up,down");
  return true;
}

void Reader::bareLayout(const Row &row) {
  layout_.count = row.count;
  if (row.count < 2)
    fail("one column, at least two are needed");
  layout_.columns = row.count == 2 ? std::array{Column::Pulse, Column::Single, Column::None}
                                   : std::array{Column::Pulse, Column::Up, Column::Down};
}

void Reader::add(CurvePoints &points, double pulse, std::string_view cell, double scale) {
  if (cell.empty())
    return;
  double siemens = number(cell) * scale;
  if (!(siemens >= 0 && siemens <= kMostSiemens))
    fail("a conductance of " + std::string(cell) + " is outside 0..1000 S");
  // A gap in one column would be a value at an unknown number of pulses.
  if (layout_.count == 3 || layout_.has(Column::Up))
    if (points.size() != taken_)
      fail("a value below an empty cell");
  if (!points.empty() && pulse <= points.pulses.back())
    fail("the number of pulses does not rise");
  points.pulses.push_back(pulse);
  points.siemens.push_back(siemens);
}

void Reader::take(const Row &row) {
  if (row.count != layout_.count)
    fail(std::to_string(row.count) + " columns, " + std::to_string(layout_.count) +
         " in the rows before");
  if (taken_ == kMostCurveRows)
    fail("more than 1000000 rows");
  double pulse = double(taken_);
  for (size_t i = 0; i < row.count; ++i)
    if (layout_.columns[i] == Column::Pulse) {
      pulse = number(row.cells[i]);
      if (!(pulse >= 0 && pulse <= kMostMeasuredPulses && pulse == std::floor(pulse)))
        fail("a number of pulses is a whole number from 0 to 1e7");
    }
  for (size_t i = 0; i < row.count; ++i) {
    Column column = layout_.columns[i];
    if (column == Column::Single && row.cells[i].empty())
      fail("no conductance");
    if (column == Column::Single)
      add(single_, pulse, row.cells[i], layout_.scale[i]);
    if (column == Column::Up)
      add(up_, pulse, row.cells[i], layout_.scale[i]);
    if (column == Column::Down)
      add(down_, pulse, row.cells[i], layout_.scale[i]);
  }
  ++taken_;
}

MeasuredCurves Reader::read() {
  bool laidOut = false;
  for (std::string_view line; nextLine(line);) {
    if (row_ == 1 && line.substr(0, 3) == "\xEF\xBB\xBF")
      line.remove_prefix(3);
    if (trimmed(line).empty() || line[0] == '#')
      continue;
    Row row = split(line);
    if (!laidOut) {
      laidOut = true;
      if (header(row))
        continue;
      bareLayout(row);
    }
    take(row);
  }
  MeasuredCurves curves{std::move(up_), std::move(down_)};
  if (!single_.empty())
    (single_.siemens.back() > single_.siemens.front() ? curves.up : curves.down) =
        std::move(single_);
  for (const CurvePoints *points : {&curves.up, &curves.down})
    if (points->size() > 0 && points->size() < 3)
      throw DeviceFileError(name_ + ": a curve needs three points or more");
  if (curves.up.empty() && curves.down.empty())
    throw DeviceFileError(name_ + ": no values");
  return curves;
}

} // namespace

MeasuredCurves parseMeasured(std::string_view text, const std::string &name) {
  if (text.size() > kMostCurveBytes)
    throw DeviceFileError(name + ": more than 16 MiB");
  return Reader(text, name).read();
}

MeasuredCurves readMeasured(const std::string &path) {
  return parseMeasured(readBounded(path, kMostCurveBytes), path);
}

} // namespace spindle::device
