// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/MachineUse.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <optional>

namespace spindle::report {
namespace fb = image::fb;
namespace {

constexpr int kLinks = 6;
constexpr int kDx[kLinks] = {1, 1, 0, -1, -1, 0}, kDy[kLinks] = {0, 1, 1, 0, -1, -1};

class Reader {
public:
  explicit Reader(const image::Image &image)
      : image_(image), program_(*image.meta().program_as_Spinn()) {}

  MachineUse read() {
    use_.board = program_.board()->str();
    for (const fb::Node *node : *image_.meta().nodes())
      use_.nodes.push_back(node->name()->str());
    readChips();
    for (const fb::Core *core : *program_.cores())
      readCore(*core);
    if (program_.extensions())
      for (const fb::Extension *extension : *program_.extensions())
        readExtension(*extension);
    return std::move(use_);
  }

private:
  void readChips() {
    use_.width = program_.width();
    use_.height = program_.height();
    use_.places.assign(size_t(use_.width) * size_t(use_.height), -1);
    for (int y = 0; y < use_.height; ++y)
      for (int x = 0; x < use_.width; ++x) {
        auto place = flatbuffers::uoffset_t(y * use_.width + x);
        if (program_.processors()->Get(place) == 0)
          continue;
        use_.places[place] = int(use_.chips.size());
        ChipUse chip;
        chip.x = x, chip.y = y;
        chip.processors = program_.processors()->Get(place);
        chip.links = program_.links()->Get(place);
        use_.chips.push_back(chip);
      }
    tables_.resize(use_.chips.size());
    for (const fb::Chip *chip : *program_.chips()) {
      auto at = size_t(use_.chipAt(chip->x(), chip->y()));
      tables_[at] = image_.array<uint32_t>(*chip->entries());
      use_.chips[at].entries = uint32_t(tables_[at].size() / 3);
    }
  }

  void readCore(const fb::Core &core) {
    const fb::SpinnNode &values = *program_.nodes()->Get(core.node());
    CoreUse out;
    out.chip = uint32_t(use_.chipAt(core.x(), core.y()));
    out.p = core.p();
    out.node = core.node();
    out.lo = core.lo();
    out.hi = core.hi();
    out.sdramBytes = core.sdram() ? core.sdram()->bytes() : 0;
    out.dtcmBytes = dtcmBytes(core, values);
    out.packets = values.packets() * (core.hi() - core.lo());
    out.sends = core.mask() != 0;
    add(std::move(out), core.key());
  }

  /// Expected are packets in every stage of every neuron, and counters for all their ticks.
  void readExtension(const fb::Extension &extension) {
    const fb::Core &core = *program_.cores()->Get(extension.core());
    uint32_t neurons = core.hi() - core.lo();
    CoreUse out;
    out.chip = uint32_t(use_.chipAt(extension.x(), extension.y()));
    out.p = extension.p();
    out.node = core.node();
    out.lo = core.lo();
    out.hi = core.hi();
    out.stages = extension.stages();
    out.step = extension.step();
    out.dtcmBytes = std::bit_ceil(uint64_t(out.stages) * out.step) * neurons;
    out.packets = program_.nodes()->Get(core.node())->packets() * neurons * out.stages;
    out.sends = extension.mask() != 0;
    add(std::move(out), extension.key());
  }

  void add(CoreUse core, uint32_t key) {
    ChipUse &chip = use_.chips[core.chip];
    ++chip.coresUsed;
    chip.sdramBytes += core.sdramBytes;
    if (core.sends)
      follow(key, core);
    use_.cores.push_back(std::move(core));
  }

  /// As the compiler counts it: ring buffer, a word per term and neuron, table, buffers.
  uint64_t dtcmBytes(const fb::Core &core, const fb::SpinnNode &values) const {
    const fb::Node &node = *image_.meta().nodes()->Get(core.node());
    if (node.model() < 0)
      return 0;
    constexpr uint64_t kBuffers = (9 + 2 * (255 + 3) + 256) * 4;
    const fb::Model &model = *image_.meta().models()->Get(uint32_t(node.model()));
    uint64_t terms = model.state()->size() + model.param()->size() + model.input()->size();
    uint64_t slots =
        uint64_t(1) << (values.delay_bits() + values.type_bits() + values.index_bits());
    return slots * 2 + (core.hi() - core.lo()) * terms * 4 +
           (core.table() ? core.table()->bytes() : 0) + kBuffers;
  }

  std::optional<uint32_t> match(uint32_t chip, uint32_t key) const {
    std::span<const uint32_t> entries = tables_[chip];
    for (size_t i = 0; i + 3 <= entries.size(); i += 3)
      if ((key & entries[i + 1]) == entries[i])
        return entries[i + 2];
    return std::nullopt;
  }

  void follow(uint32_t key, CoreUse &core) {
    std::vector<char> seen(use_.chips.size(), 0);
    std::deque<std::pair<uint32_t, int>> open{{core.chip, -1}};
    while (!open.empty()) {
      auto [chip, travels] = open.front();
      open.pop_front();
      if (seen[chip])
        continue;
      seen[chip] = 1;
      std::optional<uint32_t> route = match(chip, key);
      uint32_t straight = travels < 0 ? 0 : 1u << travels;
      uint32_t bits = route.value_or(straight);
      use_.chips[chip].unmerged += bits != straight;
      for (int link = 0; link < kLinks; ++link)
        if (int next = use_.along(chip, link); ((bits >> link) & 1) && next >= 0) {
          core.tree.push_back({chip, link});
          double &load = use_.chips[chip].load[size_t(link)];
          load += core.packets;
          use_.largestLoad = std::max(use_.largestLoad, load);
          open.emplace_back(uint32_t(next), link);
        }
    }
    ++use_.hops[core.tree.size()];
    use_.packetHops += core.packets * double(core.tree.size());
  }

  const image::Image &image_;
  const fb::Spinn &program_;
  MachineUse use_;
  std::vector<std::span<const uint32_t>> tables_;
};

} // namespace

int MachineUse::chipAt(int x, int y) const { return places[size_t(y * width + x)]; }

int MachineUse::along(uint32_t chip, int link) const {
  const ChipUse &from = chips[chip];
  if (!((from.links >> link) & 1))
    return -1;
  return chipAt((from.x + kDx[link] + width) % width, (from.y + kDy[link] + height) % height);
}

MachineUse machineUse(const image::Image &image) { return Reader(image).read(); }

} // namespace spindle::report
