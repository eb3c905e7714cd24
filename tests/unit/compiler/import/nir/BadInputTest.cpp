// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that must be refused, each with a message that names file, node and reason.
#include "compiler/import/nir/Hdf5.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/import/nir/Graphs.h"

#include <cmath>
#include <fstream>
#include <functional>

using namespace spindle;
using namespace spindle::nir;
using namespace spindle::nir::test;
using Catch::Matchers::Contains;

namespace {

/// Loads the chain after `change` was made to its file.
std::string refusedAfter(const std::function<void(hid_t)> &change) {
  TempFile file("bad.nir");
  save(chain(), file.path());
  {
    Handle h(H5Fopen(file.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    REQUIRE(h.valid());
    change(h);
  }
  std::string why = refusal([&] { load(file.path()); });
  if (!why.empty())
    CHECK_THAT(why, Catch::Matchers::StartsWith(file.path() + ": "));
  return why;
}

std::string refusedGraph(const std::function<void(Graph &)> &change) {
  Graph g = chain();
  change(g);
  TempFile file("bad.nir");
  save(g, file.path());
  return refusal([&] { load(file.path()); });
}

void replace(hid_t file, const char *path, hid_t type, std::vector<hsize_t> dims, const void *data,
             const std::function<void(hid_t)> &property = {}) {
  if (H5Lexists(file, path, H5P_DEFAULT) > 0)
    H5Ldelete(file, path, H5P_DEFAULT);
  Handle space(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose);
  Handle plist(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  if (property)
    property(plist);
  Handle set(H5Dcreate2(file, path, type, space, H5P_DEFAULT, plist, H5P_DEFAULT), H5Dclose);
  REQUIRE(set.valid());
  if (data)
    REQUIRE(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
}

const char *const kWeight = "/node/nodes/fc/weight";
const double kSix[6] = {1, 2, 3, 4, 5, 6};

} // namespace

TEST_CASE("the chain itself loads") {
  CHECK(refusedAfter([](hid_t) {}) == "");
}

TEST_CASE("a missing file, a folder, another format") {
  CHECK_THAT(refusal([] { load("/nowhere/x.nir"); }), Contains("/nowhere/x.nir: there is no such"));
  CHECK_THAT(refusal([] { load("/tmp"); }), Contains("not a regular file"));
  TempFile file("text.nir");
  std::ofstream(file.path()) << "this is no network";
  CHECK_THAT(refusal([&] { load(file.path()); }), Contains("is not an HDF5 file"));
  TempFile empty("empty.nir");
  std::ofstream{empty.path()};
  CHECK_THAT(refusal([&] { load(empty.path()); }), Contains("is not an HDF5 file"));
}

TEST_CASE("every truncation of a file is refused") {
  TempFile file("short.nir");
  save(chain(), file.path());
  auto size = std::filesystem::file_size(file.path());
  for (auto keep = size - 1; keep > 8; keep -= std::min<uintmax_t>(keep, 997)) {
    std::filesystem::resize_file(file.path(), keep);
    INFO("kept " << keep << " of " << size);
    CHECK(refusal([&] { load(file.path()); }) != "");
  }
}

TEST_CASE("damaged bytes never end the process") {
  TempFile whole("whole.nir"), file("damaged.nir");
  save(chain(), whole.path());
  std::ifstream in(whole.path(), std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  uint32_t random = 1;
  int refused = 0;
  for (int k = 0; k < 60; ++k) {
    std::string broken = bytes;
    for (int n = 0; n < 8; ++n) {
      random = random * 1664525u + 1013904223u;
      broken[random % broken.size()] = static_cast<char>(random >> 24);
    }
    std::ofstream(file.path(), std::ios::binary) << broken;
    refused += refusal([&] { load(file.path()); }).empty() ? 0 : 1;
  }
  CHECK(refused > 0); // some damage hits only values, and those files still load
}

TEST_CASE("HDF5 that is no NIR") {
  TempFile file("other.nir");
  {
    Handle h(H5Fcreate(file.path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  }
  CHECK_THAT(refusal([&] { load(file.path()); }), Contains("no group 'node'"));
}

TEST_CASE("a dataset of 10^9 elements is refused by name and size, before it is read") {
  std::string why = refusedAfter([](hid_t f) {
    replace(f, kWeight, H5T_IEEE_F32LE, {1000, 1000000}, nullptr, [](hid_t plist) {
      hsize_t chunk[2] = {10, 1000};
      H5Pset_chunk(plist, 2, chunk);
    });
  });
  CHECK_THAT(why, Contains("node 'fc': 'weight'") && Contains("1000x1000000"));
}

TEST_CASE("data that is declared but absent") {
  CHECK_THAT(refusedAfter([](hid_t f) {
               replace(f, kWeight, H5T_IEEE_F32LE, {2, 3}, nullptr, [](hid_t plist) {
                 hsize_t chunk[2] = {2, 3};
                 H5Pset_chunk(plist, 2, chunk);
               });
             }),
             Contains("'weight'") && Contains("no data"));
}

TEST_CASE("wrong types") {
  CHECK_THAT(refusedGraph([](Graph &g) { g.nodes["fc"].fields["weight"] = std::string("abc"); }),
             Contains("node 'fc': 'weight'") && Contains("text") && Contains("numbers are needed"));
  CHECK_THAT(refusedAfter([](hid_t f) {
               Handle type(H5Tcreate(H5T_COMPOUND, 16), H5Tclose);
               H5Tinsert(type, "a", 0, H5T_NATIVE_DOUBLE);
               H5Tinsert(type, "b", 8, H5T_NATIVE_DOUBLE);
               replace(f, kWeight, type, {3}, kSix);
             }),
             Contains("node 'fc': 'weight'") && Contains("data type"));
  CHECK_THAT(refusedAfter([](hid_t f) {
               Handle type(H5Tvlen_create(H5T_NATIVE_DOUBLE), H5Tclose);
               replace(f, kWeight, type, {2}, nullptr);
             }),
             Contains("data type"));
  CHECK_THAT(refusedAfter([](hid_t f) {
               Handle type(H5Tcopy(H5T_NATIVE_DOUBLE), H5Tclose);
               H5Tcommit2(f, "kind", type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
             }),
             Contains("neither a group nor a dataset"));
}

TEST_CASE("what lies elsewhere") {
  CHECK_THAT(refusedAfter([](hid_t f) {
               H5Ldelete(f, kWeight, H5P_DEFAULT);
               H5Lcreate_external("/etc/passwd", "/x", f, kWeight, H5P_DEFAULT, H5P_DEFAULT);
             }),
             Contains("node 'fc'") && Contains("external link"));
  CHECK_THAT(refusedAfter([](hid_t f) {
               H5Ldelete(f, kWeight, H5P_DEFAULT);
               H5Lcreate_soft("/node/nodes/lif/r", f, kWeight, H5P_DEFAULT, H5P_DEFAULT);
             }),
             Contains("soft or external link"));
  CHECK_THAT(refusedAfter([](hid_t f) {
               replace(f, kWeight, H5T_IEEE_F64LE, {2, 3}, nullptr,
                       [](hid_t plist) { H5Pset_external(plist, "/etc/passwd", 0, 48); });
             }),
             Contains("another file"));
  CHECK_THAT(refusedAfter([](hid_t f) {
               replace(f, kWeight, H5T_IEEE_F64LE, {2, 3}, nullptr, [](hid_t plist) {
                 hsize_t dims[2] = {2, 3};
                 Handle space(H5Screate_simple(2, dims, nullptr), H5Sclose);
                 H5Pset_virtual(plist, space, "/etc/passwd", "x", space);
               });
             }),
             Contains("another file"));
}

TEST_CASE("only deflate and shuffle") {
  auto filtered = [](H5Z_filter_t filter) {
    return refusedAfter([=](hid_t f) {
      replace(f, kWeight, H5T_IEEE_F64LE, {2, 3}, kSix, [=](hid_t plist) {
        hsize_t chunk[2] = {2, 3};
        H5Pset_chunk(plist, 2, chunk);
        if (filter == H5Z_FILTER_FLETCHER32)
          H5Pset_fletcher32(plist);
        else {
          H5Pset_shuffle(plist);
          H5Pset_deflate(plist, 4);
        }
      });
    });
  };
  CHECK(filtered(H5Z_FILTER_DEFLATE) == "");
  CHECK_THAT(filtered(H5Z_FILTER_FLETCHER32), Contains("filter"));
}

TEST_CASE("an object has one place: no loops, no copies without end") {
  auto linked = [](const char *from, const char *to) {
    return refusedAfter([=](hid_t f) { H5Lcreate_hard(f, from, f, to, H5P_DEFAULT, H5P_DEFAULT); });
  };
  CHECK_THAT(linked("/node", "/node/nodes/again"), Contains("'again' is a second link"));
  CHECK_THAT(linked("/node/nodes/lif", "/node/nodes/lif2"), Contains("second link"));
  CHECK_THAT(linked(kWeight, "/node/nodes/fc/weight2"), Contains("second link"));
}

TEST_CASE("a small file may not unfold without end") {
  std::string why = refusedAfter([](hid_t f) {
    replace(f, kWeight, H5T_IEEE_F32LE, {1 << 14, 1 << 14}, nullptr, [](hid_t plist) {
      hsize_t chunk[2] = {2, 3};
      H5Pset_chunk(plist, 2, chunk);
    });
    Handle set(H5Dopen2(f, kWeight, H5P_DEFAULT), H5Dclose), space(H5Dget_space(set), H5Sclose);
    hsize_t start[2] = {0, 0}, extent[2] = {2, 3};
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, extent, nullptr);
    Handle memory(H5Screate_simple(2, extent, nullptr), H5Sclose);
    REQUIRE(H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, kSix) >= 0);
  });
  CHECK_THAT(why, Contains("node 'fc': 'weight'") && Contains("unfolds"));
}

TEST_CASE("text that is not UTF-8") {
  for (const char *text : {"\xff\xfe", "caf\xe9", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"})
    CHECK_THAT(refusedGraph([=](Graph &g) { g.nodes["fc"].type = text; }),
               Contains("node 'fc': 'type'") && Contains("UTF-8"));
  CHECK_THAT(refusedGraph([](Graph &g) {
               g.nodes["\xff"] = g.nodes["lif"];
               g.edges.emplace_back("lif", "lif");
             }),
             Contains("a name that is not UTF-8"));
}

TEST_CASE("metadata that cannot be read are left out, and said") {
  TempFile file("metadata.nir");
  Graph g = chain();
  g.metadata["dt"] = reals({}, {1e-4});
  save(g, file.path());
  {
    Handle h(H5Fopen(file.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    Handle type(H5Tcreate(H5T_COMPOUND, 8), H5Tclose);
    H5Tinsert(type, "re", 0, H5T_NATIVE_DOUBLE);
    replace(h, "/node/metadata/phase", type, {1}, kSix);
    replace(h, "/version", H5T_NATIVE_DOUBLE, {1}, kSix);
  }
  Graph back = load(file.path());
  CHECK(back.metadata.count("dt") == 1);
  CHECK(back.version.empty());
  REQUIRE(back.warnings.size() == 1);
  CHECK_THAT(back.warnings[0], Contains("metadata 'phase'") && Contains("left out"));
}

TEST_CASE("values that make no sense") {
  auto with = [](const char *field, double value) {
    return refusedGraph(
        [=](Graph &g) { std::get<Array>(g.nodes["lif"].fields[field]).values[1] = value; });
  };
  CHECK_THAT(with("tau", -0.5),
             Contains("node 'lif': 'tau' is -0.5 at index 1") && Contains("must be positive"));
  CHECK_THAT(with("tau", 0), Contains("must be positive"));
  CHECK_THAT(with("tau", NAN), Contains("node 'lif': 'tau'") && Contains("nan at index 1"));
  CHECK_THAT(with("r", INFINITY), Contains("finite"));
  CHECK_THAT(with("v_threshold", 0), Contains("threshold must be positive"));
  CHECK_THAT(refusedGraph([](Graph &g) { g.nodes["lif"].fields.erase("tau"); }),
             Contains("node 'lif': 'tau' is missing"));
  CHECK_THAT(refusedGraph([](Graph &g) { g.nodes["lif"].type = "Izhikevich"; }),
             Contains("node 'lif'") && Contains("Izhikevich") && Contains("CubaLIF"));
}

TEST_CASE("edges that lead nowhere") {
  std::string why = refusedGraph([](Graph &g) {
    g.edges.emplace_back("lif", "fc2");
    g.edges.emplace_back("nothing", "lif");
  });
  CHECK_THAT(why, Contains("there is no such node"));
  CHECK_THAT(refusedGraph([](Graph &g) { g.nodes["fc"] = linear(2, 4); }),
             Contains("node 'fc': edge 'input' -> 'fc' carries (3), but 'fc' takes (4)"));
}
