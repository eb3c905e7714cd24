// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// hw-dnn: trains 784-100-10 on arrays of synapse devices and says what it cost; README.md.
#include "examples/hw-dnn/Tables.h"
#include "runtime/image/Errors.h"
#include "sim/device/Presets.h"
#include "sim/fabric/learning/NeuroSim.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace spindle;
using namespace spindle::hwdnn;
using nlohmann::json;

namespace {

struct Command {
  Options run;
  std::string labels = "2/2", data, tables, only, neuroSim, keep;
  std::vector<double> rates, ranges;
  double access = 15e3;
  size_t seeds = 1, threads = 1;
  bool synthetic = false, json = false, validate = false, controls = false;
};

void addRun(CLI::App &app, Command &c) {
  Options &o = c.run;
  app.add_option(
         "--method", o.method,
         "U1 single device, U2 pair (both move), U2A pair (one moves), U3 one-way pair, U3c the "
         "same with verified refresh, U4 and U4c their mirror")
      ->capture_default_str();
  app.add_option("--labels", c.labels, "nonlinearity of the device, UP or UP/DOWN, 0 to 9")
      ->capture_default_str();
  app.add_flag("--retrace", o.retrace, "the down curve goes back along the up curve's kind");
  app.add_option("--device", o.device, "preset in place of labels, pulses and noise");
  app.add_option("--pulses,-P", o.pulses, "pulses over the range of a device")
      ->capture_default_str();
  app.add_option("--rounding", o.rounding, "SR1, SR7, NEAR, DET1, PT31 or MP")
      ->capture_default_str();
  app.add_option("--w-max", c.ranges, "weight range; several: each of them")->delimiter(',');
  app.add_option("--eta", c.rates, "learning rate of the first epoch; several: each")
      ->delimiter(',');
  app.add_option("--epochs", o.epochs, "the rate halves from one to the next")
      ->capture_default_str();
  app.add_option("--hidden", o.hidden, "hidden neurons")->capture_default_str();
  app.add_option("--d2d", o.deviceSpread, "spread of the devices' steps")->capture_default_str();
  app.add_flag("--common", o.commonSpread, "spread alike for up and down");
  app.add_option("--c2c", o.cycleNoise, "noise per pulse, of the range")->capture_default_str();
  app.add_option("--dead-band", o.deadBand, "output errors up to this count as 0")
      ->capture_default_str();
  app.add_flag("--ternary", o.ternary, "output errors are -1, 0 or 1");
  app.add_option("--sign-band", o.signBand, "least error of DET1")->capture_default_str();
  app.add_option("--refresh-period", o.refreshPeriod, "updates; 0: never")->capture_default_str();
  app.add_option("--refresh-high", o.refreshHigh, "one device beyond this")->capture_default_str();
  app.add_option("--refresh-low", o.refreshLow, "and the other beyond this")->capture_default_str();
  app.add_option("--refresh-order", o.refreshOrder, "at-once, spread or backwards")
      ->capture_default_str();
  app.add_option("--tile-rows", o.tileRows, "rows that are converted together; 0: all")
      ->capture_default_str();
  app.add_option("--adc-bits", o.converterBits, "0: exact")->capture_default_str();
  app.add_option("--adc-shift", o.converterShift, "bits of a sum that a converter drops")
      ->capture_default_str();
}

void addCommand(CLI::App &app, Command &c) {
  app.add_option("--data", c.data,
                 "folder with MNIST's four files (default: mnist/ of $SPINDLE_SHARED_DATA, else "
                 "synthetic digits)");
  app.add_flag("--synthetic", c.synthetic, "digits drawn by the program");
  app.add_flag("--validate", c.validate,
               "evaluate on held-out training images: to choose settings");
  app.add_option("--seeds", c.seeds, "runs, of seeds 1, 2, ..")->check(CLI::Range(1, 1000));
  app.add_option("--threads", c.threads, "runs at a time")->check(CLI::Range(1, 256));
  app.add_flag("--controls", c.controls,
               "also the step-matched controls, U2A and U1 at 2 P, and paired differences");
  app.add_flag("--json", c.json, "results as JSON");
  app.add_option("--neurosim", c.neuroSim, "NeuroSim's protocol with that device preset instead");
  app.add_option("--access", c.access, "ohms of its access transistor")->capture_default_str();
  app.add_option("--tables", c.tables, "write all tables and charts into that folder instead");
  app.add_option("--only", c.only, "of the tables: methods,rounding,variation,neurosim,writes");
  app.add_option("--keep", c.keep, "file of finished runs; one that was stopped goes on from it");
}

double number(const std::string &text) {
  size_t used = 0;
  try {
    double value = std::stod(text, &used);
    if (used == text.size())
      return value;
  } catch (const std::exception &) {
  }
  throw UserError("--labels: '" + text + "' is not a number");
}

void setLabels(Command &c) {
  size_t slash = c.labels.find('/');
  c.run.up = number(c.labels.substr(0, slash));
  c.run.down = slash == std::string::npos ? c.run.up : number(c.labels.substr(slash + 1));
}

void print(const Command &c, const std::string &key, const std::vector<std::string> &names,
           const std::function<std::vector<double>(const std::string &)> &ask) {
  if (c.json) {
    json line = {{"run", key}};
    for (const std::string &name : names)
      line[name] = ask(name);
    std::printf("%s\n", line.dump().c_str());
    return;
  }
  std::string text = key + ":";
  for (const std::string &name : names) {
    Interval i = intervalOf(ask(name));
    bool percent = name == "accuracy" || name == "best" || name == "last";
    text += percent ? fmt::format(" {} {} %,", name, textOf(i))
                    : fmt::format(" {} {:.3g},", name, i.mean);
  }
  text.pop_back();
  std::printf("%s\n", text.c_str());
}

int runNeuroSim(const Command &c, Runner &runner) {
  const device::Device *preset = device::presetNamed(c.neuroSim);
  if (!preset || !preset->down) {
    std::string names;
    for (const device::Device &d : device::presets())
      if (d.down)
        names += " " + d.name;
    throw UserError("--neurosim=" + c.neuroSim + ": one of" + names);
  }
  auto job = [&](uint64_t seed) {
    learning::NeuroSimSettings s = learning::neuroSimOf(*preset, c.access);
    s.seed = seed;
    auto r = learning::trainNeuroSim(s, runner.data().training, runner.data().test);
    return Values{{"last", 100 * r.lastMean}, {"best", 100 * r.best}, {"pulses", double(r.pulses)}};
  };
  std::string key = fmt::format("neurosim {} access={}", preset->name, c.access);
  auto ask = [&](const std::string &name) { return runner.ask(key, job, name); };
  ask("best");
  runner.run();
  print(c, key, {"last", "best", "pulses"}, ask);
  return 0;
}

/// After each run those that take steps of the same size.
void addControls(std::vector<Options> &runs) {
  std::vector<Options> all;
  for (const Options &o : runs) {
    Options oneMoves = o, moreLevels = o;
    oneMoves.method = "U2A";
    moreLevels.method = "U1";
    moreLevels.pulses = 2 * o.pulses;
    all.insert(all.end(), {o, oneMoves, moreLevels});
  }
  runs = all;
}

int runOptions(const Command &c, Runner &runner) {
  std::vector<Options> runs;
  for (double range : c.ranges.empty() ? std::vector<double>{c.run.weightRange} : c.ranges)
    for (double rate : c.rates.empty() ? std::vector<double>{c.run.rate} : c.rates) {
      Options o = c.run;
      o.weightRange = range;
      o.rate = rate;
      o.settings(); // refuses what has no meaning, before anything runs
      runs.push_back(o);
    }
  if (c.controls)
    addControls(runs);
  for (const Options &o : runs)
    runner.ask(o);
  runner.run();
  for (const Options &o : runs)
    print(c, o.key(), {"accuracy", "pulses", "refreshes", "resets", "rewrite-pulses"},
          [&](const std::string &name) { return runner.ask(o, name); });
  for (size_t i = 0; c.controls && !c.json && i + 2 < runs.size(); i += 3)
    for (size_t control : {i + 1, i + 2})
      std::printf("%s - %s: %s\n", runs[i].key().c_str(), runs[control].key().c_str(),
                  textOf(pairedDifference(runner.ask(runs[i]), runner.ask(runs[control])), 2, true)
                      .c_str());
  return 0;
}

int run(Command &c) {
  setLabels(c);
  Data data = loadData(c.data, c.synthetic);
  if (c.validate)
    data = validationSplit(data);
  std::fprintf(stderr, "%s: %zu training and %zu test images\n", data.origin.c_str(),
               data.training.count(), data.test.count());
  Runner runner(data, c.seeds, c.threads, c.keep);
  if (!c.tables.empty()) {
    writePages(runner, c.tables, c.only);
    return 0;
  }
  return c.neuroSim.empty() ? runOptions(c, runner) : runNeuroSim(c, runner);
}

} // namespace

int main(int argc, char **argv) try {
  CLI::App app("Trains 784-100-10 on arrays of synapse devices; examples/hw-dnn/README.md");
  Command c;
  addRun(app, c);
  addCommand(app, c);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) ? 1 : 0;
  }
  return run(c);
} catch (const UserError &error) {
  std::fprintf(stderr, "hw-dnn: %s\n", error.what());
  return 1;
} catch (const std::exception &error) {
  std::fprintf(stderr, "hw-dnn: %s\n", error.what());
  return 3;
}
