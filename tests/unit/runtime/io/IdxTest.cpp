// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// IDX files: plain and packed, and everything that is wrong with one.
#include "runtime/io/Idx.h"

#include "runtime/image/Errors.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/TemporaryFolder.h"

#include <zlib.h>

using namespace spindle;
using namespace spindle::io;
using Catch::Matchers::Contains;

namespace {

std::string idx(std::vector<uint32_t> shape, const std::string &data, char type = 8) {
  std::string bytes = {0, 0, type, char(shape.size())};
  for (uint32_t extent : shape)
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += char(extent >> shift & 255);
  return bytes + data;
}

std::string packed(const std::string &bytes) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(bytes.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
  stream.avail_in = uInt(bytes.size());
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = uInt(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

IdxArray parse(const std::string &bytes) {
  return parseIdx(std::as_bytes(std::span(bytes)), "x.idx");
}

void refuse(const std::string &bytes, const std::string &reason) {
  CHECK_THROWS_WITH(parse(bytes), Contains("x.idx") && Contains(reason));
  CHECK_THROWS_AS(parse(bytes), InputError);
}

} // namespace

TEST_CASE("IDX arrays, plain and packed") {
  std::string data(24, '\0');
  for (size_t i = 0; i < data.size(); ++i)
    data[i] = char(i * 11);
  for (std::vector<uint32_t> shape : {std::vector<uint32_t>{24}, {4, 6}, {2, 3, 4}, {1, 2, 3, 4}}) {
    std::string bytes = idx(shape, data);
    for (const IdxArray &array : {parse(bytes), parse(packed(bytes))}) {
      REQUIRE(array.shape == shape);
      REQUIRE(std::string(array.bytes.begin(), array.bytes.end()) == data);
    }
  }
  REQUIRE(parse(idx({0, 28, 28}, "")).bytes.empty());
  REQUIRE(parse(packed(idx({100000}, std::string(100000, 'a')))).bytes.size() == 100000);
}

TEST_CASE("wrong IDX files are refused with a reason") {
  refuse("", "cut short in its header");
  refuse(std::string("\0\0\x8", 3), "cut short in its header");
  refuse(std::string("\0\0\x8\x3\0\0", 6), "cut short in its header");
  refuse(std::string("\x93NUMPY", 6), "is not an IDX file");
  refuse(idx({2}, "ab", 0x0d), "IDX type 13; only bytes (type 8) are read");
  refuse(idx({}, ""), "0 dimensions");
  refuse(idx({1, 1, 1, 1, 1}, "a"), "5 dimensions");
  refuse(idx({3}, "ab"), "promises 3 elements");
  refuse(idx({2}, "abc"), "more bytes than its header says");
  refuse(packed(idx({2}, "abc")), "more bytes than its header says");
  refuse(packed(idx({3}, "ab")), "promises 3 elements");
  refuse(idx({0xffffffffu, 0xffffffffu}, "ab"), "more than 2^30 elements");
  refuse(idx({0x3fffffffu}, "ab"), "promises 1073741823 elements");
  refuse(packed(idx({0x3fffffffu}, "ab")), "promises 1073741823 elements");
  std::string whole = packed(idx({5000}, std::string(5000, 'q')));
  refuse(whole.substr(0, whole.size() / 2), "cut short");
  std::string broken = whole;
  broken[12] = char(~broken[12]);
  REQUIRE_THROWS_AS(parse(broken), InputError);
}

TEST_CASE("IDX files are found with and without .gz") {
  test::TemporaryFolder folder;
  folder.write("a-idx1-ubyte", idx({2}, "ab"));
  folder.write("b-idx1-ubyte.gz", packed(idx({3}, "abc")));
  REQUIRE(readIdx(findIdx(folder.path(), "a-idx1-ubyte")).bytes.size() == 2);
  REQUIRE(readIdx(findIdx(folder.path(), "b-idx1-ubyte")).bytes.size() == 3);
  REQUIRE_THROWS_WITH(findIdx(folder.path(), "c"), Contains("no such file, nor with .gz"));
}
