// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small NIR graphs, made in memory or as files, for the loader's tests.
#ifndef SPINDLE_TESTS_UNIT_COMPILER_IMPORT_NIR_GRAPHS_H
#define SPINDLE_TESTS_UNIT_COMPILER_IMPORT_NIR_GRAPHS_H

#include "compiler/import/nir/NirGraph.h"
#include "runtime/image/Errors.h"

#include <filesystem>
#include <string>
#include <unistd.h>

namespace spindle::nir::test {

inline Array reals(std::vector<int64_t> shape, std::vector<double> values) {
  Array a;
  a.shape = std::move(shape);
  a.values = std::move(values);
  return a;
}
inline Array filled(std::vector<int64_t> shape, double value) {
  size_t n = 1;
  for (int64_t d : shape)
    n *= static_cast<size_t>(d);
  return reals(std::move(shape), std::vector<double>(n, value));
}
inline Array integers(std::vector<double> values) {
  auto count = static_cast<int64_t>(values.size()); // before they move: arguments have no order
  Array a = reals({count}, std::move(values));
  a.real = a.single = false;
  return a;
}
inline Node port(const char *type, std::vector<double> shape) {
  Node node;
  node.type = type;
  node.fields["shape"] = integers(std::move(shape));
  return node;
}
inline Node lif(std::vector<int64_t> shape, double tau = 2e-3) {
  Node node;
  node.type = "LIF";
  node.fields["tau"] = filled(shape, tau);
  node.fields["r"] = filled(shape, tau / 1e-4);
  node.fields["v_leak"] = filled(shape, 0);
  node.fields["v_threshold"] = filled(shape, 1);
  return node;
}
inline Node linear(int64_t out, int64_t in) {
  Node node;
  node.type = "Linear";
  std::vector<double> w;
  for (int64_t i = 0; i < out * in; ++i)
    w.push_back(static_cast<double>(i % 7) / 4 - 0.5);
  node.fields["weight"] = reals({out, in}, w);
  return node;
}

/// input(3) -> fc -> lif(2) -> output
inline Graph chain() {
  Graph g;
  g.version = "1.0.0";
  g.nodes["input"] = port("Input", {3});
  g.nodes["fc"] = linear(2, 3);
  g.nodes["lif"] = lif({2});
  g.nodes["output"] = port("Output", {2});
  g.edges = {{"fc", "lif"}, {"input", "fc"}, {"lif", "output"}};
  return g;
}

/// The text of the UserError that `f` throws, or "" when it throws none.
template <typename F> std::string refusal(F f) {
  try {
    f();
  } catch (const UserError &e) {
    return e.what();
  }
  return "";
}

/// A file name of this process, removed at the end.
class TempFile {
public:
  explicit TempFile(const std::string &name)
      : path_(std::filesystem::temp_directory_path() /
              ("spindle-" + std::to_string(getpid()) + "-" + name)) {}
  ~TempFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::string path() const { return path_.string(); }

private:
  std::filesystem::path path_;
};

} // namespace spindle::nir::test

#endif // SPINDLE_TESTS_UNIT_COMPILER_IMPORT_NIR_GRAPHS_H
