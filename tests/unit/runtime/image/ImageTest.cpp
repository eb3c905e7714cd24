// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files: what is written is read back; whatever is damaged, cut short, foreign or newer is refused.
#include "runtime/image/Image.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/SampleImage.h"

#include <cstring>
#include <fstream>
#include <unistd.h>

using namespace spindle;
using Catch::Matchers::Contains;
using spindle::test::SampleImage;

static void writeFile(const std::filesystem::path &file, const std::vector<std::byte> &bytes) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

TEST_CASE("an image is read back as written") {
  auto file = std::filesystem::temp_directory_path() /
              ("spindle_image_" + std::to_string(::getpid()) + ".spn");
  writeFile(file, SampleImage().reference());
  auto mapped = image::Image::open(file);
  auto owned = image::Image::fromBytes(SampleImage().reference());
  std::filesystem::remove(file);
  for (auto &loaded : {mapped, owned}) {
    const image::fb::Image &meta = loaded->meta();
    CHECK(meta.nodes()->Get(1)->name()->str() == "lif.cell");
    auto &projection = *meta.program_as_Reference()->projections()->Get(0);
    auto weights = loaded->array<double>(*projection.weight());
    CHECK(std::vector<double>(weights.begin(), weights.end()) == SampleImage().weights);
    CHECK(reinterpret_cast<uintptr_t>(weights.data()) % 64 == 0);
    CHECK_THROWS_WITH(loaded->array<uint64_t>(image::fb::Blob(0, 3)), Contains("odd length"));
    CHECK_THROWS_AS(loaded->bytes(image::fb::Blob(0, uint64_t(1) << 40)), ImageError);
  }
}

TEST_CASE("the same network gives the same bytes") {
  CHECK(SampleImage().reference() == SampleImage().reference());
  CHECK(SampleImage().xbar() == SampleImage().xbar());
}

TEST_CASE("every changed byte is noticed") {
  std::vector<std::byte> good = SampleImage().reference();
  for (size_t at = 0; at < good.size(); ++at) {
    auto bad = good;
    bad[at] ^= std::byte{0x41};
    INFO("byte " << at);
    REQUIRE_THROWS_AS(image::Image::fromBytes(bad), ImageError);
  }
}

TEST_CASE("an image that is cut short anywhere is refused") {
  std::vector<std::byte> good = SampleImage().reference();
  for (size_t length = 0; length < good.size(); ++length)
    REQUIRE_THROWS_AS(
        image::Image::fromBytes({good.begin(), good.begin() + static_cast<ptrdiff_t>(length)}),
        ImageError);
  good.push_back(std::byte{0});
  CHECK_THROWS_WITH(image::Image::fromBytes(good), Contains("too many"));
}

// Past the checksums, a changed byte may still make sense; it must never get further than the
// checks.
TEST_CASE("changed bytes behind mended checksums are refused or harmless") {
  for (const std::vector<std::byte> &good :
       {SampleImage().reference(), SampleImage().spinn(), SampleImage().xbar()}) {
    int refused = 0;
    for (size_t at = 64; at < good.size(); ++at)
      for (int change : {0x01, 0x80, 0xff}) {
        auto bad = good;
        bad[at] ^= static_cast<std::byte>(change);
        test::mendChecksums(bad);
        try {
          image::Image::fromBytes(bad);
        } catch (const ImageError &) {
          ++refused;
        }
      }
    CHECK(refused > 500);
  }
}

TEST_CASE("a newer, an older and a foreign file are named as such") {
  std::vector<std::byte> good = SampleImage().reference();
  auto newer = good;
  newer[8] = std::byte{image::kVersion + 6};
  CHECK_THROWS_WITH(image::Image::fromBytes(newer),
                    Contains("written by a newer Spindle (format " +
                             std::to_string(image::kVersion + 6) + ", this one reads " +
                             std::to_string(image::kVersion) + ")"));
  auto zero = good;
  zero[8] = std::byte{0};
  CHECK_THROWS_AS(image::Image::fromBytes(zero), ImageError);
  CHECK_THROWS_WITH(image::Image::fromBytes(std::vector<std::byte>(100)),
                    Contains("not a Spindle image"));
  CHECK_THROWS_WITH(image::Image::fromBytes({}), Contains("not a Spindle image"));
  CHECK_THROWS_WITH(image::Image::open("no/such/file.spn"), Contains("no/such/file.spn"));
  CHECK_THROWS_WITH(image::Image::open(std::filesystem::temp_directory_path()),
                    Contains("not a regular file"));
}
