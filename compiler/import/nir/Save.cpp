// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The NIR writer: the layout that NIR's own library reads, the same bytes for the same graph.
#include "compiler/import/nir/Hdf5.h"
#include "compiler/import/nir/Repair.h"
#include "runtime/image/Errors.h"

namespace spindle::nir {
namespace {

Array filled(const std::vector<int64_t> &shape, double value, bool real) {
  Array a;
  a.shape = shape;
  a.values.assign(static_cast<size_t>(sizeOf(shape)), value);
  a.real = a.single = real;
  return a;
}

/// One value for all neurons becomes one for each. An absent w_in stays so: dt is told by a w_in
/// only where there is one.
void fillNeuron(Node &node) {
  if (node.fields.count("v_threshold"))
    node.fields.try_emplace("v_reset", filled({}, 0, true));
  for (auto &[key, value] : node.fields)
    if (auto *a = std::get_if<Array>(&value); a && a->values.size() == 1) {
      a->shape = node.outputShape;
      a->values.assign(static_cast<size_t>(sizeOf(a->shape)), a->values[0]);
    }
}

/// One integer for each axis, where there is one for all or none. Conv1d has scalars.
void fillAxes(Node &node, const char *field, size_t axes, double missing) {
  Value &value = node.fields.try_emplace(field, filled({}, missing, false)).first->second;
  auto *a = std::get_if<Array>(&value);
  if (!a || a->values.size() > 1)
    return; // 'same', 'valid', or one for each
  a->shape.clear();
  if (axes > 1) {
    a->shape = {static_cast<int64_t>(axes)};
    a->values.assign(axes, a->values[0]);
  }
}

/// NIR's library asks for every field of a type, in its full shape; ours takes less.
Node fullNode(Node node) {
  if (node.outputShape.empty()) // not completed: as it is
    return node;
  if (isNeuronType(node.type))
    fillNeuron(node);
  if (node.type == "Conv1d" || node.type == "Conv2d") {
    size_t axes = node.type == "Conv1d" ? 1 : 2;
    for (auto [field, missing] : {std::pair("stride", 1), {"dilation", 1}, {"padding", 0}})
      fillAxes(node, field, axes, missing);
    fillAxes(node, "input_shape", axes, 1);
    fillAxes(node, "groups", 1, 1);
    node.fields.try_emplace("bias", filled({node.outputShape[0]}, 0, true));
  }
  if (node.type == "SumPool2d" || node.type == "AvgPool2d") {
    fillAxes(node, "kernel_size", 2, 1);
    node.fields.try_emplace("stride", node.fields.at("kernel_size"));
    fillAxes(node, "stride", 2, 1);
    fillAxes(node, "padding", 2, 0);
  }
  return node;
}

/// Creates the objects of one file; any failure of HDF5 ends the writing.
class FileWriter {
public:
  explicit FileWriter(const std::string &file)
      : file_(file), plist_(H5Pcreate(H5P_FILE_ACCESS), H5Pclose),
        root_(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, plist_), H5Fclose),
        text_(H5Tcopy(H5T_C_S1), H5Tclose) {
    check(root_.valid() && text_.valid());
    check(H5Tset_size(text_, H5T_VARIABLE) >= 0 && H5Tset_cset(text_, H5T_CSET_UTF8) >= 0);
  }

  void graph(const Graph &graph) {
    string(root_, "version", graph.version.empty() ? "1.0.0" : graph.version);
    Handle top = group(root_, "node");
    string(top, "type", "NIRGraph");
    edges(top, graph);
    metadata(top, graph.metadata);
    Handle nodes = group(top, "nodes");
    for (const auto &[name, stated] : graph.nodes) {
      if (name.empty() || name == "." || name.find('/') != std::string::npos)
        throw UserError(file_ + ": node '" + name +
                        "': this name cannot be written to HDF5; use one without '/'");
      Handle inner = group(nodes, name);
      const Node node = fullNode(stated);
      string(inner, "type", node.type);
      for (const auto &[key, field] : node.fields)
        value(inner, key, field);
      metadata(inner, node.metadata);
    }
    check(H5Fflush(root_, H5F_SCOPE_GLOBAL) >= 0);
  }

private:
  void check(bool good) const {
    if (!good)
      throw UserError(file_ + ": cannot be written (no such folder, no permission, or disk full)");
  }

  Handle group(hid_t parent, const std::string &name) {
    Handle made(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
    check(made.valid());
    return made;
  }

  void dataset(hid_t parent, const std::string &name, hid_t fileType, hid_t memoryType,
               const std::vector<int64_t> &shape, const void *data) {
    std::vector<hsize_t> dims(shape.begin(), shape.end());
    Handle space(shape.empty()
                     ? H5Screate(H5S_SCALAR)
                     : H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr),
                 H5Sclose);
    Handle plist(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    // A time of writing in the object header would make two files of one graph differ.
    check(plist.valid() && H5Pset_obj_track_times(plist, false) >= 0);
    Handle set(H5Dcreate2(parent, name.c_str(), fileType, space, H5P_DEFAULT, plist, H5P_DEFAULT),
               H5Dclose);
    check(space.valid() && set.valid() &&
          H5Dwrite(set, memoryType, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
  }

  void string(hid_t parent, const std::string &name, const std::string &value) {
    const char *text = value.c_str();
    dataset(parent, name, text_, text_, {}, &text);
  }

  void value(hid_t parent, const std::string &name, const Value &value) {
    if (const auto *text = std::get_if<std::string>(&value))
      return string(parent, name, *text);
    const auto &array = std::get<Array>(value);
    hid_t type = !array.real ? H5T_STD_I64LE : array.single ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
    dataset(parent, name, type, H5T_NATIVE_DOUBLE, array.shape, array.values.data());
  }

  void edges(hid_t parent, const Graph &graph) {
    std::vector<const char *> names;
    for (const auto &[from, to] : graph.edges) {
      names.push_back(from.c_str());
      names.push_back(to.c_str());
    }
    dataset(parent, "edges", text_, text_, {static_cast<int64_t>(graph.edges.size()), 2},
            names.data());
  }

  void metadata(hid_t parent, const std::map<std::string, Value> &values) {
    if (values.empty())
      return;
    Handle inner = group(parent, "metadata");
    for (const auto &[key, v] : values)
      value(inner, key, v);
  }

  const std::string &file_;
  Handle plist_, root_, text_;
};

/// HDF5 prints its error stack to stderr by default: our error says what matters.
class Silence {
public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &handler_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, handler_, data_); }

private:
  H5E_auto2_t handler_ = nullptr;
  void *data_ = nullptr;
};

} // namespace

void save(const Graph &graph, const std::string &file) {
  Silence silence;
  FileWriter(file).graph(graph);
}

} // namespace spindle::nir
