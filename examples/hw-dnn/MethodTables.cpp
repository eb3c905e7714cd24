// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Methods against nonlinearity, levels, rounding and variation. docs/hw-dnn.md says where rates and
// weight ranges come from; the tables name them.
#include "examples/hw-dnn/Tables.h"

#include <fmt/format.h>

namespace spindle::hwdnn {

namespace {

const std::vector<std::string> kAll = {"U1", "U2", "U2A", "U3", "U3c"};
const std::vector<std::string> kMain = {"U1", "U2A", "U3", "U3c"};

Options runOf(const std::string &method, const std::string &rounding, double up, double down,
              double pulses, double weightRange, double rate) {
  Options o;
  o.method = method;
  o.rounding = rounding;
  o.up = up;
  o.down = down;
  o.pulses = pulses;
  o.weightRange = weightRange;
  o.rate = rate;
  return o;
}

std::vector<std::string> headed(const std::vector<std::string> &first,
                                const std::vector<std::string> &methods) {
  std::vector<std::string> cells = first;
  for (const std::string &m : methods)
    cells.push_back(nameOfMethod(m));
  return cells;
}

std::string difference(Runner &runner, const Options &a, const Options &b) {
  return textOf(pairedDifference(runner.ask(a), runner.ask(b)), 2, true);
}

/// A condition and the run of each method in it.
struct Line {
  std::string name;
  std::map<std::string, Options> runs;
  Options &operator[](const std::string &method) { return runs.at(method); }
};

void accuracyTable(Runner &runner, Page &page, std::vector<Line> &lines,
                   const std::vector<std::string> &methods, const std::string &first) {
  page.header(headed({first}, methods));
  for (Line &line : lines) {
    std::vector<std::string> cells = {line.name};
    for (const std::string &m : methods)
      cells.push_back(line.runs.count(m) ? textOf(intervalOf(runner.ask(line[m]))) : "-");
    page.row(cells);
  }
  page.text += "\nSettings (w_max, eta): ";
  for (Line &line : lines) {
    page.text += line.name + ":";
    for (const std::string &m : methods)
      if (line.runs.count(m))
        page.text += fmt::format(" {} ({:g}, {:g})", m, line[m].weightRange, line[m].rate);
    page.text += &line == &lines.back() ? ".\n" : "; ";
  }
}

void differenceTable(Runner &runner, Page &page, std::vector<Line> &lines,
                     const std::vector<std::pair<std::string, std::string>> &pairs) {
  page.text += "\nPaired differences:\n\n";
  std::vector<std::string> cells = {""};
  for (auto &[a, b] : pairs)
    cells.push_back(a + " - " + b);
  page.header(cells);
  for (Line &line : lines) {
    cells = {line.name};
    for (auto &[a, b] : pairs)
      cells.push_back(
          line.runs.count(a) && line.runs.count(b) ? difference(runner, line[a], line[b]) : "-");
    page.row(cells);
  }
}

void countTable(Runner &runner, Page &page, std::vector<Line> &lines,
                const std::vector<std::string> &methods) {
  page.text +=
      "\nPulses of updates, and for one-way pairs pulses of rewriting / devices erased, per "
      "run:\n\n";
  page.header(headed({""}, methods));
  for (Line &line : lines) {
    std::vector<std::string> cells = {line.name};
    for (const std::string &m : methods) {
      if (!line.runs.count(m)) {
        cells.push_back("-");
        continue;
      }
      auto mean = [&](const char *name) { return intervalOf(runner.ask(line[m], name)).mean; };
      std::string text = fmt::format("{:.2e}", mean("pulses"));
      if (m[1] == '3' || m[1] == '4')
        text += fmt::format("; {:.2e} / {:.2e}", mean("rewrite-pulses"), mean("resets"));
      cells.push_back(text);
    }
    page.row(cells);
  }
}

Chart chartOf(Runner &runner, std::vector<Line> &lines, const std::vector<std::string> &methods) {
  Chart chart;
  chart.yName = "accuracy, %";
  for (const std::string &m : methods) {
    Series series{m == "U2A" ? "U2A control" : nameOfMethod(m), {}};
    for (Line &line : lines)
      series.values.push_back(line.runs.count(m) ? intervalOf(runner.ask(line[m])) : Interval{});
    chart.series.push_back(series);
  }
  for (Line &line : lines)
    chart.places.push_back(line.name);
  return chart;
}

Line sameFor(const std::string &name, const std::vector<std::string> &methods,
             const Options &base) {
  Line line{name, {}};
  for (const std::string &m : methods) {
    line.runs[m] = base;
    line.runs[m].method = m;
  }
  return line;
}

std::vector<Line> nonlinearityLines() {
  Line straight = sameFor("0/0", kAll, runOf("", "SR7", 0, 0, 64, 0.5, 0.04));
  straight["U3"].weightRange = 1;
  Line two = sameFor("2/2", kAll, runOf("", "SR7", 2, 2, 64, 2, 0.04));
  Line three = sameFor("3/3", kMain, runOf("", "SR7", 3, 3, 64, 2, 0.04));
  three["U1"].rate = 0.03;
  Line four = sameFor("4/4", kAll, runOf("", "SR7", 4, 4, 64, 2, 0.02));
  four["U2A"].rate = four["U3"].rate = 0.04;
  Line six = sameFor("6/6", kMain, runOf("", "SR7", 6, 6, 64, 2, 0.02));
  Line uneven = sameFor("2.4/-4.88, P 97", kMain, runOf("", "SR7", 2.4, 4.88, 97, 2, 0.03));
  return {straight, two, three, four, six, uneven};
}

void levelsTable(Runner &runner, Page &page) {
  page.heading(
      "Methods against the number of levels",
      "Labels 2/2, SR7. A one-way pair of P pulses takes steps as large as a single device "
      "of 2 P pulses; the last column compares these two.");
  page.header({"P", nameOfMethod("U1"), nameOfMethod("U2A"), nameOfMethod("U3"), "U3 - U1",
               "U3 at P - U1 at 2 P"});
  auto u1 = [&](double p) { return runOf("U1", "SR7", 2, 2, p, 2, 0.03); };
  for (double p : {32.0, 64.0, 128.0, 256.0}) {
    Options u2a = runOf("U2A", "SR7", 2, 2, p, 2, 0.04), u3 = u2a;
    u3.method = "U3";
    page.row({fmt::format("{:g}", p), textOf(intervalOf(runner.ask(u1(p)))),
              textOf(intervalOf(runner.ask(u2a))), textOf(intervalOf(runner.ask(u3))),
              difference(runner, u3, u1(p)),
              p < 256 ? difference(runner, u3, u1(2 * p)) : std::string("-")});
  }
}

} // namespace

void methodTables(Runner &runner, Page &page) {
  page.heading(
      "Methods against nonlinearity",
      "P = 64, SR7. U2A moves one device of the pair per pulse in both directions: its steps "
      "are as large as those of U3, so that what separates the two is the direction alone.");
  std::vector<Line> lines = nonlinearityLines();
  accuracyTable(runner, page, lines, kAll, "labels up/down");
  differenceTable(runner, page, lines,
                  {{"U3", "U1"}, {"U3", "U2A"}, {"U3c", "U3"}, {"U3c", "U1"}, {"U2", "U1"}});
  countTable(runner, page, lines, kAll);
  Chart chart = chartOf(runner, lines, kAll);
  chart.title = "MNIST accuracy, stochastic rounding, P = 64";
  chart.xName = "labels of the device, up/down";
  chart.joined = lines.size() - 1; // the last one is another kind of device
  page.chart("nonlinearity.svg", chart);
  levelsTable(runner, page);
}

namespace {

/// The run of a method with a rule, at the rate that was best for it on held-out images.
Options roundedRun(const std::string &method, const std::string &rounding, double label,
                   double weightRange, double pulses = 64) {
  bool pair = method != "U1", oneWay = method[1] == '3', steep = label >= 4;
  double rate = steep && (method == "U1" || method == "U3c") ? 0.02 : 0.04;
  if (rounding == "MP")
    rate = steep ? 0.02 : 0.04;
  if (rounding == "NEAR" && weightRange == 2)
    rate = !pair || label == 0 ? 0.08 : steep ? 0.06 : 0.12;
  if (rounding == "NEAR" && weightRange == 1)
    rate = !pair ? (steep ? 0.06 : 0.08) : steep ? 0.04 : label == 0 ? 0.06 : 0.12;
  Options o = runOf(method, rounding, label, label, pulses, weightRange, rate);
  o.signBand = oneWay ? 0.05 : 0.1;
  return o;
}

std::vector<Line> roundingLines() {
  const std::vector<std::pair<std::string, double>> rules = {
      {"SR1", 2}, {"SR7", 2}, {"PT31", 2}, {"MP", 2}, {"NEAR", 2}, {"NEAR", 1}, {"DET1", 2}};
  std::vector<Line> lines;
  for (auto &[rounding, weightRange] : rules)
    for (double label : {0.0, 2.0, 4.0}) {
      if (label == 0 && rounding[0] == 'S')
        continue;
      Line line{fmt::format("{}{}, {:g}/{:g}", rounding, weightRange == 1 ? " (w_max 1)" : "",
                            label, label),
                {}};
      for (const std::string &m : kMain)
        line.runs[m] = roundedRun(m, rounding, label, weightRange);
      line.runs["U1, 2P"] = roundedRun("U1", rounding, label, weightRange, 128);
      lines.push_back(line);
    }
  return lines;
}

} // namespace

void roundingTables(Runner &runner, Page &page) {
  page.heading(
      "Rules of rounding",
      "P = 64, w_max 2 unless said. SR1 one stochastic pulse, SR7 up to seven, PT31 trains of 31 "
      "slots, MP a "
      "16-bit accumulator per synapse, NEAR nearest count (deterministic), DET1 the sign alone "
      "(deterministic). NEAR's intervals are wide and part of its result. `U1, 2P` is the single "
      "device of twice the levels, the other step-matched control.");
  std::vector<Line> lines = roundingLines();
  std::vector<std::string> methods = kMain;
  methods.push_back("U1, 2P");
  accuracyTable(runner, page, lines, methods, "rule, labels");
  differenceTable(runner, page, lines,
                  {{"U3", "U1"}, {"U3", "U2A"}, {"U3", "U1, 2P"}, {"U3c", "U3"}});
  countTable(runner, page, lines, methods);
  std::vector<Line> four;
  for (Line &line : lines)
    if (line.name.ends_with(", 4/4")) {
      four.push_back(line);
      four.back().name.resize(line.name.size() - 5);
    }
  Chart chart = chartOf(runner, four, kMain);
  chart.title = "MNIST accuracy by rule of rounding, labels 4/4, P = 64";
  chart.xName = "rule";
  page.chart("rounding.svg", chart);
}

void variationTables(Runner &runner, Page &page) {
  page.heading(
      "Variation of devices",
      "Labels 2/2, P = 64, SR7, w_max 2, eta 0.04. c2c: normal, of the full range per pulse. "
      "d2d: steps of each device times max(0.05, 1 + sigma z), up and down independent.");
  std::vector<Line> lines;
  Options base = runOf("", "SR7", 2, 2, 64, 2, 0.04);
  lines.push_back(sameFor("none", kMain, base));
  base.cycleNoise = 0.01;
  lines.push_back(sameFor("c2c 1 %", kMain, base));
  base.cycleNoise = 0.035;
  lines.push_back(sameFor("c2c 3.5 %", kMain, base));
  base.cycleNoise = 0;
  base.deviceSpread = 0.3;
  lines.push_back(sameFor("d2d 30 %", kMain, base));
  base.commonSpread = true;
  lines.push_back(sameFor("d2d 30 %, common", kMain, base));
  accuracyTable(runner, page, lines, kMain, "condition");
  differenceTable(runner, page, lines,
                  {{"U3", "U1"}, {"U3c", "U1"}, {"U3c", "U3"}, {"U3c", "U2A"}});
  countTable(runner, page, lines, kMain);
  Chart chart = chartOf(runner, lines, kMain);
  chart.title = "MNIST accuracy, devices that vary, labels 2/2, P = 64";
  page.chart("variation.svg", chart);
}

} // namespace spindle::hwdnn
