// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flat form that the reading process hands over: decoded exactly, refused at every cut.
#include "compiler/import/nir/Flat.h"
#include "compiler/import/nir/Reader.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/import/nir/Graphs.h"

#include <cstring>

using namespace spindle;
using namespace spindle::nir;
using namespace spindle::nir::test;

TEST_CASE("flat form of a file") {
  TempFile file("flat.nir");
  Graph g = chain();
  g.nodes["lif"].metadata["note"] = std::string("x");
  save(g, file.path());
  std::vector<std::byte> flat = readFlat(file.path());
  RawFile raw = decodeFlat(flat);
  CHECK(raw.version == "1.0.0");
  CHECK(raw.graph.nodes.size() == 4);
  CHECK(raw.graph.edges.size() == 3);
  CHECK(std::get<std::string>(raw.graph.nodes.at("lif").metadata.at("note")) == "x");
  const Array &w = std::get<Array>(raw.graph.nodes.at("fc").fields.at("weight"));
  CHECK(w.shape == std::vector<int64_t>{2, 3});
  CHECK(w.values[1] == -0.25);
  CHECK(w.single);

  SECTION("every cut is refused") {
    for (size_t n = 0; n < flat.size(); ++n)
      CHECK(refusal([&] { decodeFlat(std::span(flat).first(n)); }) != "");
  }
  SECTION("something behind the end is refused") {
    flat.push_back(std::byte{0});
    CHECK(refusal([&] { decodeFlat(flat); }) != "");
  }
  SECTION("counts are checked before they are allocated") {
    for (size_t n = 0; n + 4 <= flat.size(); ++n) {
      std::vector<std::byte> broken = flat;
      std::memset(broken.data() + n, 0xff, 4);
      try { // any answer will do, as long as it is one
        repair(decodeFlat(broken));
      } catch (const UserError &) {
      }
    }
  }
}

TEST_CASE("a large dataset comes through the pipe whole") {
  Graph g;
  g.nodes["input"] = port("Input", {1500});
  g.nodes["fc"] = linear(1000, 1500);
  g.edges = {{"input", "fc"}};
  TempFile file("large.nir");
  save(g, file.path());
  Graph back = load(file.path());
  CHECK(std::get<Array>(back.nodes.at("fc").fields.at("weight")).values ==
        std::get<Array>(g.nodes.at("fc").fields.at("weight")).values);
}
