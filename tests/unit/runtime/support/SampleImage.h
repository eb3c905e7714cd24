// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small images written by hand, with every part open to be spoilt.
#ifndef SPINDLE_TESTS_UNIT_RUNTIME_SUPPORT_SAMPLEIMAGE_H
#define SPINDLE_TESTS_UNIT_RUNTIME_SUPPORT_SAMPLEIMAGE_H

#include "runtime/image/Image.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace spindle::test {

/// A source of 3, a population "lif.cell" of 2 (states v, i; parameter decay; port x) and its
/// output; defaults make a good image of each program.
struct SampleImage {
  std::string producer = "spindle test", profile = "euler-value", options = R"({"levels":32})";
  double dt = 1e-3;
  std::vector<std::byte> kernels{std::byte{'B'}, std::byte{'C'}};

  std::string sourceName = "input", cellName = "lif.cell";
  std::vector<int64_t> sourceShape{3}, cellShape{2};
  uint64_t cellSize = 2, cellLatency = 1;
  int32_t cellModel = 0;
  image::fb::Emit emit = image::fb::Emit_Spike, cellEmit = image::fb::Emit_Spike;
  image::fb::Number number = image::fb::Number_F64, paramNumber = image::fb::Number_F64;
  std::vector<std::string> states{"v", "i"};
  std::vector<std::string> probeTerms{"spikes", "v"};
  uint32_t outputNode = 1;
  bool withModels = true;

  std::vector<std::byte> reference();
  std::vector<std::byte> spinn();
  std::vector<std::byte> xbar();

  // a rule with one trace on each side, if `learns`
  bool learns = false;
  int32_t onPre = 1, projectionLearn = 0;
  uint32_t usedRule = 0, useTarget = 1, usePort = 0, phaseRule = 0, preTraces = 1, postTraces = 1;
  double tau = 20, initial = 0;
  std::vector<double> ruleParam{0.01}, synapseTerms;
  std::vector<uint16_t> traceTable{2048, 1000};
  std::vector<int32_t> coreLearn;
  uint8_t gain = 0;

  // reference
  std::vector<uint64_t> rowStart{0, 2, 3, 3};
  std::vector<uint32_t> targets{0, 1, 1}, delays, order{1};
  std::vector<double> weights{1, -2, 0.5};
  uint64_t delay = 1, columnCount = 2;
  uint32_t port = 0, projectionTarget = 1;
  std::vector<double> param{0.9, 0.8};
  int paramColumns = 1;

  // spinn
  uint32_t lo = 0, hi = 2, key = 0x100, mask = 0xffffff00;
  uint8_t delayBits = 4, typeBits = 1, indexBits = 8;
  std::vector<uint8_t> shift{3, 4};
  std::vector<std::byte> sdram = std::vector<std::byte>(16);
  std::vector<uint32_t> entries{0x100, 0xffffff00, 1}, table; ///< of the router, of the core
  std::vector<int32_t> initWords{0, 0};
  uint16_t meshWidth = 2; ///< by 1: two chips side by side, with links both ways
  std::vector<uint8_t> processors{18, 17}, links{1, 8};
  /// Delay extensions of the source's core, on cores from extensionP on.
  int extensions = 0;
  uint8_t extensionP = 5, stages = 2;
  uint32_t delayedCore = 1, step = 16, extensionKey = 0x300, extensionMask = 0xfffffff8;
  uint8_t secondCore = 4; ///< p of the source's core; the population is on p 3

  // xbar
  uint32_t rows = 4, cols = 8, banks = 2, slots = 64, levels = 32;
  std::vector<uint32_t> neurons{0, 1};
  std::vector<int16_t> codes = std::vector<int16_t>(2 * 4 * 4, 5);
  std::vector<uint32_t> flits{(2u << 14) | (3u << 8) | 1u};
  std::vector<uint32_t> routeStart{0, 1, 1};
  uint8_t tileX = 0, tileY = 0;

private:
  struct Learning;
  flatbuffers::Offset<image::fb::Image> meta(image::Writer &writer, image::fb::Program type,
                                             flatbuffers::Offset<void> program);
};

/// Recomputes the checksums of a file that was changed on purpose.
void mendChecksums(std::vector<std::byte> &file);

} // namespace spindle::test

#endif // SPINDLE_TESTS_UNIT_RUNTIME_SUPPORT_SAMPLEIMAGE_H
