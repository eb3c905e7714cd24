// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Generated connectivity: exact counts, statistics of what is drawn, and that a row depends on
// nothing but the rule and its source.
#include "sim/number/Connections.h"
#include "sim/number/Philox.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <thread>

using namespace spindle::number;

namespace {

ConnectionRule ruleOf(Rule rule, uint32_t sources, uint32_t targets) {
  ConnectionRule r;
  r.rule = rule;
  r.sources = sources;
  r.targets = targets;
  r.seed = 7;
  r.object = 3;
  return r;
}

std::vector<std::vector<Drawn>> allRows(const Connections &c) {
  std::vector<std::vector<Drawn>> rows(c.rule().sources);
  for (uint32_t s = 0; s < rows.size(); ++s) {
    c.row(s, rows[s]);
    CHECK(rows[s].size() == c.count(s));
    for (const Drawn &d : rows[s])
      if (d.target >= c.rule().targets || d.delay < 1 || d.weight >= c.weights().size())
        FAIL("a synapse out of range");
  }
  return rows;
}

uint64_t total(const std::vector<std::vector<Drawn>> &rows) {
  uint64_t n = 0;
  for (auto &row : rows)
    n += row.size();
  return n;
}

bool distinct(const std::vector<Drawn> &row) {
  std::set<uint32_t> targets;
  for (const Drawn &d : row)
    targets.insert(d.target);
  return targets.size() == row.size();
}

bool anySelf(const std::vector<std::vector<Drawn>> &rows) {
  for (uint32_t s = 0; s < rows.size(); ++s)
    for (const Drawn &d : rows[s])
      if (d.target == s)
        return true;
  return false;
}

std::vector<double> inDegrees(const std::vector<std::vector<Drawn>> &rows, uint32_t targets) {
  std::vector<double> degrees(targets, 0);
  for (auto &row : rows)
    for (const Drawn &d : row)
      degrees[d.target] += 1;
  return degrees;
}

std::pair<double, double> meanAndVariance(const std::vector<double> &values) {
  double sum = 0, squares = 0;
  for (double v : values)
    sum += v;
  double mean = sum / values.size();
  for (double v : values)
    squares += (v - mean) * (v - mean);
  return {mean, squares / values.size()};
}

} // namespace

TEST_CASE("deterministic rules list exactly their pairs") {
  auto all = allRows(Connections(ruleOf(Rule::AllToAll, 5, 7)));
  CHECK(total(all) == 35);
  CHECK(all[4][6].target == 6);
  auto others = allRows(Connections(ruleOf(Rule::AllButSelf, 6, 6)));
  CHECK(total(others) == 30);
  CHECK(!anySelf(others));
  for (auto &row : others)
    CHECK(distinct(row));
  auto one = allRows(Connections(ruleOf(Rule::OneToOne, 9, 9)));
  CHECK(total(one) == 9);
  CHECK(one[8].at(0).target == 8);
  CHECK(total(allRows(Connections(ruleOf(Rule::OneToOne, 9, 4)))) == 4);
}

TEST_CASE("a view tells which target is the source itself") {
  ConnectionRule r = ruleOf(Rule::AllButSelf, 3, 4);
  r.self = {kNoSelf, 0, 2};
  auto rows = allRows(Connections(r));
  CHECK(rows[0].size() == 4);
  CHECK(rows[1].size() == 3);
  CHECK(rows[1][0].target == 1);
  CHECK(rows[2][1].target == 1);
  CHECK(rows[2][2].target == 3);
}

TEST_CASE("fixed probability: the number of synapses is binomial and the targets uniform") {
  ConnectionRule r = ruleOf(Rule::FixedProbability, 2000, 1500);
  r.probability = GENERATE(0.02, 0.5, 0.97);
  r.allowSelf = false;
  Connections c(r);
  auto rows = allRows(c);
  CHECK(!anySelf(rows));
  double pairs = 2000.0 * 1500 - 1500, sd = std::sqrt(pairs * r.probability * (1 - r.probability));
  CHECK(std::fabs(total(rows) - pairs * r.probability) < 5 * sd);
  CHECK(c.synapses() == Approx(pairs * r.probability));
  auto [mean, variance] = meanAndVariance(inDegrees(rows, 1500));
  CHECK(variance == Approx(2000 * r.probability * (1 - r.probability)).epsilon(0.15));
  for (uint32_t s = 0; s < 50; ++s)
    CHECK(distinct(rows[s]));
}

TEST_CASE("a probability of 0 joins nothing, of 1 everything") {
  ConnectionRule r = ruleOf(Rule::FixedProbability, 10, 20);
  r.probability = 0;
  CHECK(total(allRows(Connections(r))) == 0);
  r.probability = 1;
  CHECK(total(allRows(Connections(r))) == 200);
}

