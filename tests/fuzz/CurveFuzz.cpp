// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measured curves, and the fits of what is accepted.
#include "sim/device/Fit.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace spindle::device;

void requirePromises(const CurvePoints &points) {
  if (!points.empty() && points.size() < 3)
    std::abort();
  for (size_t i = 0; i < points.size(); ++i)
    if (!(points.siemens[i] >= 0) || (i && !(points.pulses[i - 1] < points.pulses[i])))
      std::abort();
}

void requireUsable(Fit (*fit)(const MeasuredCurves &), const MeasuredCurves &curves) {
  try {
    if (!fit(curves).device.problem().empty())
      std::abort();
  } catch (const DeviceFileError &) {
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try {
    std::string_view text(reinterpret_cast<const char *>(data), size);
    MeasuredCurves curves = parseMeasured(text, "in.csv");
    requirePromises(curves.up);
    requirePromises(curves.down);
    requireUsable([](const MeasuredCurves &c) { return fitPiecewise(c, "in.csv"); }, curves);
    // The search costs its points some hundred times.
    if (curves.up.size() + curves.down.size() < 64)
      requireUsable([](const MeasuredCurves &c) { return fitExponential(c, "in.csv"); }, curves);
  } catch (const DeviceFileError &) {
  }
  return 0;
}
