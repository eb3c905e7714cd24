// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// image_corpus DIR: writes the kept corpus of the image fuzzer, one good image of each program.
#include "tests/unit/runtime/support/SampleImage.h"

#include <fstream>

int main(int argc, char **argv) {
  if (argc != 2)
    return 1;
  using spindle::test::SampleImage;
  auto write = [&](const char *name, const std::vector<std::byte> &bytes) {
    std::ofstream(std::string(argv[1]) + "/" + name, std::ios::binary)
        .write(reinterpret_cast<const char *>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  };
  write("reference.spn", SampleImage().reference());
  write("spinn.spn", SampleImage().spinn());
  write("xbar.spn", SampleImage().xbar());
  SampleImage learning;
  learning.learns = true;
  write("learning.spn", learning.reference());
}