TEST_CASE("fixed in-degree is exact for each target") {
  ConnectionRule r = ruleOf(Rule::FixedInDegree, 500, 300);
  r.number = GENERATE(0, 1, 40, 400);
  r.multapses = GENERATE(true, false);
  r.allowSelf = GENERATE(true, false);
  Connections c(r);
  auto rows = allRows(c);
  for (double d : inDegrees(rows, 300))
    CHECK(d == double(r.number));
  CHECK(c.synapses() == 300.0 * r.number);
  if (!r.allowSelf)
    CHECK(!anySelf(rows));
  if (!r.multapses)
    for (auto &row : rows)
      CHECK(distinct(row));
  if (r.number == 40) {
    std::vector<double> out;
    for (auto &row : rows)
      out.push_back(row.size());
    auto [mean, variance] = meanAndVariance(out);
    CHECK(mean == Approx(24.0));
    CHECK(variance == Approx(24.0 * (r.multapses ? 1.0 : 1.0 - 40.0 / 500)).epsilon(0.2));
  }
}

TEST_CASE("fixed out-degree is exact for each source") {
  ConnectionRule r = ruleOf(Rule::FixedOutDegree, 300, 500);
  r.number = GENERATE(0, 1, 40, 400);
  r.multapses = GENERATE(true, false);
  r.allowSelf = GENERATE(true, false);
  auto rows = allRows(Connections(r));
  for (auto &row : rows)
    CHECK(row.size() == r.number);
  if (!r.allowSelf)
    CHECK(!anySelf(rows));
  if (!r.multapses)
    for (auto &row : rows)
      CHECK(distinct(row));
  if (r.number == 40 && r.multapses)
    CHECK(std::any_of(rows.begin(), rows.end(), [](auto &row) { return !distinct(row); }));
}

TEST_CASE("fixed total: the sum is exact, the rows multinomial") {
  ConnectionRule r = ruleOf(Rule::FixedTotal, 400, 350);
  r.number = GENERATE(0, 1, 20001, 100000);
  r.multapses = GENERATE(true, false);
  r.allowSelf = GENERATE(true, false);
  auto rows = allRows(Connections(r));
  CHECK(total(rows) == r.number);
  if (!r.allowSelf)
    CHECK(!anySelf(rows));
  if (!r.multapses)
    for (auto &row : rows)
      CHECK(distinct(row));
  if (r.number == 20001 && r.allowSelf) {
    std::vector<double> out;
    for (auto &row : rows)
      out.push_back(row.size());
    auto [mean, variance] = meanAndVariance(out);
    double expected = r.multapses ? mean : mean * (1 - 20001.0 / (400 * 350));
    CHECK(variance == Approx(expected).epsilon(0.25));
    CHECK(meanAndVariance(inDegrees(rows, 350)).second ==
          Approx(r.multapses ? 20001.0 / 350 : 20001.0 / 350 * (1 - 1.0 / 7)).epsilon(0.25));
  }
}

TEST_CASE("distance: the step kernel on a torus is a neighbourhood") {
  ConnectionRule r = ruleOf(Rule::Distance, 100, 100);
  r.space.source.extent = r.space.target.extent = {10, 10, 1};
  r.space.kernel = Kernel::Step;
  r.space.scale = 1.0;
  r.allowSelf = false;
  auto open = allRows(Connections(r));
  CHECK(total(open) == 360); // 2 * 2 * 9 * 10
  CHECK(open[0].size() == 2);
  r.space.period = {10, 10, 0};
  auto torus = allRows(Connections(r));
  CHECK(total(torus) == 400);
  std::set<uint32_t> corner;
  for (const Drawn &d : torus[0])
    corner.insert(d.target);
  CHECK(corner == std::set<uint32_t>{1, 9, 10, 90});
}

TEST_CASE("distance: frequencies follow the kernel up to the cut-off") {
  ConnectionRule r = ruleOf(Rule::Distance, 1000, 1000);
  r.space.source.extent = r.space.target.extent = {1000, 1, 1};
  r.space.source.spacing = r.space.target.spacing = {0.5, 1, 1};
  r.space.kernel = GENERATE(Kernel::Gaussian, Kernel::Exponential);
  r.space.amplitude = 0.8;
  r.space.scale = 2.0;
  r.space.cutoff = 5.0;
  r.space.period = {500, 0, 0};
  auto rows = allRows(Connections(r));
  std::map<uint32_t, double> found;
  for (uint32_t s = 0; s < 1000; ++s)
    for (const Drawn &d : rows[s])
      found[std::min((d.target + 1000 - s) % 1000, (s + 1000 - d.target) % 1000)] += 1;
  CHECK(found.rbegin()->first == 10);
  for (uint32_t k = 0; k <= 10; ++k) {
    double x = 0.5 * k, pairs = k ? 2000 : 1000;
    double p = 0.8 * (r.space.kernel == Kernel::Gaussian ? std::exp(-x * x / 8) : std::exp(-x / 2));
    CHECK(std::fabs(found[k] - pairs * p) < 5 * std::sqrt(pairs * p * (1 - p)));
  }
}

