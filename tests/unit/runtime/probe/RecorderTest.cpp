// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Recordings of a machine whose events are known.
#include "runtime/probe/Recorder.h"
#include "runtime/io/Npy.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/SampleImage.h"
#include "tests/unit/runtime/support/ScriptedMachine.h"
#include "tests/unit/runtime/support/TemporaryFolder.h"

using namespace spindle;
using namespace spindle::probe;
using Catch::Matchers::Contains;
using spindle::test::SampleImage;
using spindle::test::ScriptedMachine;
using spindle::test::TemporaryFolder;

namespace {

using Steps = std::vector<std::vector<Event>>;

std::shared_ptr<const image::Image> imageOf(std::vector<std::byte> bytes) {
  return image::Image::fromBytes(std::move(bytes));
}

/// Runs all scripted steps of the population, recording `requests`; returns the files' names.
std::vector<std::string> record(std::shared_ptr<const image::Image> image, const Steps &cell,
                                const std::vector<Request> &requests, RecorderOptions options) {
  ScriptedMachine machine;
  machine.script = {Steps(cell.size(), {{2, 1}}), cell};
  Recorder recorder(machine, image, requests, options);
  for (size_t step = 0; step < cell.size(); ++step) {
    machine.step();
    recorder.sample();
  }
  CHECK(recorder.steps() == cell.size());
  return recorder.finish();
}

std::vector<double> valuesOf(const io::NpyArray &array) {
  std::vector<double> values;
  for (uint64_t i = 0; i < array.size(); ++i)
    values.push_back(array.at(i));
  return values;
}

} // namespace

TEST_CASE("spikes and states are recorded per step") {
  TemporaryFolder folder;
  Steps cell{{{0, 1}}, {}, {{0, 1}, {1, 1}}};
  auto files = record(imageOf(SampleImage().reference()), cell,
                      {{"lif.cell", {"spikes", "i", "spikes"}}, {"input", {"spikes"}}},
                      {folder.path() / "made" / "here"});
  CHECK(files == std::vector<std::string>{"input.spikes.npy", "lif.cell.i.npy",
                                          "lif.cell.spikes.npy", "spikes.h5"});
  auto spikes = io::readNpy(folder.path() / "made/here/lif.cell.spikes.npy");
  CHECK(spikes.type == io::NpyType::U8);
  CHECK(spikes.shape == std::vector<int64_t>{3, 2});
  CHECK(valuesOf(spikes) == std::vector<double>{1, 0, 0, 0, 1, 1});
  auto current = io::readNpy(folder.path() / "made/here/lif.cell.i.npy");
  CHECK(current.type == io::NpyType::F64);
  CHECK(valuesOf(current) == std::vector<double>{11, 111, 12, 112, 13, 113});
}

TEST_CASE("the smallest type that holds every count") {
  for (auto [value, type] :
       {std::pair(255.0, io::NpyType::U8), std::pair(256.0, io::NpyType::U16),
        std::pair(65536.0, io::NpyType::U32), std::pair(-0.5, io::NpyType::F64)}) {
    TemporaryFolder folder;
    record(imageOf(SampleImage().reference()), {{{1, value}}}, {{"lif.cell", {"spikes"}}},
           {folder.path()});
    auto spikes = io::readNpy(folder.path() / "lif.cell.spikes.npy");
    CHECK(spikes.type == type);
    CHECK(spikes.at(1) == value);
  }
}

TEST_CASE("graded events stay real even where they happen to be whole") {
  TemporaryFolder folder;
  SampleImage sample;
  sample.emit = sample.cellEmit = image::fb::Emit_Graded;
  record(imageOf(sample.reference()), {{{1, 2}}}, {{"lif.cell", {"spikes"}}}, {folder.path()});
  CHECK(io::readNpy(folder.path() / "lif.cell.spikes.npy").type == io::NpyType::F64);
}

TEST_CASE("raw integers of a fixed-point engine, and of no other") {
  TemporaryFolder folder;
  record(imageOf(SampleImage().spinn()), {{}, {}}, {{"lif.cell", {"v"}}}, {folder.path(), true});
  auto v = io::readNpy(folder.path() / "lif.cell.v.npy");
  CHECK(v.type == io::NpyType::I32);
  CHECK(v.at(1) == 101 << 15);
  CHECK_THROWS_WITH(record(imageOf(SampleImage().reference()), {{}}, {{"lif.cell", {"v"}}},
                           {folder.path(), true}),
                    Contains("float64"));
}

TEST_CASE("two runs leave the same bytes; a run given up leaves nothing") {
  TemporaryFolder folder;
  Steps cell{{{0, 1}}, {{1, 1}}};
  for (const char *run : {"a", "b"})
    record(imageOf(SampleImage().reference()), cell, {{"lif.cell", {"spikes", "v"}}},
           {folder.path() / run});
  for (const char *file : {"lif.cell.spikes.npy", "lif.cell.v.npy", "spikes.h5"})
    CHECK(folder.read(std::string("a/") + file) == folder.read(std::string("b/") + file));
  {
    ScriptedMachine machine;
    Recorder given(machine, imageOf(SampleImage().reference()), {{"lif.cell", {"spikes", "v"}}},
                   {folder.path() / "c"});
  }
  CHECK(std::filesystem::is_empty(folder.path() / "c"));
}

TEST_CASE("a run of no steps gives empty arrays") {
  TemporaryFolder folder;
  record(imageOf(SampleImage().reference()), {}, {{"lif.cell", {"spikes", "v"}}}, {folder.path()});
  CHECK(io::readNpy(folder.path() / "lif.cell.spikes.npy").shape == std::vector<int64_t>{0, 2});
  CHECK(io::readNpy(folder.path() / "lif.cell.v.npy").shape == std::vector<int64_t>{0, 2});
}

TEST_CASE("a folder that cannot be made is a user's error") {
  TemporaryFolder folder;
  folder.write("file", "");
  CHECK_THROWS_AS(
      record(imageOf(SampleImage().reference()), {}, {}, {folder.path() / "file" / "x"}),
      UserError);
  CHECK_THROWS_AS(
      record(imageOf(SampleImage().reference()), {}, {{"nobody", {"spikes"}}}, {folder.path()}),
      UserError);
}
