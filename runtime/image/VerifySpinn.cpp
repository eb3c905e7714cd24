// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of a many-core program: slices, machine words, routing tables.
#include "runtime/image/Verify.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

namespace spindle::image {
namespace {

constexpr uint32_t kMaxSlice = 256;    // neurons of a core
constexpr uint32_t kRingBits = 14;     // a ring slot's index: delay, type, neuron
constexpr uint32_t kMaxEntries = 1024; // of a router
constexpr uint32_t kMaxSize = 256;     // chips in a row or column
constexpr uint32_t kProcessors = 18, kLinks = 6;

/// Of a core or a delay extension.
template <typename Core> std::string nameOf(const Core &core) {
  return "core (" + std::to_string(core.x()) + "," + std::to_string(core.y()) + "," +
         std::to_string(core.p()) + ")";
}

bool hasChip(const fb::Spinn &program, uint32_t x, uint32_t y) {
  return x < program.width() && y < program.height() &&
         program.processors()->Get(y * program.width() + x) != 0;
}

/// Every link of a chip leads to a chip.
void verifyLinks(const fb::Spinn &program, uint32_t x, uint32_t y, uint8_t links) {
  constexpr int kDx[kLinks] = {1, 1, 0, -1, -1, 0}, kDy[kLinks] = {0, 1, 1, 0, -1, -1};
  std::string where = "chip (" + std::to_string(x) + "," + std::to_string(y) + ")";
  Checker::require(links >> kLinks == 0, where, "a link that does not exist");
  Checker::require(hasChip(program, x, y) || links == 0, where, "links, but no cores");
  for (uint32_t link = 0; link < kLinks; ++link)
    Checker::require(!((links >> link) & 1) ||
                         hasChip(program, (x + program.width() + kDx[link]) % program.width(),
                                 (y + program.height() + kDy[link]) % program.height()),
                     where, "a link to a chip that is not there");
}

void verifyMesh(const fb::Spinn &program) {
  Checker::require(program.width() > 0 && program.width() <= kMaxSize && program.height() > 0 &&
                       program.height() <= kMaxSize,
                   "spinn", "a bad size of the machine");
  size_t places = size_t(program.width()) * program.height();
  auto &processors = Checker::present(program.processors(), "spinn", "processors");
  auto &links = Checker::present(program.links(), "spinn", "links");
  Checker::require(processors.size() == places && links.size() == places, "spinn",
                   "'processors' or 'links' do not match its size");
  for (uint8_t count : processors)
    Checker::require(count <= kProcessors, "spinn", "a chip with too many cores");
  for (uint32_t y = 0; y < program.height(); ++y)
    for (uint32_t x = 0; x < program.width(); ++x)
      verifyLinks(program, x, y, links.Get(y * program.width() + x));
}

void verifyRing(const fb::SpinnNode &values, uint32_t types, const std::string &where) {
  uint32_t bits = uint32_t(values.delay_bits()) + values.type_bits() + values.index_bits();
  Checker::require(bits <= kRingBits && values.index_bits() <= kRingBits &&
                       values.type_bits() <= kRingBits,
                   where, "a ring index of " + std::to_string(bits) + " bits");
  Checker::require(types <= (uint64_t(1) << values.type_bits()), where,
                   "more synapse types than its type bits hold");
  Checker::require(values.shift()->size() == types, where,
                   "'shift' does not match the model's ports");
  for (uint8_t shift : *values.shift())
    Checker::require(shift < 32, where, "a weight shift out of range");
}

void verifyNode(const Checker &check, const fb::SpinnNode &values, const fb::Node &node) {
  std::string where = image::nameOf(node);
  Checker::require(values.onset() <= kMaxDelay, where, "onset out of range");
  Checker::present(values.shift(), where, "shift");
  const fb::Model *model = check.modelOf(node);
  verifyColumns(check, Checker::present(values.param(), where, "param"),
                model ? model->param() : nullptr, node, "param");
  verifyColumns(check, Checker::present(values.init(), where, "init"),
                model ? model->state() : nullptr, node, "init");
  auto &drives = Checker::present(values.drives(), where, "drives");
  Checker::require(model || drives.size() == 0, where, "a source with drives");
  if (!model)
    return;
  Checker::require(model->number() == fb::Number_S1615, where, "its model is not in fixed point");
  uint32_t types = 0;
  for (const fb::Term *port : *model->input())
    types += port->types();
  verifyRing(values, types, where);
  Checker::require(!values.ring_kernel() || (node.kernel() && model->emit() == fb::Emit_Spike &&
                                             drives.size() == 0 && types > 0),
                   where, "its kernel cannot take its input from the ring");
  for (const fb::NodeDrive *drive : drives) {
    Checker::require(drive->port() < model->input()->size(), where,
                     "a drive of a port that does not exist");
    verifyColumn(check, Checker::present(drive->values(), where, "values"), node, 4, "drive");
  }
}

void verifyNodes(const Checker &check, const fb::Spinn &program) {
  auto &nodes = Checker::present(program.nodes(), "spinn", "nodes");
  Checker::require(nodes.size() == check.meta.nodes()->size(), "spinn", "another number of nodes");
  for (uint32_t i = 0; i < nodes.size(); ++i)
    verifyNode(check, *nodes.Get(i), *check.meta.nodes()->Get(i));
}

void verifyCore(const Checker &check, const fb::Spinn &program, const fb::Core &core) {
  std::string where = nameOf(core);
  Checker::require(hasChip(program, core.x(), core.y()), where, "is on no chip of the machine");
  const fb::Node &node = check.node(core.node(), where);
  Checker::require(core.lo() < core.hi() && core.hi() <= node.size() &&
                       core.hi() - core.lo() <= kMaxSlice,
                   where,
                   "a slice [" + std::to_string(core.lo()) + "," + std::to_string(core.hi()) +
                       ") of " + std::to_string(node.size()) + " neurons");
  Checker::require((core.key() & ~core.mask()) == 0, where, "key and mask differ");
  check.arrayOf<uint32_t>(core.table(), where, "table");
  check.arrayOf<uint32_t>(core.sdram(), where, "sdram");
  if (!check.absent(core.learn()))
    for (int32_t index : check.arrayOf<int32_t>(core.learn(), where, "learn"))
      if (const fb::RuleUse *use = ruleUse(check, index, where))
        Checker::require(use->target() == core.node(), where,
                         "learns by the rule of another population");
  if (node.kind() == fb::NodeKind_Population)
    return Checker::require(core.hi() - core.lo() <=
                                (uint64_t(1) << program.nodes()->Get(core.node())->index_bits()),
                            where, "the slice exceeds its index bits");
  Checker::require(node.kind() == fb::NodeKind_Source, where, "holds a node that is not resolved");
}

void verifyExtension(const fb::Spinn &program, const fb::Extension &extension) {
  std::string where = nameOf(extension);
  Checker::require(hasChip(program, extension.x(), extension.y()), where,
                   "is on no chip of the machine");
  Checker::require(extension.p() >= 1 && extension.p() < kProcessors, where,
                   "is no core of a chip");
  Checker::require(extension.core() < program.cores()->size(), where,
                   "delays a core that does not exist");
  Checker::require(extension.stages() >= 1 && extension.stages() <= kMostStages, where,
                   "has " + std::to_string(extension.stages()) + " stages");
  uint32_t step = extension.step();
  Checker::require(step >= 1 && step <= 1u << kRingBits && (step & (step - 1)) == 0, where,
                   "has stages of " + std::to_string(step) + " ticks");
  const fb::Core &core = *program.cores()->Get(extension.core());
  uint32_t low = ~extension.mask();
  Checker::require((extension.key() & low) == 0 && (low & (low + 1)) == 0, where,
                   "key and mask differ");
  Checker::require(extension.mask() == 0 ||
                       uint64_t(extension.stages()) * (core.hi() - core.lo()) <= uint64_t(low) + 1,
                   where, "has more neurons in its stages than keys");
}

/// Those of a core differ in their steps; all are on cores of their own.
void verifyExtensions(const fb::Spinn &program,
                      std::set<std::tuple<uint16_t, uint16_t, uint8_t>> &places) {
  if (!program.extensions())
    return;
  std::set<std::pair<uint32_t, uint32_t>> seen;
  for (const fb::Extension *extension : *program.extensions()) {
    verifyExtension(program, *extension);
    Checker::require(places.emplace(extension->x(), extension->y(), extension->p()).second,
                     nameOf(*extension), "is there twice");
    Checker::require(seen.emplace(extension->core(), extension->step()).second, nameOf(*extension),
                     "delays a core by the same steps as another one");
  }
}

/// Slices of a node do not overlap, and those of a population cover it.
void verifySlices(const Checker &check, const fb::Spinn &program) {
  std::vector<std::vector<std::pair<uint32_t, uint32_t>>> slices(check.meta.nodes()->size());
  for (const fb::Core *core : *program.cores())
    slices[core->node()].emplace_back(core->lo(), core->hi());
  for (uint32_t i = 0; i < slices.size(); ++i) {
    const fb::Node &node = *check.meta.nodes()->Get(i);
    std::sort(slices[i].begin(), slices[i].end());
    uint64_t covered = 0, at = 0;
    for (auto [lo, hi] : slices[i]) {
      Checker::require(lo >= at, image::nameOf(node), "two cores hold the same neuron");
      covered += hi - lo;
      at = hi;
    }
    bool whole = node.kind() != fb::NodeKind_Population || covered == node.size();
    Checker::require(whole, image::nameOf(node), "some neurons are on no core");
  }
}

void verifyChips(const Checker &check, const fb::Spinn &program) {
  std::set<std::pair<uint16_t, uint16_t>> seen;
  for (const fb::Chip *chip : Checker::present(program.chips(), "spinn", "chips")) {
    std::string where =
        "chip (" + std::to_string(chip->x()) + "," + std::to_string(chip->y()) + ")";
    Checker::require(seen.emplace(chip->x(), chip->y()).second, where, "is there twice");
    Checker::require(hasChip(program, chip->x(), chip->y()), where, "is not on the machine");
    auto words = check.arrayOf<uint32_t>(chip->entries(), where, "entries");
    Checker::require(words.size() % 3 == 0 && words.size() / 3 <= kMaxEntries, where,
                     "a bad routing table");
  }
}

} // namespace

void verifySpinn(const Checker &check, const fb::Spinn &program) {
  Checker::present(program.board(), "spinn", "board");
  verifyMesh(program);
  verifyNodes(check, program);
  std::set<std::tuple<uint16_t, uint16_t, uint8_t>> seen;
  for (const fb::Core *core : Checker::present(program.cores(), "spinn", "cores")) {
    Checker::require(seen.emplace(core->x(), core->y(), core->p()).second, nameOf(*core),
                     "is there twice");
    verifyCore(check, program, *core);
  }
  verifyExtensions(program, seen);
  if (program.generated())
    for (const fb::Generated *generated : *program.generated())
      verifyGenerated(check, *generated);
  verifySlices(check, program);
  verifyChips(check, program);
}

} // namespace spindle::image
