// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Program.h"

#include "sim/spinn/Router.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

namespace spindle::spinn {
namespace fb = image::fb;
namespace {

using Place = std::tuple<int, int, int>;

std::string nameOf(const fb::Core &core) {
  return "image: core (" + std::to_string(core.x()) + "," + std::to_string(core.y()) + "," +
         std::to_string(core.p()) + ")";
}

class Loader {
public:
  Loader(const image::Image &image, size_t workers, const KernelFinder &find)
      : image_(image), meta_(image.meta()), source_(*meta_.program_as_Spinn()), workers_(workers),
        find_(find) {}

  Program load() {
    program_.ofNode.resize(meta_.nodes()->size());
    for (const fb::Core *core : *source_.cores())
      addSlice(*core);
    for (auto &list : program_.ofNode)
      std::sort(list.begin(), list.end(), [&](uint32_t a, uint32_t b) {
        return program_.slices[a].lo < program_.slices[b].lo;
      });
    for (const fb::Chip *chip : *source_.chips())
      router_.addChip({chip->x(), chip->y()}, image_.array<uint32_t>(*chip->entries()));
    for (uint32_t i = 0; i < program_.slices.size(); ++i)
      resolveKeys(i);
    return std::move(program_);
  }

private:
  void addSlice(const fb::Core &core) {
    auto index = static_cast<uint32_t>(program_.slices.size());
    const fb::Node &node = *meta_.nodes()->Get(core.node());
    Slice slice{core.node(), core.lo(), core.hi(), nullptr, {}, {}};
    if (node.kind() == fb::NodeKind_Population)
      slice.core = makeCore(core, node);
    at_[{core.x(), core.y(), core.p()}] = index;
    tables_.emplace_back(image_.array<uint32_t>(*core.table()),
                         image_.array<uint32_t>(*core.sdram()), nameOf(core));
    program_.ofNode[core.node()].push_back(index);
    program_.slices.push_back(std::move(slice));
  }

  std::unique_ptr<Core> makeCore(const fb::Core &core, const fb::Node &node) {
    const fb::Model &model = *meta_.models()->Get(node.model());
    const fb::SpinnNode &values = *source_.nodes()->Get(core.node());
    RingLayout ring{values.delay_bits(),
                    values.type_bits(),
                    values.index_bits(),
                    {values.shift()->begin(), values.shift()->end()}};
    auto result = std::make_unique<Core>(core.hi() - core.lo(), values.onset(),
                                         model.emit() != fb::Emit_Graded,
                                         find_(model.kernel()->string_view()), std::move(ring));
    for (const fb::Column *column : *values.param())
      result->addParam(slice(*column, core));
    for (const fb::Column *column : *values.init())
      result->addState(slice(*column, core));
    for (const fb::NodeDrive *drive : *values.drives())
      result->addDrive({drive->port(), drive->from(), slice(*drive->values(), core)});
    return result;
  }

  /// The values of the core's neurons.
  std::vector<int32_t> slice(const fb::Column &column, const fb::Core &core) const {
    auto values = image_.array<int32_t>(*column.data());
    if (column.count() == 1)
      return std::vector<int32_t>(core.hi() - core.lo(), values[0]);
    return {values.begin() + core.lo(), values.begin() + core.hi()};
  }

  void resolveKeys(uint32_t index) {
    Slice &slice = program_.slices[index];
    const fb::Core &core = *source_.cores()->Get(index);
    if (core.mask() == 0)
      return; // no keys: nothing listens to it
    slice.keys.resize(slice.hi - slice.lo);
    slice.deliveries.resize(workers_);
    for (uint32_t i = 0; i < slice.keys.size(); ++i) {
      slice.keys[i] = resolve(core.key() + i, {core.x(), core.y()}, slice.deliveries);
      for (Deliveries &d : slice.deliveries)
        d.start.push_back(static_cast<uint32_t>(d.list.size()));
    }
  }

  /// Appends the rows of `key` to the lists of their workers.
  KeyFate resolve(uint32_t key, ChipAt from, std::vector<Deliveries> &deliveries) {
    KeyFate fate;
    Path path = router_.walk(key, from);
    fate.defaultRouted = path.defaultRouted;
    fate.unrouted = path.unrouted;
    std::vector<Row> rows;
    for (auto [chip, p] : path.cores) {
      rows.clear();
      auto target = at_.find({chip.x, chip.y, p});
      bool known = target != at_.end() && program_.slices[target->second].core &&
                   tables_[target->second].lookUp(key, rows);
      fate.misses += !known;
      for (Row row : rows)
        deliveries[workerOf(target->second, workers_)].list.push_back(
            {program_.slices[target->second].core.get(), row});
    }
    return fate;
  }

  const image::Image &image_;
  const fb::Image &meta_;
  const fb::Spinn &source_;
  size_t workers_;
  const KernelFinder &find_;
  Program program_;
  Router router_;
  std::map<Place, uint32_t> at_;
  std::vector<PopulationTable> tables_;
};

} // namespace

Program loadProgram(const image::Image &image, size_t workers, const KernelFinder &find) {
  if (!image.meta().program_as_Spinn())
    throw ImageError("image: it was not compiled for the spinn target");
  return Loader(image, workers, find).load();
}

} // namespace spindle::spinn
