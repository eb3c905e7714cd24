// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/ImageReport.h"

#include "runtime/report/MachineUse.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace spindle::report {
namespace {
using Json = nlohmann::ordered_json;

template <typename T> uint64_t sizeOf(const T *vector) { return vector ? vector->size() : 0; }

uint64_t bytesOf(const image::fb::Blob *blob) { return blob ? blob->bytes() : 0; }

Json describeReference(const image::fb::Reference &program) {
  uint64_t synapses = 0;
  if (program.projections())
    for (const auto *projection : *program.projections())
      synapses += bytesOf(projection->weight()) / sizeof(double);
  return {{"projections", sizeOf(program.projections())},
          {"synapses", synapses},
          {"drives", sizeOf(program.drives())}};
}

Json describeSpinn(const image::fb::Spinn &program, const image::fb::Image &meta) {
  uint64_t sdram = 0, tables = 0, entries = 0, largestTable = 0;
  std::set<std::pair<int, int>> chips;
  Json cores = Json::array();
  if (program.cores())
    for (const auto *core : *program.cores()) {
      sdram += bytesOf(core->sdram());
      tables += bytesOf(core->table());
      chips.insert({core->x(), core->y()});
      const auto *node = program.nodes()->Get(core->node());
      Json shifts = Json::array();
      for (uint8_t shift : *node->shift())
        shifts.push_back(shift);
      cores.push_back({{"chip", {core->x(), core->y()}},
                       {"core", core->p()},
                       {"node", meta.nodes()->Get(core->node())->name()->str()},
                       {"neurons", {core->lo(), core->hi()}},
                       {"delay_bits", node->delay_bits()},
                       {"weight_shifts", shifts},
                       {"sdram_bytes", bytesOf(core->sdram())}});
    }
  Json extensions = Json::array();
  if (program.extensions())
    for (const auto *extension : *program.extensions()) {
      chips.insert({extension->x(), extension->y()});
      const auto *core = program.cores()->Get(extension->core());
      extensions.push_back({{"chip", {extension->x(), extension->y()}},
                            {"core", extension->p()},
                            {"node", meta.nodes()->Get(core->node())->name()->str()},
                            {"neurons", {core->lo(), core->hi()}},
                            {"stages", extension->stages()},
                            {"step", extension->step()}});
    }
  if (program.chips())
    for (const auto *chip : *program.chips()) {
      uint64_t count = bytesOf(chip->entries()) / 12;
      entries += count;
      largestTable = std::max(largestTable, count);
    }
  return {{"board", program.board() ? program.board()->str() : ""},
          {"cores_used", sizeOf(program.cores()) + sizeOf(program.extensions())},
          {"chips_used", chips.size()},
          {"routing_entries", entries},
          {"largest_routing_table", largestTable},
          {"sdram_bytes", sdram},
          {"population_table_bytes", tables},
          {"cores", cores},
          {"delay_extensions", extensions}};
}

Json describeXbar(const image::fb::Xbar &program, const image::fb::Image &meta) {
  uint64_t columns = 0, banks = 0, routes = 0;
  Json tiles = Json::array();
  if (program.tiles())
    for (const auto *tile : *program.tiles()) {
      uint64_t used = bytesOf(tile->neurons()) / 4;
      columns += used;
      banks += tile->banks();
      routes += bytesOf(tile->routes()) / 4;
      tiles.push_back({{"at", {tile->x(), tile->y()}},
                       {"node", meta.nodes()->Get(tile->node())->name()->str()},
                       {"columns", used},
                       {"banks", tile->banks()},
                       {"adc_shift", tile->adc_shift()},
                       {"routes", bytesOf(tile->routes()) / 4}});
    }
  return {{"mesh", {program.mesh_width(), program.mesh_height()}},
          {"rows", program.rows()},
          {"cols", program.cols()},
          {"banks", program.banks()},
          {"levels", program.levels()},
          {"adc_bits", program.adc_bits()},
          {"tiles_used", sizeOf(program.tiles())},
          {"tiles_available", program.mesh_width() * program.mesh_height()},
          {"columns_used", columns},
          {"banks_used", banks},
          {"event_routes", routes},
          {"tiles", tiles}};
}

} // namespace

std::string targetOf(const image::Image &image) {
  switch (image.meta().program_type()) {
  case image::fb::Program_Reference:
    return "reference";
  case image::fb::Program_Spinn:
    return "spinn";
  case image::fb::Program_Xbar:
    return "xbar";
  default:
    throw ImageError("image: it holds no program that this version knows");
  }
}

nlohmann::ordered_json describe(const image::Image &image) {
  const image::fb::Image &meta = image.meta();
  Json result;
  result["target"] = targetOf(image);
  result["producer"] = meta.producer()->str();
  result["options"] = Json::parse(meta.options()->str(), nullptr, false);
  result["dt"] = meta.dt();
  result["profile"] = meta.profile() ? meta.profile()->str() : "";
  Json nodes = Json::array();
  if (meta.nodes())
    for (const auto *node : *meta.nodes()) {
      Json shape = Json::array();
      if (node->shape())
        for (int64_t extent : *node->shape())
          shape.push_back(extent);
      nodes.push_back({{"name", node->name()->str()},
                       {"kind", image::fb::EnumNameNodeKind(node->kind())},
                       {"shape", shape},
                       {"latency", node->latency()}});
    }
  result["nodes"] = nodes;
  if (const auto *program = meta.program_as_Reference())
    result["resources"] = describeReference(*program);
  else if (const auto *program = meta.program_as_Spinn()) {
    result["resources"] = describeSpinn(*program, meta);
    result["machine"] = machineJson(machineUse(image));
  } else if (const auto *program = meta.program_as_Xbar())
    result["resources"] = describeXbar(*program, meta);
  return result;
}

} // namespace spindle::report
