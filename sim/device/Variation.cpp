// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Deviates of devices, alone and with their neighbours.
#include "sim/device/Variation.h"

#include "sim/number/Distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace spindle::device {

namespace {

struct Info {
  std::string_view name;
  bool absolute;
};
constexpr std::array<Info, kParameters> kInfo = {{{"step", false},
                                                  {"step-up", false},
                                                  {"step-down", false},
                                                  {"asymmetry", true},
                                                  {"label-up", true},
                                                  {"label-down", true},
                                                  {"label", true},
                                                  {"slope", true},
                                                  {"exponent", false},
                                                  {"min", false},
                                                  {"max", false},
                                                  {"initial", true},
                                                  {"cycle", false},
                                                  {"read", false},
                                                  {"retention", false},
                                                  {"lifetime", false}}};

constexpr uint32_t kWaves = 64;

} // namespace

double normalOf(double u) {
  return number::Distribution{.law = number::Law::Normal, .a = 0, .b = 1}.quantile(u);
}

double normalBelow(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

std::string_view nameOf(Parameter parameter) { return kInfo[size_t(parameter)].name; }
bool isAbsolute(Parameter parameter) { return kInfo[size_t(parameter)].absolute; }

std::optional<Parameter> parameterNamed(std::string_view name) {
  for (size_t i = 0; i < kParameters; ++i)
    if (kInfo[i].name == name)
      return Parameter(i);
  return std::nullopt;
}

std::string_view Variation::problem() const {
  if (!(sigma >= 0 && sigma <= 100))
    return "a sigma lies between 0 and 100";
  if (law == Spread::LogNormal && isAbsolute(parameter))
    return "a parameter that may be negative cannot be log-normal";
  if (!(low < high && normalBelow(high) - normalBelow(low) > 1e-9))
    return "between 'low' and 'high' there is nothing of a normal distribution";
  if (!(std::fabs(gradientRows) <= 100 && std::fabs(gradientColumns) <= 100))
    return "a gradient lies between -100 and 100";
  if (!(correlationLength >= 0 && correlationLength <= 1e6))
    return "a correlation length lies between 0 and 1e6 cells";
  if (!(correlatedShare >= 0 && correlatedShare <= 1))
    return "a correlated share lies between 0 and 1";
  return {};
}

CorrelatedField::CorrelatedField(uint64_t seed, uint32_t tile, Parameter parameter, double length) {
  uint32_t kind = uint32_t(Draw::Field) + uint32_t(parameter);
  // The waves belong to the tile: they are drawn at its place (0, 0).
  Place place{seed, tile, 0, 0};
  double share = 1 / std::sqrt(double(kWaves));
  for (uint32_t wave = 0; wave < kWaves; ++wave) {
    TwoUniform direction = uniforms(place, kind, 2 * wave);
    TwoUniform weight = uniforms(place, kind, 2 * wave + 1);
    // Wave number of the spectrum (1 + (L w)^2)^(-3/2): its distribution function is
    // 1 - 1 / sqrt(1 + (L w)^2).
    double w = std::sqrt(1 / (direction.first * direction.first) - 1) / length;
    double angle = 2 * std::numbers::pi * direction.second;
    waves_.push_back({w * std::cos(angle), w * std::sin(angle), share * normalOf(weight.first),
                      share * normalOf(weight.second)});
  }
}

double CorrelatedField::at(uint32_t row, uint32_t column) const {
  double sum = 0;
  for (const Wave &wave : waves_) {
    double phase = wave.row * row + wave.column * column;
    sum += wave.cosine * std::cos(phase) + wave.sine * std::sin(phase);
  }
  return sum;
}

double deviate(const Variation &variation, const Place &place, const CorrelatedField *field) {
  uint32_t kind = uint32_t(Draw::Parameter) + uint32_t(variation.parameter);
  double z = normalOf(uniforms(place, kind, 0).first);
  if (variation.correlationLength > 0) {
    double share = variation.correlatedShare;
    double common = field ? field->at(place.row, place.column)
                          : CorrelatedField(place.seed, place.tile, variation.parameter,
                                            variation.correlationLength)
                                .at(place.row, place.column);
    z = std::sqrt(1 - share) * z + std::sqrt(share) * common;
  }
  if (std::isinf(variation.low) && std::isinf(variation.high))
    return z;
  double below = normalBelow(variation.low), above = normalBelow(variation.high);
  double u = below + normalBelow(z) * (above - below);
  double cut = normalOf(std::clamp(u, 0x1p-54, 1 - 0x1p-53));
  return std::clamp(cut, variation.low, variation.high);
}

double deviation(const Variation &variation, const Place &place, Extent extent,
                 const CorrelatedField *field) {
  auto plane = [](double gradient, uint32_t index, uint32_t count) {
    return count > 1 ? gradient * (double(index) / (count - 1) - 0.5) : 0;
  };
  return (variation.sigma == 0 ? 0 : variation.sigma * deviate(variation, place, field)) +
         plane(variation.gradientRows, place.row, extent.rows) +
         plane(variation.gradientColumns, place.column, extent.columns);
}

double varied(double value, const Variation &variation, double d) {
  if (isAbsolute(variation.parameter))
    return value + d;
  return value * (variation.law == Spread::LogNormal ? std::exp(d) : std::max(0.0, 1 + d));
}

} // namespace spindle::device