TEST_CASE("weights and delays of the rows follow their distributions") {
  ConnectionRule r = ruleOf(Rule::FixedTotal, 300, 300);
  r.number = 400000;
  r.weight = {Law::Normal, -87.8, 8.78};
  r.weight.high = 0;
  r.delay = {Law::Normal, 15, 7.5};
  r.delay.low = 1;
  Connections c(r);
  std::vector<double> weights, delays;
  for (auto &row : allRows(c))
    for (const Drawn &d : row) {
      weights.push_back(c.weights()[d.weight]);
      delays.push_back(d.delay);
    }
  auto [meanWeight, varianceWeight] = meanAndVariance(weights);
  CHECK(meanWeight == Approx(-87.8).epsilon(0.001));
  CHECK(std::sqrt(varianceWeight) == Approx(8.78).epsilon(0.01));
  CHECK(*std::max_element(weights.begin(), weights.end()) < 0);
  auto [meanDelay, varianceDelay] = meanAndVariance(delays);
  CHECK(meanDelay == Approx(r.delay.mean()).epsilon(0.003));
  CHECK(*std::min_element(delays.begin(), delays.end()) == 1);
  CHECK(*std::max_element(delays.begin(), delays.end()) == double(c.longestDelay()));
  CHECK(c.shortestDelay() == 1);
  double covariance = 0;
  for (size_t i = 0; i < weights.size(); ++i)
    covariance += (weights[i] - meanWeight) * (delays[i] - meanDelay);
  CHECK(std::fabs(covariance / weights.size() / std::sqrt(varianceWeight * varianceDelay)) < 0.01);
}

TEST_CASE("rows are the same in any order and on any thread") {
  ConnectionRule r = ruleOf(GENERATE(Rule::AllToAll, Rule::FixedProbability, Rule::FixedInDegree,
                                     Rule::FixedOutDegree, Rule::FixedTotal),
                            200, 250);
  r.probability = 0.3;
  r.number = r.rule == Rule::FixedTotal ? 9000 : 60;
  r.multapses = GENERATE(true, false);
  r.weight = {Law::Uniform, 0, 0.5};
  r.delay = {Law::Uniform, 1, 20};
  auto rows = allRows(Connections(r));
  Connections other(r);
  bool same = true;
  std::thread backwards([&] {
    std::vector<Drawn> row;
    for (uint32_t s = 200; s-- > 0;) {
      other.row(s, row);
      same = same && row == rows[s];
    }
  });
  backwards.join();
  CHECK(same);
  ConnectionRule seeded = r, numbered = r;
  seeded.seed = 8;
  numbered.object = 4;
  CHECK(allRows(Connections(seeded)) != rows);
  CHECK(allRows(Connections(numbered)) != rows);
}

TEST_CASE("the numbers that results depend on") {
  ConnectionRule r = ruleOf(Rule::FixedOutDegree, 10, 1000);
  r.number = 3;
  r.delay = {Law::Uniform, 1, 100};
  r.weight = {Law::Uniform, 0, 1};
  std::vector<Drawn> row;
  Connections(r).row(2, row);
  auto block = philox(7, Purpose::Weight, 3, 2, 0);
  REQUIRE(row.size() == 3);
  CHECK(row[0].target == uint64_t{block[1]} * 1000 >> 32);
  CHECK(row[0].weight == (block[0] >> 16 & 4095));
  CHECK(row[0].delay == std::lrint(1 + 99 * ((block[0] & 0xFFFF) + 0.5) / 65536));
  CHECK(row[1].target == uint64_t{block[3]} * 1000 >> 32);
}

TEST_CASE("impossible rules are refused") {
  ConnectionRule r = ruleOf(Rule::FixedInDegree, 10, 10);
  r.number = 11;
  CHECK_NOTHROW(Connections(r));
  r.multapses = false;
  CHECK_THROWS_WITH(Connections(r), "without multapses at most 10 synapses are possible, not 11");
  r.number = 10;
  CHECK_NOTHROW(Connections(r));
  r.allowSelf = false;
  CHECK_THROWS_AS(Connections(r), std::invalid_argument);
  r = ruleOf(Rule::FixedProbability, 10, 10);
  r.probability = 1.5;
  CHECK_THROWS_WITH(Connections(r), "a probability lies between 0 and 1");
  r = ruleOf(Rule::AllToAll, 10, 10);
  r.weight = {Law::Normal, 1, -1};
  CHECK_THROWS_WITH(Connections(r), "weight: the deviation is negative");
  r = ruleOf(Rule::AllToAll, 10, 10);
  r.delay = {Law::Constant, 70000};
  CHECK_THROWS_AS(Connections(r), std::invalid_argument);
  CHECK_THROWS_AS(Connections(ruleOf(Rule::AllToAll, 0, 10)), std::invalid_argument);
}
