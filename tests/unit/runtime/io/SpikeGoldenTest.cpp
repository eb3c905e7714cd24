// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real recordings against frames and events that others decoded.
#include "runtime/io/Npy.h"
#include "runtime/io/SpikeInput.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::io;
using spindle::test::requireShared;

static const std::vector<int64_t> kCamera{2, 34, 34};

static std::vector<double> dense(const SpikeInput &input, size_t size) {
  std::vector<double> frames(input.steps.size() * size);
  for (size_t step = 0; step < input.steps.size(); ++step)
    for (const Event &event : input.steps[step])
      frames[step * size + event.neuron] = event.value;
  return frames;
}

TEST_CASE("the frames of a recording equal those of the golden array") {
  NpyArray golden = readNpy(requireShared("nir-golden/nmnist_sample_frames_1ms_u8.npy"));
  SpikeInput input = loadSpikes(requireShared("events/tonic_sample_nmnist.bin"), kCamera);
  REQUIRE(golden.shape ==
          std::vector<int64_t>{static_cast<int64_t>(input.steps.size()), 2, 34, 34});
  std::vector<double> frames = dense(input, 2 * 34 * 34);
  size_t different = 0;
  for (size_t i = 0; i < frames.size(); ++i)
    different += frames[i] != golden.at(i);
  CHECK(different == 0);
  CHECK(input.dropped == 2);
  CHECK(input.counts);

  auto text = loadSpikes(requireShared("events/tonic_sample_nmnist.decoded.csv"), kCamera);
  CHECK(dense(text, 2 * 34 * 34) == frames);
  auto array = loadSpikes(requireShared("nir-golden/nmnist_sample_frames_1ms_u8.npy"), kCamera);
  CHECK(dense(array, 2 * 34 * 34) == frames);
}

TEST_CASE("every recording of the sample folder is read whole") {
  int files = 0;
  for (const auto &entry : std::filesystem::directory_iterator(requireShared("nmnist/sample"))) {
    if (entry.path().extension() != ".bs2")
      continue;
    ++files;
    INFO(entry.path());
    SpikeInput input = loadSpikes(entry.path(), kCamera);
    double kept = 0;
    for (const auto &step : input.steps)
      for (const Event &event : step)
        kept += event.value;
    CHECK(kept + static_cast<double>(input.dropped) == static_cast<double>(entry.file_size() / 5));
    CHECK(input.steps.size() > 200);
    CHECK(input.steps.size() < 340);
  }
  CHECK(files > 0);
}
