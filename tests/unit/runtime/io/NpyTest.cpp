// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npy files: against bytes that NumPy writes, round trips, and hostile headers.
#include "runtime/io/Npy.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/TemporaryFolder.h"

#include <cstring>

using namespace spindle;
using namespace spindle::io;
using Catch::Matchers::Contains;
using spindle::test::TemporaryFolder;

namespace {

/// A version 1 file of that header and data.
std::string file(std::string header, std::string data, char version = 1) {
  std::string bytes = std::string("\x93NUMPY") + version + '\0';
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  if (version > 1)
    bytes += std::string(2, '\0');
  return bytes + header + data;
}

NpyArray parse(const std::string &bytes) {
  return parseNpy(std::as_bytes(std::span(bytes)), "x.npy");
}

void refuse(const std::string &bytes, const std::string &reason) {
  CHECK_THROWS_WITH(parse(bytes), Contains("x.npy") && Contains(reason));
  CHECK_THROWS_AS(parse(bytes), InputError);
}

std::string header(const std::string &descr, const std::string &shape,
                   const std::string &order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

template <typename T> void checkType(const std::string &descr, std::vector<T> values) {
  std::string data(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  NpyArray array = parse(file(header(descr, "(" + std::to_string(values.size()) + ",)"), data));
  REQUIRE(array.size() == values.size());
  for (size_t i = 0; i < values.size(); ++i)
    CHECK(array.at(i) == static_cast<double>(values[i]));
}

} // namespace

TEST_CASE("every type of number is read") {
  checkType<uint8_t>("|u1", {0, 7, 255});
  checkType<uint8_t>("|b1", {0, 1});
  checkType<int8_t>("|i1", {-128, 5});
  checkType<int16_t>("<i2", {-300, 5});
  checkType<int32_t>("<i4", {-70000, 5});
  checkType<int64_t>("<i8", {-(int64_t(1) << 40), 5});
  checkType<uint16_t>("<u2", {65535});
  checkType<uint32_t>("<u4", {4294967295u});
  checkType<uint64_t>("<u8", {uint64_t(1) << 50});
  checkType<float>("<f4", {-0.5f, 3.25f});
  checkType<double>("<f8", {-0.1, 1e300});
}

TEST_CASE("headers of all versions, as other writers lay them out") {
  CHECK(parse(file(header("|u1", "(2, 3)"), "abcdef", 2)).shape == std::vector<int64_t>{2, 3});
  CHECK(parse(file(header("|u1", "(2, 3)"), "abcdef", 3)).shape == std::vector<int64_t>{2, 3});
  CHECK(parse(file("{\"shape\":(2,),\"fortran_order\":True,\"descr\":\"|u1\"}", "ab")).at(1) ==
        'b');
  CHECK(parse(file(header("|u1", "()"), "a")).shape.empty());
  CHECK(parse(file(header("|u1", "(0, 4)"), "")).size() == 0);
}

TEST_CASE("big-endian numbers are turned round") {
  CHECK(parse(file(header(">u2", "(2,)"), std::string("\x01\x02\x00\x07", 4))).at(1) == 7);
  CHECK(parse(file(header(">i4", "(1,)"), "\xff\xff\xff\xfe")).at(0) == -2);
  NpyArray real = parse(file(header(">f8", "(1, 2)", "True"),
                             std::string("\x3f\xf8\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16)));
  CHECK(real.at(0) == 1.5);
  CHECK(real.at(1) == -2);
}

TEST_CASE("Fortran order is turned into C order") {
  NpyArray array = parse(file(header("|u1", "(2, 3, 2)", "True"), "abcdefghijkl"));
  std::string order;
  for (uint64_t i = 0; i < array.size(); ++i)
    order += static_cast<char>(array.at(i));
  CHECK(order == "agciekbhdjfl");
}

TEST_CASE("damaged and unsupported files are refused with their reason") {
  refuse("", "not a .npy file");
  refuse("hello, this is text", "not a .npy file");
  refuse(file(header("|u1", "(2,)"), "ab", 4), "version 4");
  refuse(file(header("|u1", "(3,)"), "ab"), "needs 3");
  refuse(file(header("|u1", "(1,)"), "ab"), "needs 1");
  refuse(file(header("<f8", "(2, 2)"), std::string(31, 'x')), "needs 32");
  refuse(file(header("<c16", "(1,)"), std::string(16, 'x')), "'<c16'");
  refuse(file(header("|O", "(1,)"), "x"), "'|O'");
  refuse(file("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", "x"), "records");
  refuse(file(header("|u1", "(1000000000, 1000000000, 1000000000)"), "x"), "impossible shape");
  refuse(file(header("|u1", "(1000000000,)"), "x"), "needs 1000000000");
  refuse(file(header("|u1", "(-1,)"), "x"), "header is damaged");
  refuse(file("{'descr': '|u1', 'shape': (1,)}", "x"), "header is damaged");
  refuse(file("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}", "x"),
         "unknown key");
  std::string good = file(header("|u1", "(2, 3)"), "abcdef");
  for (size_t length = 0; length < good.size(); ++length)
    CHECK_THROWS_AS(parse(good.substr(0, length)), InputError);
}

TEST_CASE("what is written has NumPy's bytes and reads back") {
  TemporaryFolder folder;
  std::vector<uint16_t> values{1, 2, 3, 4, 5, 600};
  std::vector<int64_t> shape{3, 2};
  writeNpy(folder.path() / "a.npy", NpyType::U16, shape, std::span<const uint16_t>(values));
  std::string bytes = folder.read("a.npy");
  std::string text = "{'descr': '<u2', 'fortran_order': False, 'shape': (3, 2), }";
  CHECK(bytes == file(text + std::string(128 - 10 - text.size() - 1, ' ') + "\n",
                      std::string(reinterpret_cast<const char *>(values.data()), 12)));
  CHECK(readNpy(folder.path() / "a.npy").shape == shape);
  CHECK_THROWS_WITH(readNpy(folder.path() / "b.npy"), Contains("b.npy: no such file"));
}

TEST_CASE("rows are streamed, and the file appears at the end") {
  TemporaryFolder folder;
  for (std::vector<int64_t> row :
       {std::vector<int64_t>{2}, std::vector<int64_t>{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2}}) {
    {
      NpyWriter writer(folder.path() / "s.npy", NpyType::I32, row);
      for (int32_t i = 0; i < 1000; ++i) {
        std::vector<int32_t> values{i, -i};
        writer.append(std::as_bytes(std::span(values)));
      }
      CHECK_THROWS_AS(writer.append({}), std::logic_error);
      CHECK_FALSE(std::filesystem::exists(folder.path() / "s.npy"));
      writer.finish();
    }
    NpyArray array = readNpy(folder.path() / "s.npy");
    CHECK(array.shape[0] == 1000);
    CHECK(array.at(2 * 999 + 1) == -999);
    std::filesystem::remove(folder.path() / "s.npy");
  }
  {
    NpyWriter abandoned(folder.path() / "t.npy", NpyType::I32, {2});
  }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(NpyWriter(folder.path() / "no" / "t.npy", NpyType::I32, {2}), UserError);
}
