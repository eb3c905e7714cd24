// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/io/NirData.h"

#include "runtime/io/Files.h"

#include <algorithm>
#include <cstring>
#include <hdf5.h>
#include <vector>

namespace spindle::io {
namespace {

constexpr uint64_t kBlock = 1 << 16; // events written at a time
constexpr uint64_t kChunk = 1 << 18; // elements of a compressed chunk
constexpr unsigned kDeflate = 4;

/// An HDF5 identifier with its way of closing.
class Handle {
public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {
    if (id < 0)
      throw UserError("HDF5 cannot write the spikes");
  }
  ~Handle() { close_(id_); }
  Handle(const Handle &) = delete;
  Handle &operator=(const Handle &) = delete;
  operator hid_t() const { return id_; }

private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

void check(herr_t status) {
  if (status < 0)
    throw UserError("HDF5 cannot write the spikes");
}

void setText(hid_t object, const char *name, const std::string &text) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose), space(H5Screate(H5S_SCALAR), H5Sclose);
  // Variable length, UTF-8: what h5py reads back as str.
  check(H5Tset_size(type, H5T_VARIABLE));
  check(H5Tset_cset(type, H5T_CSET_UTF8));
  Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const char *value = text.c_str();
  check(H5Awrite(attribute, type, &value));
}

void setNumber(hid_t object, const char *name, hid_t fileType, hid_t memoryType,
               const void *value) {
  Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  Handle attribute(H5Acreate2(object, name, fileType, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(H5Awrite(attribute, memoryType, value));
}

void setReal(hid_t object, const char *name, double value) {
  setNumber(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

/// A dataset of shape (1, extent...), without times, compressed where the library can.
class Dataset {
public:
  Dataset(hid_t group, const char *name, hid_t type, std::vector<hsize_t> shape,
          std::vector<hsize_t> chunk)
      : shape_(std::move(shape)),
        space_(H5Screate_simple(static_cast<int>(shape_.size()), shape_.data(), nullptr), H5Sclose),
        properties_(H5Pcreate(H5P_DATASET_CREATE), H5Pclose),
        dataset_(create(group, name, type, chunk), H5Dclose) {}

  /// Writes the block that starts at `start` with extent `count`.
  void write(const std::vector<hsize_t> &start, const std::vector<hsize_t> &count, hid_t type,
             const void *data) {
    Handle memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
                  H5Sclose);
    check(
        H5Sselect_hyperslab(space_, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr));
    check(H5Dwrite(dataset_, type, memory, space_, H5P_DEFAULT, data));
  }

private:
  hid_t create(hid_t group, const char *name, hid_t type, const std::vector<hsize_t> &chunk) {
    check(H5Pset_obj_track_times(properties_, false));
    check(H5Pset_fill_time(properties_, H5D_FILL_TIME_NEVER));
    bool empty = std::find(shape_.begin(), shape_.end(), 0) != shape_.end();
    if (!empty && H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) {
      check(H5Pset_chunk(properties_, static_cast<int>(chunk.size()), chunk.data()));
      check(H5Pset_deflate(properties_, kDeflate));
    }
    return H5Dcreate2(group, name, type, space_, H5P_DEFAULT, properties_, H5P_DEFAULT);
  }

  std::vector<hsize_t> shape_;
  Handle space_, properties_, dataset_;
};

hid_t createGroup(hid_t parent, const char *name) {
  Handle properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  check(H5Pset_obj_track_times(properties, false));
  return H5Gcreate2(parent, name, H5P_DEFAULT, properties, H5P_DEFAULT);
}

/// EventData: index and time of every spike. A spike of step t has the time (t + 1) dt, the end of
/// its step, as the format's own conversion from a grid has it.
void writeEvents(hid_t group, const NirDataInfo &info, const StepEvents &events, double dt) {
  std::vector<hsize_t> shape{1, info.events},
      chunk{1, std::min<hsize_t>(std::max<hsize_t>(info.events, 1), kChunk)};
  Dataset idx(group, "idx", H5T_STD_I64LE, shape, chunk),
      time(group, "time", H5T_IEEE_F64LE, shape, chunk);
  std::vector<int64_t> indices;
  std::vector<double> times;
  hsize_t written = 0;
  auto flush = [&] {
    if (indices.empty())
      return;
    idx.write({0, written}, {1, indices.size()}, H5T_NATIVE_INT64, indices.data());
    time.write({0, written}, {1, times.size()}, H5T_NATIVE_DOUBLE, times.data());
    written += indices.size();
    indices.clear();
    times.clear();
  };
  for (uint64_t step = 0; step < info.steps; ++step) {
    for (const Event &event : events(step)) {
      indices.push_back(event.neuron);
      times.push_back(static_cast<double>(step + 1) * dt);
    }
    if (indices.size() >= kBlock)
      flush();
  }
  flush();
  int64_t neurons = static_cast<int64_t>(info.neurons);
  setNumber(group, "n_neurons", H5T_STD_I64LE, H5T_NATIVE_INT64, &neurons);
  setReal(group, "t_max", static_cast<double>(info.steps) * dt);
}

/// TimeGriddedData: (1, steps, neurons).
template <typename T>
void writeGrid(hid_t group, const NirDataInfo &info, const StepEvents &events, hid_t fileType,
               hid_t memoryType) {
  hsize_t rows = std::clamp<hsize_t>(kChunk / std::max<uint64_t>(info.neurons, 1), 1,
                                     std::max<uint64_t>(info.steps, 1));
  Dataset data(group, "data", fileType, {1, info.steps, info.neurons}, {1, rows, info.neurons});
  std::vector<T> block;
  for (uint64_t start = 0; start < info.steps; start += rows) {
    uint64_t count = std::min<uint64_t>(rows, info.steps - start);
    block.assign(count * info.neurons, T{});
    for (uint64_t row = 0; row < count; ++row)
      for (const Event &event : events(start + row))
        block[row * info.neurons + event.neuron] = static_cast<T>(event.value);
    data.write({0, start, 0}, {1, count, info.neurons}, memoryType, block.data());
  }
}

} // namespace

struct NirDataWriter::State {
  State(const std::filesystem::path &target, double dt)
      : target(target), dt(dt), file(createFile(temporaryName(target)), H5Fclose),
        nodes(createGroup(file, "nodes"), H5Gclose) {
    setText(file, "__type__", "NIRGraphData");
  }

  static hid_t createFile(const std::filesystem::path &name) {
    Handle properties(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    check(H5Pset_obj_track_times(properties, false)); // the root group
    return H5Fcreate(name.c_str(), H5F_ACC_TRUNC, properties, H5P_DEFAULT);
  }

  std::filesystem::path target;
  double dt;
  Handle file, nodes;
};

NirDataWriter::NirDataWriter(const std::filesystem::path &file, double dt) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); // our own message says it
  try {
    state_ = std::make_unique<State>(file, dt > 0 ? dt : 1.0);
  } catch (const UserError &error) {
    throw UserError(file.string() + ": " + error.what());
  }
}

NirDataWriter::~NirDataWriter() {
  if (!state_)
    return;
  std::filesystem::path temporary = temporaryName(state_->target);
  state_.reset();
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
}

void NirDataWriter::addSpikes(const NirDataInfo &info, const StepEvents &events) {
  Handle node(createGroup(state_->nodes, info.node.c_str()), H5Gclose);
  setText(node, "__type__", "NIRNodeData");
  Handle observables(createGroup(node, "observables"), H5Gclose);
  Handle spikes(createGroup(observables, "spikes"), H5Gclose);
  setText(spikes, "__type__", info.single ? "EventData" : "TimeGriddedData");
  if (info.single)
    return writeEvents(spikes, info, events, state_->dt);
  if (info.integer)
    writeGrid<uint32_t>(spikes, info, events, H5T_STD_U32LE, H5T_NATIVE_UINT32);
  else
    writeGrid<double>(spikes, info, events, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE);
  setReal(spikes, "dt", state_->dt);
}

void NirDataWriter::finish() {
  std::filesystem::path target = state_->target;
  check(H5Fflush(state_->file, H5F_SCOPE_GLOBAL));
  state_.reset();
  std::error_code error;
  std::filesystem::rename(temporaryName(target), target, error);
  if (error)
    throw UserError(target.string() + ": cannot be written: " + error.message());
}

} // namespace spindle::io
