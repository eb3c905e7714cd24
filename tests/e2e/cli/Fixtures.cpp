// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the NIR files that the command's tests need: one good network and its damaged relatives.
#include "compiler/import/nir/NirGraph.h"

#include <hdf5.h>

#include <cstdio>
#include <functional>
#include <limits>
#include <random>

using namespace spindle;

namespace {

nir::Array array(std::vector<int64_t> shape, const std::function<double(size_t)> &value) {
  nir::Array result;
  result.shape = shape;
  size_t size = 1;
  for (int64_t extent : shape)
    size *= static_cast<size_t>(extent);
  for (size_t i = 0; i < size; ++i)
    result.values.push_back(static_cast<float>(value(i)));
  return result;
}

nir::Array constant(int64_t size, double value) {
  return array({size}, [&](size_t) { return value; });
}

nir::Node node(const std::string &type, std::map<std::string, nir::Value> fields) {
  nir::Node result;
  result.type = type;
  result.fields = std::move(fields);
  return result;
}

nir::Node interface(const std::string &type, int64_t size) {
  nir::Array shape;
  shape.shape = {1};
  shape.values = {double(size)};
  shape.real = false;
  return node(type, {{"shape", shape}});
}

nir::Node lif(int64_t size, double tau) {
  return node("LIF", {{"tau", constant(size, tau)},
                      {"r", constant(size, tau / 1e-3)},
                      {"v_leak", constant(size, 0)},
                      {"v_threshold", constant(size, 1)},
                      {"v_reset", constant(size, 0)}});
}

/// 4 inputs, 6 recurrent neurons, 3 outputs; the gain of every neuron is 1 at a step of 1 ms.
nir::Graph good() {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> weight(-0.4, 0.9);
  auto weights = [&](int64_t out, int64_t in) {
    return node("Linear", {{"weight", array({out, in}, [&](size_t) { return weight(random); })}});
  };
  nir::Graph graph;
  graph.version = "1.0.0";
  graph.nodes["input"] = interface("Input", 4);
  graph.nodes["fc1"] = weights(6, 4);
  graph.nodes["hidden.lif"] = lif(6, 5e-3);
  graph.nodes["hidden.rec"] = weights(6, 6);
  graph.nodes["fc2"] = weights(3, 6);
  graph.nodes["out"] = lif(3, 8e-3);
  graph.nodes["output"] = interface("Output", 3);
  graph.edges = {{"fc1", "hidden.lif"},
                 {"fc2", "out"},
                 {"hidden.lif", "fc2"},
                 {"hidden.lif", "hidden.rec"},
                 {"hidden.rec", "hidden.lif"},
                 {"input", "fc1"},
                 {"out", "output"}};
  return graph;
}

/// Replaces a dataset by one that a reader must refuse; `make` creates it under the same name.
void replace(const std::string &file, const std::string &dataset,
             const std::function<void(hid_t, const char *)> &make) {
  hid_t handle = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(handle, dataset.c_str(), H5P_DEFAULT);
  make(handle, dataset.c_str());
  H5Fclose(handle);
}

/// 10^9 elements that take no room in the file: chunks that are never written.
void makeHuge(hid_t file, const char *name) {
  hsize_t extent[2] = {1000, 1000000}, chunk[2] = {1000, 1000};
  hid_t space = H5Screate_simple(2, extent, nullptr);
  hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(properties, 2, chunk);
  H5Dclose(H5Dcreate2(file, name, H5T_NATIVE_FLOAT, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  H5Pclose(properties);
  H5Sclose(space);
}

void makeText(hid_t file, const char *name) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 8);
  hsize_t extent[2] = {6, 4};
  hid_t space = H5Screate_simple(2, extent, nullptr);
  H5Dclose(H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sclose(space);
  H5Tclose(type);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: cli_fixtures DIR\n");
    return 1;
  }
  std::string folder = argv[1] + std::string("/");
  nir::save(good(), folder + "good.nir");

  nir::Graph graph = good();
  graph.nodes["out"] = lif(3, std::numeric_limits<double>::quiet_NaN());
  nir::save(graph, folder + "nan_tau.nir");

  graph = good();
  std::get<nir::Array>(graph.nodes["out"].fields["tau"]).values[1] = -2e-3;
  nir::save(graph, folder + "negative_tau.nir");

  graph = good();
  graph.edges.emplace_back("nowhere", "out");
  nir::save(graph, folder + "dangling.nir");

  nir::save(good(), folder + "huge.nir");
  replace(folder + "huge.nir", "node/nodes/fc1/weight", makeHuge);
  nir::save(good(), folder + "wrong_dtype.nir");
  replace(folder + "wrong_dtype.nir", "node/nodes/fc1/weight", makeText);
  return 0;
}
