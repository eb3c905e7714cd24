// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Words.h"

#include <algorithm>
#include <tuple>

namespace spindle::spinnmap {
namespace {

constexpr uint32_t kAddressWords = 4; // addresses count 16 bytes

uint32_t wordOf(const Synapse &s, WordLayout layout) {
  uint32_t delay = s.delay & ((1u << layout.delayBits) - 1); // 2^D is stored as 0
  return uint32_t{s.weight} << 16 | delay << (layout.indexBits + layout.typeBits) |
         uint32_t{s.type} << layout.indexBits | s.target;
}

/// Appends one matrix: for every source neuron its synapses first .. first + 255. Returns the
/// address word.
uint32_t addMatrix(std::vector<uint32_t> &sdram, const std::vector<std::vector<uint32_t>> &rows,
                   uint64_t first) {
  uint64_t width = 1;
  for (const auto &row : rows)
    width =
        std::max(width, std::min(kRowSynapses, row.size() - std::min<uint64_t>(row.size(), first)));
  while (sdram.size() % kAddressWords != 0)
    sdram.push_back(0);
  auto address = static_cast<uint32_t>(sdram.size() / kAddressWords);
  for (const auto &row : rows) {
    uint64_t begin = std::min<uint64_t>(first, row.size());
    uint64_t count = std::min<uint64_t>(width, row.size() - begin);
    sdram.push_back(0);
    sdram.push_back(static_cast<uint32_t>(count));
    sdram.push_back(0);
    sdram.insert(sdram.end(), row.begin() + static_cast<int64_t>(begin),
                 row.begin() + static_cast<int64_t>(begin + count));
    sdram.insert(sdram.end(), width - count, 0);
  }
  return address << 8 | static_cast<uint32_t>(width - 1);
}

std::vector<std::vector<uint32_t>> rowsOf(SourceBlock &block, WordLayout layout) {
  std::sort(block.synapses.begin(), block.synapses.end(), [](const Synapse &a, const Synapse &b) {
    return std::tie(a.source, a.target, a.delay, a.type, a.weight) <
           std::tie(b.source, b.target, b.delay, b.type, b.weight);
  });
  std::vector<std::vector<uint32_t>> rows(block.neurons);
  for (const Synapse &s : block.synapses)
    rows[s.source].push_back(wordOf(s, layout));
  return rows;
}

} // namespace

CoreWords layOut(std::vector<SourceBlock> blocks, WordLayout layout) {
  std::sort(blocks.begin(), blocks.end(),
            [](const SourceBlock &a, const SourceBlock &b) { return a.key < b.key; });
  CoreWords out;
  std::vector<uint32_t> entries, addresses;
  uint32_t count = 0;
  for (SourceBlock &block : blocks) {
    if (block.synapses.empty())
      continue;
    auto rows = rowsOf(block, layout);
    uint64_t longest = 0;
    for (const auto &row : rows)
      longest = std::max<uint64_t>(longest, row.size());
    auto start = static_cast<uint32_t>(addresses.size());
    for (uint64_t first = 0; first < longest; first += kRowSynapses)
      addresses.push_back(addMatrix(out.sdram, rows, first));
    auto matrices = static_cast<uint32_t>(addresses.size()) - start;
    // key, mask, start:13 colour:3 count:16, core mask:16 core shift:16, neurons:16 words:16
    entries.insert(entries.end(),
                   {block.key, block.mask, start | matrices << 16, 0, block.neurons});
    ++count;
  }
  if (count == 0)
    return out;
  out.table = {count, static_cast<uint32_t>(addresses.size())};
  out.table.insert(out.table.end(), entries.begin(), entries.end());
  out.table.insert(out.table.end(), addresses.begin(), addresses.end());
  return out;
}

} // namespace spindle::spinnmap
