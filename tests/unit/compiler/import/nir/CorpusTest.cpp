// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that others exported: each loads, or is refused with file and node; what loads becomes a
// network in every profile. The table says what is known of some; the folder says what there is.
#include "compiler/import/nir/Models.h"
#include "compiler/import/nir/Nir.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/import/nir/Graphs.h"

#include <map>
#include <set>

using namespace spindle;
using namespace spindle::nir;
using namespace spindle::nir::test;

namespace {

struct Known {
  bool loads;
  std::string says; ///< in a repair, or in the refusal
};

const std::map<std::string, Known> &known() {
  static const std::map<std::string, Known> table = {
      {"braille_noDelay_bias_zero.nir", {true, ""}},
      {"braille_noDelay_bias_zero_subgraph.nir", {true, "'lif1', the only node without an edge"}},
      {"cnn_sinabs.nir", {true, ""}},
      {"hist_braille_2023-10-04.nir", {false, "carries (16), but 'fc2' takes (63)"}},
      {"hist_braille_flattened.nir", {true, "taken for all 38 neurons"}},
      {"hist_braille_v2.nir", {true, "(256, 12) is read as (12)"}},
      {"hist_braille_v2a.nir", {true, "'w_in' is missing in 'lif1.lif', 'lif2': 1 is taken"}},
      {"hist_lif_norse_2023-08-25.nir", {true, "(1000) is read as (1)"}},
      {"hist_scnn_mnist_batches.nir", {true, "count a batch axis"}},
      {"lif_rockpool.nir", {true, "(1, 1, 1)"}},
      {"rockpool_test_braille.nir", {true, "'hidden.input': states a shape of (12)"}},
      {"spyx_shd.nir", {false, "node 'LIF': 'tau' is -201.819"}},
  };
  return table;
}

/// Files whose step cannot be told from what is in them.
const std::set<std::string> kNoDt = {"lif_norse.nir",
                                     "hist_lif_norse_2023-08-25.nir",
                                     "hist_lif_norse_2023-08-28.nir",
                                     "two_lif_neurons.nir",
                                     "lif_rockpool.nir",
                                     "hist_braille_flattened.nir"};

} // namespace

TEST_CASE("the collection of NIR files") {
  auto folder = spindle::test::requireShared("nir");
  unsigned files = 0, loaded = 0;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".nir")
      continue;
    std::string name = entry.path().filename().string();
    INFO(name);
    ++files;
    Graph graph;
    std::string why = refusal([&] { graph = load(entry.path().string()); });
    loaded += why.empty();
    if (auto it = known().find(name); it != known().end()) {
      CHECK(it->second.loads == why.empty());
      std::string all = why;
      for (const std::string &line : graph.repairs)
        all += line + "\n";
      CHECK_THAT(all, Catch::Matchers::Contains(it->second.says));
    }
    if (!why.empty()) {
      CHECK_THAT(why, Catch::Matchers::StartsWith(entry.path().string() + ": "));
      CHECK_THAT(why, Catch::Matchers::Contains("node '"));
      continue;
    }
    ImportReport chosen = decide(graph, {});
    if (kNoDt.count(name)) {
      CHECK(chosen.needsDt);
      CHECK(!chosen.dt);
    }
    if (name.rfind("braille_noDelay", 0) == 0)
      CHECK(chosen.dt == 1e-4);
    for (const std::string &profile : profileNames()) {
      mlir::MLIRContext context;
      ImportOptions options;
      options.profile = profile;
      options.dt = 1e-4;
      ImportReport report;
      CHECK(importNir(graph, entry.path().string(), options, &context, report));
    }
  }
  CHECK(files > 0);
  if (std::filesystem::exists(folder / "README.md") && files >= 28)
    CHECK(loaded >= 25);
}

TEST_CASE("nested and flat forms of a network are the same graph") {
  auto folder = spindle::test::requireShared("nir");
  for (const char *name : {"braille_noDelay_bias_zero", "braille_noDelay_noBias_subtract"}) {
    auto flat = folder / (std::string(name) + ".nir");
    auto nested = folder / (std::string(name) + "_subgraph.nir");
    if (!std::filesystem::exists(flat) || !std::filesystem::exists(nested))
      continue;
    Graph a = load(flat.string()), b = load(nested.string());
    auto rename = [](std::string s) {
      return s == "lif1.lif1" ? std::string("lif1.lif") : s == "lif1.lin" ? "lif1.w_rec" : s;
    };
    std::set<std::pair<std::string, std::string>> renamed;
    for (const auto &[from, to] : b.edges)
      renamed.emplace(rename(from), rename(to));
    CHECK(std::set(a.edges.begin(), a.edges.end()) == renamed);
    for (const auto &[inner, node] : b.nodes) {
      const Node &other = a.nodes.at(rename(inner));
      CHECK(node.type == other.type);
      for (const auto &[key, value] : other.fields)
        if (const auto *x = std::get_if<Array>(&value))
          CHECK(std::get<Array>(node.fields.at(key)).values == x->values);
    }
  }
}
