// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The content-addressable memory that learns, on the many-core machine: every spike that a real
// machine recorded, of every table in the folder.
#include "tests/support/Cam.h"
#include "tests/support/Engines.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>

using namespace spindle;
using namespace spindle::test;

namespace {

std::vector<std::filesystem::path> tables() {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(requireShared("cam")))
    if (std::string name = entry.path().filename().string();
        name.rfind("exp", 0) == 0 && name.ends_with("_spikes.csv"))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// A table with the sizes of the manifest, or those that it shows.
CamRecording recordingOf(const std::filesystem::path &file) {
  std::ifstream in(requireShared("cam") / "manifest.json");
  auto manifest = nlohmann::json::parse(in, nullptr, false);
  if (manifest.is_array())
    for (const auto &entry : manifest)
      if (entry.value("file", "") == file.filename().string())
        return readCam(file, entry.value("cue_size", 0u), entry.value("content_size", 0u));
  return readCam(file);
}

void inject(Machine &machine, const image::Image &image, const CamRecording &recording, size_t t) {
  for (const char *name : {"INcue", "INcont"}) {
    std::vector<Event> events;
    for (uint32_t neuron : recording.steps[t].at(name))
      events.push_back({neuron, 1.0});
    machine.inject(nodeIndex(image, name), events);
  }
}

/// Cells of the table in which the machine differs from it.
size_t differingCells(Machine &machine, const image::Image &image, const CamRecording &recording) {
  size_t differing = 0;
  for (size_t t = 0; t < recording.steps.size(); ++t) {
    inject(machine, image, recording, t);
    machine.step();
    for (const std::string &column : recording.columns) {
      std::set<uint32_t> found;
      for (const Event &event : machine.events(nodeIndex(image, column)))
        found.insert(event.neuron);
      if (found != recording.steps[t].at(column) && ++differing < 10)
        UNSCOPED_INFO(column << " differs in step " << t);
    }
  }
  return differing;
}

} // namespace

TEST_CASE("the memory spikes as the real machine did, cell for cell") {
  auto files = tables();
  REQUIRE(!files.empty());
  for (const auto &file : files) {
    INFO(file.filename().string());
    CamRecording recording = recordingOf(file);
    REQUIRE(recording.steps.size() > 0);
    auto image = compileText(camText(recording.cues, recording.contents), SpinnOptions{});
    for (int shards : {0, 3}) {
      MachineOptions options;
      options.shards = shards;
      auto machine = machineFor(image, false, options);
      CHECK(differingCells(*machine, *image, recording) == 0);
      // Once more, after a reset: what was learnt is forgotten.
      machine->reset();
      CHECK(differingCells(*machine, *image, recording) == 0);
    }
    std::cout << file.filename().string() << ": "
              << recording.steps.size() * recording.columns.size() << " cells\n";
  }
}

TEST_CASE("the reference remembers and forgets as the recording of the first experiment") {
  CamRecording recording = recordingOf(tables().front());
  auto image = compileText(camText(recording.cues, recording.contents), ReferenceOptions{});
  auto machine = machineFor(image);
  size_t cells = recording.steps.size() * recording.columns.size();
  size_t differing = differingCells(*machine, *image, recording);
  INFO(differing << " of " << cells);
  CHECK(differing * 50 < cells);
  auto learnt = machine->learnt();
  REQUIRE(learnt.size() == 2);
  CHECK(learnt[0].weight.size() == size_t(recording.cues) * recording.contents);
  CHECK(*std::max_element(learnt[0].weight.begin(), learnt[0].weight.end()) > 5.0);
}

TEST_CASE("a machine that learns continues from a checkpoint, on any number of shards") {
  CamRecording recording = recordingOf(tables().front());
  auto image = compileText(camText(recording.cues, recording.contents), SpinnOptions{});
  MachineOptions three;
  three.shards = 3;
  auto machine = machineFor(image), other = machineFor(image, false, three);
  size_t half = 25;
  for (size_t t = 0; t < half; ++t) {
    inject(*machine, *image, recording, t);
    machine->step();
  }
  auto saved = machine->checkpoint();
  other->restore(saved);
  CHECK(other->checkpoint() == saved);
  for (size_t t = half; t < recording.steps.size(); ++t) {
    for (Machine *each : {machine.get(), other.get()}) {
      inject(*each, *image, recording, t);
      each->step();
    }
    uint32_t out = nodeIndex(*image, "OUTcont");
    auto a = machine->events(out), b = other->events(out);
    INFO("step " << t << ", recorded " << recording.steps[t].at("OUTcont").size());
    REQUIRE(a.size() == b.size());
    for (size_t i = 0; i < a.size(); ++i)
      CHECK(a[i].neuron == b[i].neuron);
  }
  CHECK(machine->checkpoint() == other->checkpoint());
  CHECK(machine->learnt()[0].weight == other->learnt()[0].weight);
}
