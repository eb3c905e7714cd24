// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NeuroSim's protocol, writes of two tasks, and the page itself.
#include "examples/hw-dnn/Tables.h"

#include "runtime/image/Errors.h"
#include "runtime/io/Files.h"
#include "sim/device/Presets.h"
#include "sim/fabric/learning/NeuroSim.h"
#include "sim/fabric/learning/TwoTasks.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace spindle::hwdnn {

using namespace learning;

void Page::heading(const std::string &title, const std::string &below) {
  text += "\n## " + title + "\n\n" + below + "\n\n";
}

void Page::header(const std::vector<std::string> &cells) {
  row(cells);
  text += "|";
  for (size_t i = 0; i < cells.size(); ++i)
    text += "---|";
  text += "\n";
}

void Page::row(const std::vector<std::string> &cells) {
  text += "|";
  for (const std::string &cell : cells)
    text += " " + cell + " |";
  text += "\n";
}

void Page::chart(const std::string &file, Chart chart) {
  text += fmt::format("\n![{}](hw-dnn/{})\n", chart.title, file);
  charts[file] = std::move(chart);
}

namespace {

struct Published {
  const char *preset, *name, *accuracy;
  double access; ///< ohms
  bool noise = true;
};

/// Accuracies as printed in the manual of MLP NeuroSim V3.0, table II.
constexpr Published kPublished[] = {
    {"ideal", "ideal, 64 levels", "~94", 15e3},
    {"epiram", "EpiRAM (Ag:SiGe)", "92", 15e3},
    {"hzo-fefet", "HZO FeFET, no access resistance", "88", 0},
    {"gst-pcm", "GST PCM, no access resistance", "89", 0},
    {"ag-asi", "Ag:a-Si", "~72", 15e3},
    {"ag-asi", "Ag:a-Si without noise", "-", 15e3, false},
    {"taox-hfox", "TaOx/HfOx", "~80", 15e3},
    {"pcmo", "PCMO", "~33", 15e3},
    {"alox-hfo2", "AlOx/HfO2", "~20", 15e3},
};

} // namespace

void neuroSimTables(Runner &runner, Page &page) {
  page.heading(
      "NeuroSim's protocol",
      "400-100-10, 125 epochs of 8000 random images, deterministic counts of pulses, devices as in "
      "sim/device/Presets.cpp. `Best` is the best of the evaluated epochs (every twelfth and the "
      "last eleven); epochs differ by points, so that it grows with their number. The published "
      "column is what the manual prints. The settings behind each of its rows are not known here: "
      "TaOx/HfOx, GST, PCMO and AlOx/HfO2 are **not** reproduced (AlOx/HfO2 behind 15 kOhm hardly "
      "receives a pulse, its own resistance being 16.9 kOhm).");
  page.header({"device", "published", "mean of the last 11 epochs", "best", "pulses"});
  Chart chart;
  chart.title = "NeuroSim's protocol, MNIST accuracy";
  chart.xName = "device preset (* without noise from pulse to pulse)";
  chart.yName = "accuracy, %";
  chart.series = {{"mean of the last 11 epochs", {}}, {"best evaluated epoch", {}}};
  for (const Published &p : kPublished) {
    auto job = [&runner, p](uint64_t seed) {
      NeuroSimSettings s = neuroSimOf(*device::presetNamed(p.preset), p.access);
      s.seed = seed;
      if (!p.noise)
        s.cycleNoise = 0;
      NeuroSimResult r = trainNeuroSim(s, runner.data().training, runner.data().test);
      return Values{
          {"last", 100 * r.lastMean}, {"best", 100 * r.best}, {"pulses", double(r.pulses)}};
    };
    std::string key =
        fmt::format("neurosim {} access={}{}", p.preset, p.access, p.noise ? "" : " c2c=0");
    Interval last = intervalOf(runner.ask(key, job, "last"));
    Interval best = intervalOf(runner.ask(key, job, "best"));
    double pulses = intervalOf(runner.ask(key, job, "pulses")).mean;
    page.row({p.name, p.accuracy, textOf(last), textOf(best), fmt::format("{:.1e}", pulses)});
    chart.places.push_back(std::string(p.preset) + (p.noise ? "" : "*"));
    chart.series[0].values.push_back(last);
    chart.series[1].values.push_back(best);
  }
  page.chart("neurosim.svg", chart);
}

