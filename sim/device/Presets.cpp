// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Published devices: the records of MLP NeuroSim V3.0 and the presets of aihwkit.
#include "sim/device/Presets.h"

#include "sim/device/Nonlinearity.h"

#include <cmath>

namespace spindle::device {

namespace {

constexpr const char *kNeuroSim =
    "MLP NeuroSim V3.0: user manual, table II (32 nm), and Cell.cpp of its source";
constexpr const char *kAihwkit = "aihwkit: src/aihwkit/simulator/presets/devices.py";
constexpr const char *kNominal =
    "weights without a unit in the source: the range in siemens is nominal";

/// One row of the table, labels as written there.
struct Record {
  const char *name, *note;
  double pulsesUp, pulsesDown, labelUp, labelDown;
  double onResistance, onOff;
  WritePulse up, down;
  double cycle; ///< fraction of the range
};

constexpr Record kRecords[] = {
    {"ag-asi", "Ag:a-Si", 97, 100, 2.4, -4.88, 26e6, 12.5, {3.2, 300e-6}, {-2.8, 300e-6}, 0.035},
    {"taox-hfox", "TaOx/HfOx", 128, 128, 0.04, -0.63, 100e3, 10, {1.6, 50e-9}, {1.6, 50e-9}, 0.037},
    {"pcmo",
     "PCMO; cycle noise is given as below 1 %",
     50,
     50,
     3.68,
     -6.76,
     23e6,
     6.84,
     {-2, 1e-3},
     {2, 1e-3},
     0.01},
    {"alox-hfo2",
     "AlOx/HfO2",
     40,
     40,
     1.94,
     -0.61,
     16.9e3,
     4.43,
     {0.9, 100e-6},
     {-1, 100e-6},
     0.05},
    {"gst-pcm",
     "GST phase change; retracing down curve (positive label); 100 to 120 levels in the source",
     100,
     120,
     0.105,
     2.4,
     4.71e3,
     19.8,
     {0.7, 6e-6},
     {3, 125e-9},
     0.015},
    {"epiram", "Ag:SiGe", 64, 64, 0.5, -0.5, 81e3, 50.2, {5, 5e-6}, {-3, 5e-6}, 0.02},
    {"hzo-fefet",
     "HZO ferroelectric transistor; retracing down curve (positive label); cycle noise is given as "
     "below 0.5 %",
     32,
     32,
     1.75,
     1.46,
     559e3,
     45,
     {3.65, 75e-9},
     {-2.95, 75e-9},
     0.005},
};

Curve exponential(double pulses, double label) {
  Curve curve;
  curve.family = Family::Exponential;
  curve.pulses = pulses;
  curve.label = label;
  return curve;
}

Device deviceOf(const Record &r) {
  Device d;
  d.name = r.name;
  d.source = kNeuroSim;
  d.note = r.note;
  d.maximum = 1 / r.onResistance;
  d.minimum = d.maximum / r.onOff;
  d.up = exponential(r.pulsesUp, r.labelUp);
  d.down = exponential(r.pulsesDown, downLabel(r.labelDown));
  d.upPulse = r.up;
  d.downPulse = r.down;
  d.cycle = {CycleMeaning::OfRange, r.cycle};
  d.readVoltage = 0.5;
  return d;
}

Device neuroSimIdeal() {
  Device d;
  d.name = "ideal";
  d.source = kNeuroSim;
  d.note = "NeuroSim's IdealDevice: straight, 64 levels, no noise";
  d.minimum = 100e-9;
  d.maximum = 5e-6;
  d.levels = 64;
  d.up = exponential(63, 0);
  d.down = d.up;
  d.upPulse = d.downPulse = {2, 10e-9};
  d.downPulse.voltage = -2;
  d.readVoltage = 0.5;
  return d;
}

/// What the presets of aihwkit share: weights low..high, a step and its spreads.
struct Kit {
  const char *name, *note;
  double step, low, high;
  double stepSpread, boundSpread, cycle;
  double upDown = 0, upDownSpread = 0;
};

Device deviceOf(const Kit &kit) {
  Device d;
  d.name = kit.name;
  d.source = kAihwkit;
  d.note = std::string(kit.note) + "; " + kNominal;
  d.minimum = 1e-6;
  d.maximum = 10e-6;
  d.initial = -kit.low / (kit.high - kit.low); // weight 0
  d.cycle = {CycleMeaning::OfStep, kit.cycle};
  auto spread = [&](Parameter parameter, double sigma) {
    if (sigma > 0)
      d.variations.push_back({.parameter = parameter, .sigma = sigma});
  };
  spread(Parameter::Step, kit.stepSpread);
  spread(Parameter::Asymmetry, kit.upDownSpread);
  // The upper bound's spread, w_max sigma, as a fraction of Gmax.
  double bound = kit.boundSpread * kit.high / (kit.high - kit.low);
  spread(Parameter::Maximum, bound * (d.maximum - d.minimum) / d.maximum);
  return d;
}

/// Steps d (1 - slope w/high) up and d (1 - slope w/low) down, in x.
Curve linear(const Kit &kit, double slope, bool up) {
  double range = kit.high - kit.low;
  double toward = up ? kit.high : -kit.low, from = up ? -kit.low : kit.high;
  double first = 1 + slope * from / toward;
  double step = kit.step * (up ? 1 + kit.upDown : 1 - kit.upDown) / range;
  Curve curve;
  curve.family = slope == 0 ? Family::Constant : slope == 1 ? Family::SoftBounds : Family::Linear;
  curve.step = step * first;
  curve.slope = slope == 0 ? 0 : slope * range / toward / first;
  if (slope == 1)
    curve.slope = 0; // the family says it
  return curve;
}

Device linearKit(const Kit &kit, double slopeUp, double slopeDown) {
  Device d = deviceOf(kit);
  d.up = linear(kit, slopeUp, true);
  d.down = linear(kit, slopeDown, false);
  return d;
}

/// z = 2 w a / (high - low) + b; steps d (1 - A e^(+-gamma z)).
Curve expStep(const Kit &kit, double amplitude, double gamma, double a, double b, bool up) {
  double range = kit.high - kit.low;
  double start = 2 * a * (up ? kit.low : kit.high) / range + b;
  Curve curve;
  curve.family = Family::ExpStep;
  curve.step = kit.step * (up ? 1 + kit.upDown : 1 - kit.upDown) / range;
  curve.amplitude = amplitude * std::exp((up ? gamma : -gamma) * start);
  curve.rate = 2 * a * gamma; // down: e^(-gamma z) with z falling in x
  return curve;
}

Device reramEs() {
  Kit kit{"reram-es", "exponential steps; write noise 75 of the source is not in it",
          0.00135,    -1,
          1,          0.2,
          0.3,        5,
          0.259};
  Device d = deviceOf(kit);
  d.up = expStep(kit, -1.18445, 5, -0.5, -0.5, true);
  d.down = expStep(kit, -0.081404, 5, -0.5, -0.5, false);
  return d;
}

Device pcmUnidirectional() {
  Kit kit{"pcm-unidirectional",
          "phase change, pulses up only and reset, for pairs with refresh; of the noise the "
          "multiplicative part",
          0.01,
          0,
          2,
          0.2,
          0.1,
          0.6};
  Device d = deviceOf(kit);
  d.minimum = 0;
  d.maximum = 25e-6; // g_max of the same source's inference noise model
  d.initial = 0;
  d.up = expStep(kit, -27.235, 2.5, -1, 0, true);
  d.erase = {0.005, 0.01, 0.01};
  d.retention.law = LossLaw::Pcm;
  d.retention.programmingError = true;
  return d;
}

Device reramArray(const char *name, double step, double spread, Spread law, double bound,
                  double cycle, double corrupt) {
  Kit kit{name, "soft bounds; write noise of the source is not in it", step, -1, 1, 0, bound,
          cycle};
  Device d = linearKit(kit, 1, 1);
  Variation v{.parameter = Parameter::Step, .law = law, .sigma = spread};
  d.variations.insert(d.variations.begin(), v);
  d.stuck.random = corrupt;
  return d;
}

std::vector<Device> all() {
  std::vector<Device> list = {neuroSimIdeal()};
  for (const Record &record : kRecords)
    list.push_back(deviceOf(record));
  list.push_back(linearKit(
      {"gokmen-vlasov", "constant steps, about 1200 states", 0.0016, -1, 1, 0.3, 0.3, 0.3, 0, 0.01},
      0, 0));
  list.push_back(linearKit(
      {"idealized", "constant steps, 10,000 states", 0.0002, -1, 1, 0.3, 0.3, 0.3}, 0, 0));
  list.push_back(reramEs());
  list.push_back(linearKit({"reram-sb", "soft bounds; write noise 56 of the source is not in it",
                            0.002, -0.75, 1.25, 0.3, 0, 3.75},
                           1, 1));
  list.push_back(linearKit({"capacitor", "leak of 1e6 mini-batches of the source is not in it",
                            0.005, -1, 1, 0.1, 0.07, 0.3},
                           0.05, 0.05));
  list.push_back(linearKit({"ecram", "ECRAM (Li et al.)", 0.002, -0.8276, 1.1724, 0.1, 0.05, 0.3},
                           0.1153, 0.5085));
  list.push_back(linearKit({"ecram-mo", "metal-oxide ECRAM", 2.8214e-4, -0.8286, 1.1714, 0.1, 0, 2},
                           0.4152, 0.7342));
  list.push_back(pcmUnidirectional());
  list.push_back(reramArray("reram-om", 0.0949, 0.783, Spread::LogNormal, 0.35, 0.416, 0.135));
  list.push_back(reramArray("reram-hfo2", 0.4622, 0.7125, Spread::Normal, 0.43, 0.217, 0.098));
  return list;
}

} // namespace

std::span<const Device> presets() {
  static const std::vector<Device> list = all();
  return list;
}

const Device *presetNamed(std::string_view name) {
  for (const Device &device : presets())
    if (device.name == name)
      return &device;
  return nullptr;
}

} // namespace spindle::device
