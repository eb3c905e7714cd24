// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// make_microcircuit SCALE [FILE]: the cortical microcircuit of Potjans and Diesmann at a scale in
// (0, 1] of its neurons and of the synapses of each, written with the builder as an snn module.
#include "examples/microcircuit/Microcircuit.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char **argv) try {
  double scale = argc > 1 ? std::atof(argv[1]) : 0;
  if (argc < 2 || argc > 3 || !(scale > 0 && scale <= 1)) {
    std::fprintf(stderr, "usage: make_microcircuit SCALE [FILE]\n"
                         "  SCALE  of neurons and of the synapses of each, above 0 and up to 1\n"
                         "  FILE   of the snn module; standard output without it\n");
    return 1;
  }
  std::string text = "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"
                     "// Written by make_microcircuit " +
                     std::string(argv[1]) + ".\n" + spindle::microcircuit::text(scale);
  if (argc == 2) {
    std::cout << text;
    return 0;
  }
  std::ofstream file(argv[2], std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    std::fprintf(stderr, "make_microcircuit: %s cannot be written\n", argv[2]);
    return 1;
  }
  return 0;
} catch (const std::exception &error) {
  std::fprintf(stderr, "make_microcircuit: %s\n", error.what());
  return 3;
}
