// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantile tables: moments, bounds, signs and rounding.
#include "sim/number/Distribution.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>

using namespace spindle::number;

namespace {

double meanOf(const std::vector<double> &values) {
  double sum = 0;
  for (double v : values)
    sum += v;
  return sum / values.size();
}

double deviationOf(const std::vector<double> &values) {
  double mean = meanOf(values), sum = 0;
  for (double v : values)
    sum += (v - mean) * (v - mean);
  return std::sqrt(sum / values.size());
}

} // namespace

TEST_CASE("normal quantiles are those of the tables") {
  Distribution d{Law::Normal, 0, 1};
  CHECK(d.quantile(0.5) == Approx(0.0).margin(1e-15));
  CHECK(d.quantile(0.975) == Approx(1.959963984540054).epsilon(1e-12));
  CHECK(d.quantile(0.001) == Approx(-3.090232306167814).epsilon(1e-12));
  CHECK(d.quantile(1e-20) == Approx(-9.262340089798408).epsilon(1e-12));
  CHECK(d.fractionBelow(1.959963984540054) == Approx(0.975).epsilon(1e-12));
}

TEST_CASE("tables of weights have the moments of their distribution") {
  CHECK(meanOf(weightTable({Law::Normal, 5, 1})) == Approx(5.0));
  CHECK(deviationOf(weightTable({Law::Normal, 5, 1})) == Approx(1.0).epsilon(0.001));
  CHECK(meanOf(weightTable({Law::Uniform, 2, 4})) == Approx(3.0));
  CHECK(deviationOf(weightTable({Law::Uniform, 2, 4})) == Approx(1 / std::sqrt(3.0)).epsilon(1e-5));
  CHECK(meanOf(weightTable({Law::Exponential, 3, 0})) == Approx(3.0).epsilon(1e-4));
  CHECK(deviationOf(weightTable({Law::Exponential, 3, 0})) == Approx(3.0).epsilon(0.002));
  CHECK(meanOf(weightTable({Law::Exponential, -3, 0})) == Approx(-3.0).epsilon(1e-4));
  CHECK(meanOf(weightTable({Law::LogNormal, 0.5, 0.4})) ==
        Approx(std::exp(0.5 + 0.08)).epsilon(1e-4));
  CHECK(weightTable({Law::Constant, 2.5}) == std::vector<double>{2.5});
  CHECK(weightTable({Law::Normal, 2.5, 0}) == std::vector<double>{2.5});
}

TEST_CASE("a sign never flips: clipped to 0, or drawn again") {
  Distribution clipped{Law::Normal, 1, 1};
  REQUIRE(keepSign(clipped));
  auto table = weightTable(clipped);
  CHECK(table.front() == 0.0);
  CHECK(std::count(table.begin(), table.end(), 0.0) == 649); // 15.87 % of 4096
  Distribution redrawn = clipped;
  redrawn.redraw = true;
  table = weightTable(redrawn);
  CHECK(table.front() > 0.0);
  CHECK(meanOf(table) == Approx(1.2875999709391783).epsilon(1e-4)); // 1 + phi(1) / Phi(1)
  Distribution inhibitory{Law::Normal, -1, 1};
  REQUIRE(keepSign(inhibitory));
  CHECK(weightTable(inhibitory).back() == 0.0);
  Distribution neither{Law::Normal, 0, 1}, both{Law::Uniform, -1, 1};
  CHECK(!keepSign(neither));
  CHECK(!keepSign(both));
  Distribution negated{Law::LogNormal, 0, 1};
  negated.negate = true;
  CHECK(keepSign(negated));
  table = weightTable(negated);
  CHECK(*std::max_element(table.begin(), table.end()) < 0);
}

TEST_CASE("delays are rounded half to even and cut below at one step") {
  CHECK(delayTable({Law::Constant, 2.5}) == std::vector<uint16_t>{2});
  CHECK(delayTable({Law::Constant, 3.5}) == std::vector<uint16_t>{4});
  CHECK(delayTable({Law::Constant, 0.2}) == std::vector<uint16_t>{1});
  auto table = delayTable({Law::Normal, 15, 7.5});
  CHECK(table.size() == 65536);
  CHECK(table.front() == 1);
  CHECK(std::is_sorted(table.begin(), table.end()));
  // All that rounds to 1 or lies below: z < (1.5 - 15) / 7.5.
  CHECK(std::count(table.begin(), table.end(), 1) == Approx(65536 * 0.035930).epsilon(0.001));
  CHECK(Distribution{Law::Normal, 15, 7.5}.fractionBelow(1.0) == Approx(0.0309741).epsilon(1e-4));
  CHECK(delayTable({Law::Uniform, 3.1, 3.3}) == std::vector<uint16_t>{3});
}

TEST_CASE("impossible distributions say why") {
  CHECK(Distribution{Law::Uniform, 2, 1}.problem() == "the upper bound lies below the lower one");
  CHECK(Distribution{Law::Constant, std::nan("")}.problem() ==
        "a parameter is not a finite number");
  Distribution far{Law::Normal, 0, 1};
  far.low = 50;
  far.redraw = true;
  CHECK(far.problem() == "hardly any value lies within the bounds");
  CHECK(Distribution{Law::Normal, 1, 2}.problem().empty());
}
