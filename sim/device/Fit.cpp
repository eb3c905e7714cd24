// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Labels by search with the range solved inside (variable projection); piecewise steps by isotonic
// regression.
#include "sim/device/Fit.h"

#include "sim/device/Nonlinearity.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::device {

namespace {

constexpr size_t kMostSearched = 4096; ///< points of a direction that a search looks at
constexpr double kLabelEnd = 9.9;

/// One direction as fractions of its pulses.
struct Direction {
  std::vector<double> x = {}, siemens = {};
  bool up = true;
  double pulses = 0;
  double label = 0;
};

Direction directionOf(const CurvePoints &points, bool up, const std::string &name) {
  double first = points.siemens.front(), last = points.siemens.back();
  if (up ? last <= first : last >= first)
    throw DeviceFileError(name + ": the " + (up ? "up" : "down") + " curve does not " +
                          (up ? "rise" : "fall") + " from its first to its last point");
  Direction direction{.up = up, .pulses = points.pulses.back() - points.pulses.front()};
  size_t stride = (points.size() + kMostSearched - 1) / kMostSearched;
  for (size_t i = 0; i < points.size(); i += stride) {
    direction.x.push_back((points.pulses[i] - points.pulses.front()) / direction.pulses);
    direction.siemens.push_back(points.siemens[i]);
  }
  return direction;
}

struct Range {
  double low = 0, high = 0, squares = 0;
};

/// Least squares of low (1 - w) + high w over all directions.
Range rangeFor(const std::vector<Direction> &directions) {
  double ll = 0, lh = 0, hh = 0, yl = 0, yh = 0, yy = 0;
  for (const Direction &d : directions) {
    double a = curvatureOf(d.label);
    double whole = std::isinf(a) ? 0 : std::expm1(-1 / a);
    for (size_t i = 0; i < d.x.size(); ++i) {
      double w = whole == 0 ? d.x[i] : std::expm1(-d.x[i] / a) / whole;
      if (!d.up)
        w = 1 - w;
      double l = 1 - w, y = d.siemens[i];
      ll += l * l;
      lh += l * w;
      hh += w * w;
      yl += l * y;
      yh += w * y;
      yy += y * y;
    }
  }
  double determinant = ll * hh - lh * lh;
  Range range;
  if (determinant > 1e-12 * ll * hh) {
    range.low = std::max(0.0, (yl * hh - yh * lh) / determinant);
    range.high = range.low > 0 ? (yh * ll - yl * lh) / determinant : yh / hh;
  } else {
    range.high = hh > 0 ? yh / hh : 0;
  }
  double low = range.low, high = range.high;
  range.squares =
      yy - 2 * (low * yl + high * yh) + low * low * ll + 2 * low * high * lh + high * high * hh;
  return range;
}

/// The place of the least f in [low, high], by golden section.
template <typename F> double leastBetween(double low, double high, F f) {
  const double golden = 0.5 * (std::sqrt(5.0) - 1);
  double x1 = high - golden * (high - low), x2 = low + golden * (high - low);
  double f1 = f(x1), f2 = f(x2);
  for (int i = 0; i < 50; ++i) {
    if (f1 < f2) {
      high = x2, x2 = x1, f2 = f1;
      f1 = f(x1 = high - golden * (high - low));
    } else {
      low = x1, x1 = x2, f1 = f2;
      f2 = f(x2 = low + golden * (high - low));
    }
  }
  return 0.5 * (low + high);
}

/// The label of one direction that gives the least squares, the others held.
void searchLabel(std::vector<Direction> &directions, size_t index) {
  auto squares = [&](double label) {
    directions[index].label = label;
    return rangeFor(directions).squares;
  };
  constexpr int kGrid = 66;
  double best = 0, least = squares(0), spacing = 2 * kLabelEnd / kGrid;
  for (int i = 0; i <= kGrid; ++i) {
    double label = -kLabelEnd + spacing * i;
    if (double s = squares(label); s < least) {
      least = s;
      best = label;
    }
  }
  double label = leastBetween(std::max(-kLabelEnd, best - spacing),
                              std::min(kLabelEnd, best + spacing), squares);
  directions[index].label = squares(label) <= least ? label : best;
}

/// The labels depend on each other through the range. Each is searched in turn, and after a round
/// the way of both together is followed further (Powell's method).
void searchLabels(std::vector<Direction> &directions) {
  constexpr int kRounds = 8;
  for (int round = 0; round < (directions.size() > 1 ? kRounds : 1); ++round) {
    std::vector<Direction> before = directions;
    for (size_t i = 0; i < directions.size(); ++i)
      searchLabel(directions, i);
    if (round == 0 || directions.size() == 1)
      continue;
    std::vector<Direction> after = directions;
    auto along = [&](double t) {
      for (size_t i = 0; i < directions.size(); ++i)
        directions[i].label = std::clamp(after[i].label + t * (after[i].label - before[i].label),
                                         -kLabelEnd, kLabelEnd);
      return rangeFor(directions).squares;
    };
    double stand = along(0), t = leastBetween(0, 30, along);
    if (along(t) > stand)
      along(0);
  }
}

FitQuality qualityOf(const Device &device, bool up, const CurvePoints &points) {
  std::vector<double> model = modelled(device, up, points.pulses);
  double mean = 0, squares = 0, spread = 0;
  for (double g : points.siemens)
    mean += g / double(points.size());
  FitQuality quality{.points = points.size()};
  for (size_t i = 0; i < points.size(); ++i) {
    double residual = points.siemens[i] - model[i];
    squares += residual * residual;
    spread += (points.siemens[i] - mean) * (points.siemens[i] - mean);
    quality.largest = std::max(quality.largest, std::fabs(residual));
  }
  quality.rms = std::sqrt(squares / double(points.size()));
  quality.rSquared = spread > 0 ? 1 - squares / spread : 0;
  return quality;
}

Fit finished(Device device, const MeasuredCurves &curves, const std::string &name) {
  if (!(device.minimum < device.maximum))
    throw DeviceFileError(name + ": no range between lowest and highest conductance was found");
  device.source = "fitted to " + name;
  Fit fit{std::move(device), {}, {}};
  fit.up = qualityOf(fit.device, true, curves.up);
  if (!curves.down.empty())
    fit.down = qualityOf(fit.device, false, curves.down);
  return fit;
}

void requireUp(const MeasuredCurves &curves, const std::string &name) {
  if (curves.up.empty())
    throw DeviceFileError(name + ": only a down curve; a device needs an up curve");
}

/// Blocks of an isotonic regression: middle of their pulses, their value.
CurvePoints isotonic(const CurvePoints &points, bool up) {
  struct Block {
    double pulses, siemens, count, first;
  };
  std::vector<Block> blocks;
  for (size_t i = 0; i < points.size(); ++i) {
    blocks.push_back({points.pulses[i], points.siemens[i], 1, points.pulses[i]});
    auto wrong = [&] {
      const Block &a = blocks[blocks.size() - 2], &b = blocks.back();
      return up ? b.siemens <= a.siemens : b.siemens >= a.siemens;
    };
    while (blocks.size() > 1 && wrong()) {
      Block b = blocks.back();
      blocks.pop_back();
      Block &a = blocks.back();
      double count = a.count + b.count;
      a = {(a.pulses * a.count + b.pulses * b.count) / count,
           (a.siemens * a.count + b.siemens * b.count) / count, count, a.first};
    }
  }
  // Where a curve ends in a plateau, the device has arrived at the plateau's beginning, in the
  // midst of its last pulse: it came there as fast as it went just before.
  Block &last = blocks.back();
  if (last.count > 1) {
    last.pulses = last.first;
    if (blocks.size() > 2) {
      const Block &a = blocks[blocks.size() - 3], &b = blocks[blocks.size() - 2];
      double rest = (last.siemens - b.siemens) / (b.siemens - a.siemens) * (b.pulses - a.pulses);
      last.pulses = std::min(last.pulses, b.pulses + rest);
    }
  }
  CurvePoints result;
  for (const Block &block : blocks) {
    result.pulses.push_back(block.pulses);
    result.siemens.push_back(block.siemens);
  }
  return result;
}

/// A line through points whose x rise, continued beyond both ends.
double lineAt(const std::vector<double> &x, const std::vector<double> &y, double at) {
  size_t i = size_t(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  i = std::clamp<size_t>(i, 1, x.size() - 1);
  if (!(x[i] > x[i - 1])) // points may coincide after rounding
    return y[i - 1];
  return y[i - 1] + (y[i] - y[i - 1]) * (at - x[i - 1]) / (x[i] - x[i - 1]);
}

/// The step of a pulse at `state` from the line pulses(x). The rise over the next pulse alone would
/// hand the noise of two points on, and errors would add up along the curve. So the mean is taken
/// over half the way to both neighbouring nodes, about the middle of the pulse: what is left out
/// there in one node's share is in the other's.
double stepAt(const std::vector<double> &x, const std::vector<double> &pulses, double state,
              double half) {
  auto mean = [&](double centre, double width) {
    double time = lineAt(x, pulses, centre + width) - lineAt(x, pulses, centre - width);
    return time > 0 ? std::min(2 * width / time, 1.0) : 1;
  };
  double next = lineAt(pulses, x, lineAt(x, pulses, state) + 1) - state;
  next = std::clamp(next, 0.0, 1.0);
  return std::max(0.0, mean(state + 0.5 * next, std::max(half, 0.5 * next)));
}

} // namespace

std::vector<double> modelled(const Device &device, bool up, const std::vector<double> &pulses) {
  if (!up && !device.down)
    throw std::logic_error("a down curve of a device that has none");
  Response response(up ? device.up : *device.down);
  std::vector<double> siemens;
  double x = 0, before = pulses.empty() ? 0 : pulses.front();
  for (double n : pulses) {
    x = response.after(x, uint32_t(std::clamp(n - before, 0.0, 1e9)));
    before = n;
    double state = up ? x : 1 - x;
    siemens.push_back(device.minimum + state * (device.maximum - device.minimum));
  }
  return siemens;
}

Fit fitExponential(const MeasuredCurves &curves, const std::string &name) {
  requireUp(curves, name);
  std::vector<Direction> directions = {directionOf(curves.up, true, name)};
  if (!curves.down.empty())
    directions.push_back(directionOf(curves.down, false, name));
  searchLabels(directions);
  Range range = rangeFor(directions);
  Device device;
  device.minimum = range.low;
  device.maximum = range.high;
  auto curve = [](const Direction &d) {
    return Curve{.family = Family::Exponential, .pulses = d.pulses, .label = d.label};
  };
  device.up = curve(directions[0]);
  if (directions.size() > 1)
    device.down = curve(directions[1]);
  return finished(std::move(device), curves, name);
}

PiecewiseSteps piecewiseSteps(const CurvePoints &points, bool up, const std::string &name,
                              size_t nodes) {
  if (nodes < 2 || nodes > 4097)
    throw std::invalid_argument("a piecewise fit has 2 to 4097 nodes");
  directionOf(points, up, name);
  CurvePoints smooth = isotonic(points, up);
  PiecewiseSteps result{.from = smooth.siemens.front(), .to = smooth.siemens.back()};
  if (smooth.size() < 2)
    throw DeviceFileError(name + ": the " + (up ? "up" : "down") + " curve is flat");
  std::vector<double> x;
  for (double g : smooth.siemens)
    x.push_back((g - result.from) / (result.to - result.from));
  for (size_t k = 0; k < nodes; ++k)
    result.steps.push_back(
        stepAt(x, smooth.pulses, double(k) / double(nodes - 1), 0.5 / double(nodes - 1)));
  return result;
}

Fit fitPiecewise(const MeasuredCurves &curves, const std::string &name, size_t nodes) {
  requireUp(curves, name);
  PiecewiseSteps up = piecewiseSteps(curves.up, true, name, nodes);
  auto curve = [](const PiecewiseSteps &p) {
    Curve c{.family = Family::Piecewise};
    c.table = std::make_shared<const std::vector<double>>(p.steps);
    return c;
  };
  Device device;
  device.minimum = up.from;
  device.maximum = up.to;
  device.up = curve(up);
  if (!curves.down.empty()) {
    PiecewiseSteps down = piecewiseSteps(curves.down, false, name, nodes);
    device.down = curve(down);
    device.minimum = 0.5 * (device.minimum + down.to);
    device.maximum = 0.5 * (device.maximum + down.from);
  }
  return finished(std::move(device), curves, name);
}

} // namespace spindle::device
