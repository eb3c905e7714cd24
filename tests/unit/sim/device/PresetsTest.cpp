// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Presets against the formulas of their sources, in the sources' own units.
#include "sim/device/Presets.h"
#include "sim/device/Nonlinearity.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace spindle::device;

namespace {

/// aihwkit: steps of a weight w in [low, high].
struct Kit {
  double low, high;

  double range() const { return high - low; }
  double up(const Device &d, double w) const {
    return range() * Response(d.up).step((w - low) / range());
  }
  double down(const Device &d, double w) const {
    return range() * Response(*d.down).step((high - w) / range());
  }
};

} // namespace

TEST_CASE("linear steps of aihwkit: d (1 - ls w / bound)") {
  struct Linear {
    const char *name;
    Kit kit;
    double step, up, down;
  };
  for (const Linear &l : {Linear{"capacitor", {-1, 1}, 0.005, 0.05, 0.05},
                          {"ecram", {-0.8276, 1.1724}, 0.002, 0.1153, 0.5085},
                          {"ecram-mo", {-0.8286, 1.1714}, 2.8214e-4, 0.4152, 0.7342},
                          {"reram-sb", {-0.75, 1.25}, 0.002, 1, 1},
                          {"reram-om", {-1, 1}, 0.0949, 1, 1},
                          {"gokmen-vlasov", {-1, 1}, 0.0016, 0, 0}})
    for (double part : {0.0, 0.3, 0.5, 0.9}) {
      const Device &d = *presetNamed(l.name);
      double w = l.kit.low + part * l.kit.range();
      INFO(l.name << " " << w);
      CHECK(l.kit.up(d, w) == Approx(l.step * (1 - l.up * w / l.kit.high)).epsilon(1e-9));
      CHECK(l.kit.down(d, w) == Approx(l.step * (1 - l.down * w / l.kit.low)).epsilon(1e-9));
    }
}

TEST_CASE("exponential steps of aihwkit: d (1 - A e^(+-gamma z)), z = 2 w a / range + b") {
  for (double part : {0.0, 0.3, 0.5, 0.9}) {
    double w = -1 + 2 * part, z = w * -0.5 - 0.5;
    const Device &es = *presetNamed("reram-es");
    CHECK(Kit{-1, 1}.up(es, w) ==
          Approx(0.00135 * 1.259 * (1 + 1.18445 * std::exp(5 * z))).epsilon(1e-9));
    CHECK(Kit{-1, 1}.down(es, w) ==
          Approx(0.00135 * 0.741 * (1 + 0.081404 * std::exp(-5 * z))).epsilon(1e-9));
    const Device &pcm = *presetNamed("pcm-unidirectional");
    w = 2 * part;
    CHECK(Kit{0, 2}.up(pcm, w) == Approx(0.01 * (1 + 27.235 * std::exp(2.5 * -w))).epsilon(1e-9));
    CHECK(!pcm.down);
  }
}

TEST_CASE("weight 0 is where aihwkit's devices begin") {
  CHECK(presetNamed("capacitor")->initial == 0.5);
  CHECK(presetNamed("reram-sb")->initial == Approx(0.375));
  CHECK(presetNamed("pcm-unidirectional")->initial == 0);
}

TEST_CASE("curves of NeuroSim: G(n) = Gmin + B (1 - e^(-n / (A P))), down with its own label") {
  struct Row {
    const char *name;
    double up, down, pulsesUp, pulsesDown;
  };
  for (const Row &r : {Row{"ag-asi", 2.4, -4.88, 97, 100}, {"hzo-fefet", 1.75, 1.46, 32, 32}}) {
    const Device &d = *presetNamed(r.name);
    double range = d.maximum - d.minimum;
    auto curve = [&](double label, double pulses, double n) {
      double a = curvatureOf(label);
      return d.minimum + range / (1 - std::exp(-1 / a)) * (1 - std::exp(-n / (a * pulses)));
    };
    INFO(r.name);
    for (uint32_t n = 0; n <= 32; n += 8) {
      CHECK(d.minimum + range * Response(d.up).after(0, n) ==
            Approx(curve(r.up, r.pulsesUp, n)).epsilon(1e-9));
      // The same formula run backwards from P pulses.
      double down = d.maximum - range * Response(*d.down).after(0, n);
      CHECK(down == Approx(curve(r.down, r.pulsesDown, r.pulsesDown - n)).epsilon(1e-9));
    }
  }
}
