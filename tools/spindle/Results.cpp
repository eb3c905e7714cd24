// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Results.h"

#include "runtime/io/Files.h"
#include "runtime/io/NirData.h"
#include "runtime/io/Npy.h"
#include "tools/spindle/ImageNodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <thread>
#include <unistd.h>

namespace spindle::tool {
namespace {

std::string nameOf(const image::Image &image, uint32_t node) {
  return image.meta().nodes()->Get(node)->name()->str();
}

/// A node's name as the stem of a file name: what a file name cannot hold is written %XX.
std::string fileStem(const std::string &node) {
  std::string stem;
  for (char c : node) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) || std::strchr("._-", c);
    stem += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return stem;
}

bool wholeCounts(const report::Raster &raster) {
  return std::all_of(raster.entries.begin(), raster.entries.end(), [](const report::Entry &entry) {
    return entry.value >= 0 && entry.value == std::floor(entry.value) &&
           entry.value <= 4294967295.0;
  });
}

/// Counts are written as the smallest unsigned type that holds them, other values as float64.
io::NpyType typeOf(const report::Raster &raster, bool graded) {
  if (graded || !wholeCounts(raster))
    return io::NpyType::F64;
  double largest = 0;
  for (const report::Entry &entry : raster.entries)
    largest = std::max(largest, entry.value);
  return largest <= 255 ? io::NpyType::U8 : largest <= 65535 ? io::NpyType::U16 : io::NpyType::U32;
}

void store(std::byte *at, io::NpyType type, double value) {
  auto put = [&](auto number) { std::memcpy(at, &number, sizeof(number)); };
  switch (type) {
  case io::NpyType::U8:
    return put(static_cast<uint8_t>(value));
  case io::NpyType::U16:
    return put(static_cast<uint16_t>(value));
  case io::NpyType::U32:
    return put(static_cast<uint32_t>(value));
  default:
    return put(value);
  }
}

void writeRaster(const std::string &file, const report::Raster &raster, io::NpyType type,
                 const std::vector<int64_t> &shape) {
  io::NpyWriter writer(file, type, shape);
  size_t width = io::bytesOf(type), next = 0;
  std::vector<std::byte> row(raster.size * width);
  for (uint64_t step = 0; step < raster.steps; ++step) {
    std::fill(row.begin(), row.end(), std::byte(0));
    for (; next < raster.entries.size() && raster.entries[next].step == step; ++next)
      store(row.data() + raster.entries[next].neuron * width, type, raster.entries[next].value);
    writer.append(row);
  }
  writer.finish();
}

void writeTerm(const std::string &file, const TermRecord &record, uint64_t steps,
               std::vector<int64_t> shape) {
  shape.insert(shape.begin(), static_cast<int64_t>(steps));
  if (record.raw)
    io::writeNpy<int32_t>(file, io::NpyType::I32, shape, record.fixed);
  else
    io::writeNpy<double>(file, io::NpyType::F64, shape, record.real);
}

void writeNirData(const std::string &file, const image::Image &image, const RunResult &result) {
  io::NirDataWriter writer(file, image.meta().dt());
  for (const auto &[node, raster] : result.rasters) {
    io::NirDataInfo info;
    info.node = nameOf(image, node);
    info.neurons = raster.size;
    info.steps = raster.steps;
    info.events = raster.entries.size();
    info.integer = !isGraded(image, node) && wholeCounts(raster);
    info.single = info.integer && std::all_of(raster.entries.begin(), raster.entries.end(),
                                              [](const auto &entry) { return entry.value == 1; });
    std::vector<Event> events;
    size_t next = 0;
    writer.addSpikes(info, [&](uint64_t step) -> std::span<const Event> {
      // Steps come in turn, but more than one pass may be made.
      if (step == 0)
        next = 0;
      events.clear();
      for (; next < raster.entries.size() && raster.entries[next].step == step; ++next)
        events.push_back({raster.entries[next].neuron, raster.entries[next].value});
      return events;
    });
  }
  writer.finish();
}

} // namespace

