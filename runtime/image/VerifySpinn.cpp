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

std::string nameOf(const fb::Core &core) {
  return "core (" + std::to_string(core.x()) + "," + std::to_string(core.y()) + "," +
         std::to_string(core.p()) + ")";
}

void verifyColumns(const Checker &check, const flatbuffers::Vector<const fb::Blob *> &columns,
                   uint32_t terms, uint64_t neurons, const std::string &where, const char *name) {
  Checker::require(columns.size() == terms, where,
                   std::string("'") + name + "' does not match the model");
  for (const fb::Blob *column : columns)
    check.sized(column, neurons, 4, where, name);
}

void verifyRing(const fb::Core &core, uint32_t types, uint64_t neurons, const std::string &where) {
  uint32_t bits = uint32_t(core.delay_bits()) + core.type_bits() + core.index_bits();
  Checker::require(bits <= kRingBits && core.index_bits() <= kRingBits &&
                       core.type_bits() <= kRingBits,
                   where, "a ring index of " + std::to_string(bits) + " bits");
  Checker::require(neurons <= (uint64_t(1) << core.index_bits()), where,
                   "the slice exceeds its index bits");
  Checker::require(types <= (uint64_t(1) << core.type_bits()), where,
                   "more synapse types than its type bits hold");
  Checker::require(core.shift()->size() == types, where,
                   "'shift' does not match the model's ports");
  for (uint8_t shift : *core.shift())
    Checker::require(shift < 32, where, "a weight shift out of range");
}

void verifyPopulation(const Checker &check, const fb::Core &core, const fb::Model &model,
                      const std::string &where) {
  uint64_t neurons = core.hi() - core.lo();
  Checker::require(model.number() == fb::Number_S1615, where, "its model is not in fixed point");
  verifyRing(core, 2 * model.input()->size(), neurons, where);
  verifyColumns(check, *core.param(), model.param()->size(), neurons, where, "param");
  verifyColumns(check, *core.init(), model.state()->size(), neurons, where, "init");
  for (const fb::CoreDrive *drive : *core.drives()) {
    Checker::require(drive->port() < model.input()->size(), where,
                     "a drive of a port that does not exist");
    check.sized(drive->values(), neurons, 4, where, "drive");
  }
}

void verifyCore(const Checker &check, const fb::Core &core) {
  std::string where = nameOf(core);
  const fb::Node &node = check.node(core.node(), where);
  Checker::require(core.lo() < core.hi() && core.hi() <= node.size() &&
                       core.hi() - core.lo() <= kMaxSlice,
                   where,
                   "a slice [" + std::to_string(core.lo()) + "," + std::to_string(core.hi()) +
                       ") of " + std::to_string(node.size()) + " neurons");
  Checker::require((core.key() & ~core.mask()) == 0, where, "key and mask differ");
  Checker::require(core.onset() <= kMaxDelay, where, "onset out of range");
  Checker::present(core.shift(), where, "shift");
  Checker::present(core.param(), where, "param");
  Checker::present(core.init(), where, "init");
  Checker::present(core.drives(), where, "drives");
  check.arrayOf<uint32_t>(core.table(), where, "table");
  check.arrayOf<uint32_t>(core.sdram(), where, "sdram");
  if (const fb::Model *model = check.modelOf(node))
    return verifyPopulation(check, core, *model, where);
  Checker::require(node.kind() == fb::NodeKind_Source, where, "holds a node that is not resolved");
  Checker::require(core.param()->size() == 0 && core.init()->size() == 0 &&
                       core.drives()->size() == 0,
                   where, "a source with parameters");
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
  std::set<std::pair<uint8_t, uint8_t>> seen;
  for (const fb::Chip *chip : Checker::present(program.chips(), "spinn", "chips")) {
    std::string where =
        "chip (" + std::to_string(chip->x()) + "," + std::to_string(chip->y()) + ")";
    Checker::require(seen.emplace(chip->x(), chip->y()).second, where, "is there twice");
    auto words = check.arrayOf<uint32_t>(chip->entries(), where, "entries");
    Checker::require(words.size() % 3 == 0 && words.size() / 3 <= kMaxEntries, where,
                     "a bad routing table");
  }
}

} // namespace

void verifySpinn(const Checker &check, const fb::Spinn &program) {
  Checker::present(program.board(), "spinn", "board");
  std::set<std::tuple<uint8_t, uint8_t, uint8_t>> seen;
  for (const fb::Core *core : Checker::present(program.cores(), "spinn", "cores")) {
    Checker::require(seen.emplace(core->x(), core->y(), core->p()).second, nameOf(*core),
                     "is there twice");
    verifyCore(check, *core);
  }
  verifySlices(check, program);
  verifyChips(check, program);
}

} // namespace spindle::image