namespace {

struct NamedRule {
  std::string name;
  AnyRule rule;
};

std::vector<NamedRule> namedRules() {
  std::vector<NamedRule> rules;
  auto add = [&](const std::string &name, auto rule) { rules.push_back({name, ruleOf(rule)}); };
  add("SGD, eta .1", chain(Gradient{0.1}));
  add("SGD, eta .2", chain(Gradient{0.2}));
  add("AdaGrad, eta .02", chain(ScaledGradient{0.02, 2}));
  add("CLASSP p 1, eta .05, theta 0", chain(SkipSmallGradient{0}, ScaledGradient{0.05, 1}));
  add("CLASSP p 1, eta .05, theta 1e-3", chain(SkipSmallGradient{1e-3}, ScaledGradient{0.05, 1}));
  add("CLASSP p 1, eta .1, theta 1e-3", chain(SkipSmallGradient{1e-3}, ScaledGradient{0.1, 1}));
  add("CLASSP p 1, eta .05, theta 5e-3", chain(SkipSmallGradient{5e-3}, ScaledGradient{0.05, 1}));
  add("CLASSP p 1, eta .05, theta 1e-2", chain(SkipSmallGradient{1e-2}, ScaledGradient{0.05, 1}));
  add("CLASSP p 2, eta .02, theta 1e-3", chain(SkipSmallGradient{1e-3}, ScaledGradient{0.02, 2}));
  add("CLASSP p 2, eta .02, theta 5e-3", chain(SkipSmallGradient{5e-3}, ScaledGradient{0.02, 2}));
  add("CLASSP p 2, eta .05, theta 5e-3", chain(SkipSmallGradient{5e-3}, ScaledGradient{0.05, 2}));
  add("small gradients dropped, SGD .2, theta 1e-3", chain(SkipSmallGradient{1e-3}, Gradient{0.2}));
  add("small gradients dropped, SGD .2, theta 5e-3", chain(SkipSmallGradient{5e-3}, Gradient{0.2}));
  add("error feedback, eta .2, step 1/64", chain(Gradient{0.2}, WholeSteps{weightOf(1.0 / 64)}));
  add("error feedback, eta .2, step 1/32", chain(Gradient{0.2}, WholeSteps{weightOf(1.0 / 32)}));
  add("AdaGrad .02 with error feedback, step 1/64",
      chain(ScaledGradient{0.02, 2}, WholeSteps{weightOf(1.0 / 64)}));
  return rules;
}

} // namespace

void writeTables(Runner &runner, Page &page) {
  page.heading(
      "Two tasks and their writes",
      "784-100-10, ReLU, softmax, no biases; two orders of the pixels, 10,000 images x 3 epochs "
      "each, batches of 32, digital weights. Writes: synapses changed per step, of 79,400.");
  page.header({"rule", "task 1 before", "task 1 after", "forgetting", "task 2", "writes, %"});
  for (const NamedRule &named : namedRules()) {
    auto job = [&runner, rule = named.rule](uint64_t seed) {
      TwoTasksSettings s;
      s.seed = seed;
      TwoTasksResult r = trainTwoTasks(s, rule, runner.data().training, runner.data().test);
      return Values{{"before", 100 * r.firstBefore},
                    {"after", 100 * r.firstAfter},
                    {"second", 100 * r.second},
                    {"writes", 100 * r.writes}};
    };
    auto values = [&](const char *name) {
      return runner.ask("two tasks " + named.name, job, name);
    };
    page.row({named.name, textOf(intervalOf(values("before"))), textOf(intervalOf(values("after"))),
              textOf(pairedDifference(values("before"), values("after"))),
              textOf(intervalOf(values("second"))), textOf(intervalOf(values("writes")))});
  }
}

void writePages(Runner &runner, const std::string &folder, const std::string &choice) {
  using Part = void (*)(Runner &, Page &);
  const std::vector<std::pair<std::string, Part>> parts = {{"methods", methodTables},
                                                           {"rounding", roundingTables},
                                                           {"variation", variationTables},
                                                           {"neurosim", neuroSimTables},
                                                           {"writes", writeTables}};
  for (size_t at = 0, end; at < choice.size(); at = end + 1) {
    end = std::min(choice.find(',', at), choice.size());
    auto named = [&](const auto &part) { return part.first == choice.substr(at, end - at); };
    if (std::none_of(parts.begin(), parts.end(), named))
      throw UserError("--only=" + choice + ": of methods, rounding, variation, neurosim, writes");
  }
  auto build = [&] {
    Page page;
    page.text = fmt::format(
        "# Learning with synapse devices: the measured tables\n\nWritten by `hw-dnn --tables=docs "
        "--seeds={0}`; [hw-dnn.md](hw-dnn.md) says what is measured and how to read it. Data: {1}, "
        "{2} "
        "training and {3} test images. Accuracies in %, mean ± half width of the 95 % interval of "
        "Student's t over {0} seeds; differences are paired by seed.\n",
        runner.seeds(), runner.data().origin == "synthetic digits" ? "synthetic digits" : "MNIST",
        runner.data().training.count(), runner.data().test.count());
    for (const auto &[name, part] : parts)
      if (choice.empty() || ("," + choice + ",").find("," + name + ",") != std::string::npos)
        part(runner, page);
    return page;
  };
  build(); // notes what is to be run
  runner.run();
  Page page = build();
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(fs::path(folder) / "hw-dnn", error);
  if (error)
    throw UserError(folder + ": cannot be made");
  io::writeText(fs::path(folder) / "hw-dnn-tables.md", page.text);
  for (const auto &[file, chart] : page.charts)
    io::writeText(fs::path(folder) / "hw-dnn" / file, svgOf(chart));
}

} // namespace spindle::hwdnn
