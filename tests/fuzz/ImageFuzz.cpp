// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The image loader. Checksums are mended first, or no changed byte would get past them; a loaded
// image is read whole, as a machine would.
#include "runtime/image/Image.h"
#include "tests/unit/runtime/support/SampleImage.h"

using namespace spindle;

static uint64_t readReference(const image::Image &image, const image::fb::Reference &program) {
  uint64_t sum = 0;
  for (const auto *projection : *program.projections())
    for (uint32_t target : image.array<uint32_t>(*projection->target_index()))
      sum += target;
  for (const auto *node : *program.nodes())
    for (const auto *column : *node->param())
      sum += image.bytes(*column->data()).size();
  return sum;
}

static uint64_t readXbar(const image::Image &image, const image::fb::Xbar &program) {
  uint64_t sum = 0;
  for (const auto *tile : *program.tiles())
    for (int16_t code : image.array<int16_t>(*tile->codes()))
      sum += static_cast<uint64_t>(code);
  return sum;
}

static uint64_t readSpinn(const image::Image &image, const image::fb::Spinn &program) {
  uint64_t sum = 0;
  for (const auto *core : *program.cores())
    for (uint32_t word : image.array<uint32_t>(*core->sdram()))
      sum += word;
  return sum;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto *bytes = reinterpret_cast<const std::byte *>(data);
  std::vector<std::byte> file(bytes, bytes + size);
  if (file.size() >= 64)
    test::mendChecksums(file);
  try {
    auto image = image::Image::fromBytes(std::move(file));
    volatile uint64_t sum = 0;
    if (const auto *program = image->meta().program_as_Reference())
      sum = readReference(*image, *program);
    if (const auto *program = image->meta().program_as_Xbar())
      sum = readXbar(*image, *program);
    if (const auto *program = image->meta().program_as_Spinn())
      sum = readSpinn(*image, *program);
    (void)sum;
  } catch (const ImageError &) {
  }
  return 0;
}