std::vector<ClassLine> classesOf(const image::Image &image, const RunResult &result) {
  std::vector<ClassLine> lines;
  if (!image.meta().outputs())
    return lines;
  for (const auto *output : *image.meta().outputs()) {
    auto raster = result.rasters.find(output->node());
    if (raster == result.rasters.end() || raster->second.size < 2 ||
        shapeOf(image, output->node()).size() != 1)
      continue;
    lines.push_back({output->name()->str(), nameOf(image, output->node()), raster->second.winner(),
                     raster->second.perNeuron()});
  }
  return lines;
}

Json describeRun(const image::Image &image, const RunRecord &record, const RunResult &result) {
  Json json;
  json["spindle"] = SPINDLE_VERSION;
  json["target"] = record.target;
  json["engine"] = record.engine;
  json["options"] = record.options;
  json["run"] = record.run;
  json["run"]["steps_asked"] = record.stepsAsked;
  json["steps"] = result.steps;
  json["interrupted"] = result.interrupted;
  json["dt"] = image.meta().dt() > 0 ? Json(image.meta().dt()) : Json();
  json["populations"] = Json::array();
  for (uint32_t node = 0; node < result.totals.size(); ++node) {
    const auto *entry = image.meta().nodes()->Get(node);
    Json population = {{"name", entry->name()->str()},
                       {"kind", image::fb::EnumNameNodeKind(entry->kind())},
                       {"shape", shapeOf(image, node)},
                       {"latency", entry->latency()}};
    if (const image::fb::Model *model = modelOf(image, node))
      population["model"] = model->name()->str();
    population[isGraded(image, node) ? "sum" : "spikes"] = result.totals[node];
    json["populations"].push_back(population);
  }
  json["outputs"] = Json::array();
  std::vector<ClassLine> classes = classesOf(image, result);
  if (image.meta().outputs())
    for (const auto *output : *image.meta().outputs()) {
      Json entry = {{"name", output->name()->str()},
                    {"node", nameOf(image, output->node())},
                    {"latency", image.meta().nodes()->Get(output->node())->latency()}};
      for (const ClassLine &line : classes)
        if (line.output == output->name()->str()) {
          entry["class"] = line.winner;
          entry["sums"] = line.sums;
        }
      json["outputs"].push_back(entry);
    }
  json["counters"] = result.counters;
  return json;
}

void writeResults(const std::string &folder, const image::Image &image, const RunRecord &record,
                  const RunResult &result) {
  for (const auto &[node, raster] : result.rasters) {
    io::NpyType type = typeOf(raster, isGraded(image, node));
    const char *what = type == io::NpyType::F64 ? "values" : "spikes";
    writeRaster(fmt::format("{}/{}.{}.npy", folder, fileStem(nameOf(image, node)), what), raster,
                type, shapeOf(image, node));
  }
  for (const TermRecord &term : result.terms)
    writeTerm(fmt::format("{}/{}.{}.npy", folder, fileStem(nameOf(image, term.node)),
                          fileStem(term.name)),
              term, result.steps, shapeOf(image, term.node));
  writeNirData(folder + "/spikes.h5", image, result);
  io::writeText(folder + "/run.json", describeRun(image, record, result).dump(2) + "\n");
}

void writeTiming(const std::string &folder, const image::Image &image, const RunResult &result,
                 double compileSeconds, int threads) {
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  double modelled = image.meta().dt() * double(result.steps);
  Json json = {
      {"compile_s", compileSeconds},
      {"load_s", result.loadSeconds},
      {"run_s", result.runSeconds},
      {"steps_per_s", result.runSeconds > 0 ? double(result.steps) / result.runSeconds : 0},
      {"real_time_factor", modelled > 0 ? Json(result.runSeconds / modelled) : Json()},
      {"threads", threads},
      {"host", host},
      {"processors", std::thread::hardware_concurrency()}};
  io::writeText(folder + "/timing.json", json.dump(2) + "\n");
}

} // namespace spindle::tool
