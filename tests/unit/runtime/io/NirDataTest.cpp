// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NIRData files: read back with HDF5 itself, and equal to the byte when written twice.
#include "runtime/io/NirData.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/TemporaryFolder.h"

#include <hdf5.h>
#include <unistd.h>

using namespace spindle;
using namespace spindle::io;
using spindle::test::TemporaryFolder;

namespace {

using Steps = std::vector<std::vector<Event>>;
const Steps kSpikes{{{0, 1}, {2, 1}}, {}, {{1, 1}}};
const Steps kCounts{{{0, 1}}, {{1, 3}, {2, 1}}, {}};
const Steps kValues{{{0, -0.5}}, {}, {{2, 0.25}}};

StepEvents from(const Steps &steps) {
  return [&steps](uint64_t step) { return std::span<const Event>(steps[step]); };
}

void write(const std::filesystem::path &file) {
  NirDataWriter writer(file, 1e-3);
  writer.addSpikes({"lif1.lif", 3, 3, 3, true, true}, from(kSpikes));
  writer.addSpikes({"multi", 3, 3, 3, false, true}, from(kCounts));
  writer.addSpikes({"readout", 3, 3, 2, false, false}, from(kValues));
  writer.addSpikes({"silent", 3, 0, 0, true, true}, from(kSpikes));
  writer.finish();
}

std::string text(hid_t file, const std::string &object) {
  hid_t attribute = H5Aopen_by_name(file, object.c_str(), "__type__", H5P_DEFAULT, H5P_DEFAULT);
  hid_t type = H5Aget_type(attribute);
  char *value = nullptr;
  H5Aread(attribute, type, &value);
  std::string result = value ? value : "";
  H5free_memory(value);
  H5Tclose(type);
  H5Aclose(attribute);
  return result;
}

double number(hid_t file, const std::string &object, const char *name) {
  hid_t attribute = H5Aopen_by_name(file, object.c_str(), name, H5P_DEFAULT, H5P_DEFAULT);
  double value = -1;
  H5Aread(attribute, H5T_NATIVE_DOUBLE, &value);
  H5Aclose(attribute);
  return value;
}

std::vector<double> numbers(hid_t file, const std::string &name, std::vector<hsize_t> shape) {
  hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT), space = H5Dget_space(dataset);
  std::vector<hsize_t> found(static_cast<size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, found.data(), nullptr);
  CHECK(found == shape);
  std::vector<double> values(static_cast<size_t>(H5Sget_simple_extent_npoints(space)));
  H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Sclose(space);
  H5Dclose(dataset);
  return values;
}

} // namespace

TEST_CASE("spikes become events, counts and values a grid") {
  TemporaryFolder folder;
  write(folder.path() / "s.h5");
  hid_t file = H5Fopen((folder.path() / "s.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  REQUIRE(file >= 0);
  CHECK(text(file, "/") == "NIRGraphData");
  CHECK(text(file, "/nodes/lif1.lif") == "NIRNodeData");
  std::string spikes = "/nodes/lif1.lif/observables/spikes",
              counts = "/nodes/multi/observables/spikes",
              values = "/nodes/readout/observables/spikes",
              silent = "/nodes/silent/observables/spikes";
  CHECK(text(file, spikes) == "EventData");
  CHECK(numbers(file, spikes + "/idx", {1, 3}) == std::vector<double>{0, 2, 1});
  CHECK(numbers(file, spikes + "/time", {1, 3}) == std::vector<double>{1e-3, 1e-3, 3e-3});
  CHECK(number(file, spikes, "n_neurons") == 3);
  CHECK(number(file, spikes, "t_max") == 3e-3);
  CHECK(text(file, counts) == "TimeGriddedData");
  CHECK(numbers(file, counts + "/data", {1, 3, 3}) ==
        std::vector<double>{1, 0, 0, 0, 3, 1, 0, 0, 0});
  CHECK(number(file, counts, "dt") == 1e-3);
  CHECK(numbers(file, values + "/data", {1, 3, 3}) ==
        std::vector<double>{-0.5, 0, 0, 0, 0, 0, 0, 0, 0.25});
  CHECK(numbers(file, silent + "/idx", {1, 0}).empty());
  H5Fclose(file);
}

TEST_CASE("no clock leaves its mark: a second later the bytes are the same") {
  TemporaryFolder folder;
  write(folder.path() / "a.h5");
  ::sleep(1);
  write(folder.path() / "b.h5");
  CHECK(folder.read("a.h5").size() > 1000);
  CHECK(folder.read("a.h5") == folder.read("b.h5"));
}

TEST_CASE("an unfinished file does not stay") {
  TemporaryFolder folder;
  {
    NirDataWriter writer(folder.path() / "s.h5", 0);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(NirDataWriter(folder.path() / "none" / "s.h5", 0), UserError);
}
