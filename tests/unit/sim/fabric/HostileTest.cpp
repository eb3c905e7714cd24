// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Images whose numbers are wrong but whose checksums are right: refused in plain words, or run without
// harm (the asan preset looks at that).
#include "runtime/image/Errors.h"
#include "sim/fabric/FabricMachine.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/SampleImage.h"
#include "tests/unit/sim/fabric/RandomFabric.h"

#include <cstring>

using namespace spindle;

namespace {

/// The kernels of an image are a program; here they do nothing, whatever the model says.
void idle(int64_t, int64_t, void *const *, const void *const *, const void *const *, void *) {}

test::FabricShape smallShape() {
  test::FabricShape shape;
  shape.rows = shape.cols = 8;
  shape.banks = 2;
  shape.adcShare = 2;
  shape.meshHeight = 1;
  shape.sources = 3;
  return shape;
}

/// Loads the file and runs some steps; false when it is refused.
bool runs(std::vector<std::byte> file) {
  test::mendChecksums(file);
  FabricDebug debug;
  debug.hashes = true;
  debug.kernels = [](std::string_view) { return idle; };
  try {
    auto machine = makeFabricMachine(image::Image::fromBytes(std::move(file)), {},
                                     FabricEngine::Functional, debug);
    machine->inject(0, std::vector<Event>{{0, 63}, {2, 5}});
    for (int s = 0; s < 3; ++s)
      machine->step();
    machine->restore(machine->checkpoint());
    return true;
  } catch (const UserError &error) {
    REQUIRE(std::strlen(error.what()) > 10);
    return false;
  }
}

class Spoiler {
public:
  /// Changes a word or a few bytes somewhere behind the header.
  void spoil(std::vector<std::byte> &file) {
    static constexpr uint32_t words[] = {0,          1,          2,          0xFF,      0x100,
                                         0xFFFF,     0x10000,    0x3FFFFFFF, 0x7FFFFFFF, 0x80000000,
                                         0xFFFFFF00, 0xFFFFFFFF, 0x40000000, 1u << 20};
    size_t at = 64 + random_() % (file.size() - 68);
    if (random_() % 2) {
      uint32_t word = words[random_() % std::size(words)];
      std::memcpy(file.data() + at / 4 * 4, &word, 4);
    } else {
      file[at] = std::byte(random_() % 4 ? random_() : 0xFF * (random_() % 2));
    }
  }
  size_t below(size_t n) { return random_() % n; }

private:
  std::mt19937 random_{77};
};

} // namespace

TEST_CASE("spoilt images are refused or run") {
  Spoiler spoiler;
  size_t refused = 0, ran = 0;
  for (uint32_t seed = 0; seed < 12; ++seed) {
    auto shape = smallShape();
    shape.real = seed % 3 == 2;
    auto good = test::randomFabricFile(shape, seed + 1);
    REQUIRE(runs(good));
    for (int i = 0; i < 400; ++i) {
      auto file = good;
      for (size_t n = 1 + spoiler.below(3); n > 0; --n)
        spoiler.spoil(file);
      ++(runs(std::move(file)) ? ran : refused);
    }
  }
  REQUIRE(refused > 500);
  REQUIRE(ran > 500);
}

TEST_CASE("a converter shift as large as the word drives nothing past it") {
  // 31 bits of shift plus the highest bit plane: a shift by 36.
  auto shape = smallShape();
  shape.adcShift = 31;
  REQUIRE(runs(test::randomFabricFile(shape, 5)));
}
