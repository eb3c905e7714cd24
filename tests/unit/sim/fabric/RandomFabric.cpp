// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/unit/sim/fabric/RandomFabric.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>

namespace spindle::test {

namespace fb = image::fb;

namespace {

int32_t saturate(int64_t v) {
  return int32_t(std::clamp<int64_t>(v, std::numeric_limits<int32_t>::min(),
                                     std::numeric_limits<int32_t>::max()));
}

void lif(int64_t begin, int64_t end, void *const *state, const void *const *param,
         const void *const *input, void *emit) {
  auto *v = static_cast<int32_t *>(state[0]);
  const auto *decay = static_cast<const uint32_t *>(param[0]);
  const auto *threshold = static_cast<const int32_t *>(param[1]);
  const auto *x = static_cast<const int32_t *>(input[0]);
  for (int64_t i = begin; i < end; ++i) {
    int64_t decayed = (int64_t(v[i]) * int64_t(decay[i])) >> 32;
    int32_t u = saturate(decayed + x[i]);
    bool spike = u >= threshold[i];
    v[i] = spike ? 0 : u;
    static_cast<int32_t *>(emit)[i] = spike;
  }
}

void count(int64_t begin, int64_t end, void *const *state, const void *const *param,
           const void *const *input, void *emit) {
  auto *v = static_cast<int32_t *>(state[0]);
  const auto *threshold = static_cast<const int32_t *>(param[1]);
  const auto *x = static_cast<const int32_t *>(input[0]);
  for (int64_t i = begin; i < end; ++i) {
    int32_t u = saturate(int64_t(v[i]) + x[i]);
    int32_t n = u >= threshold[i] ? u / threshold[i] : 0;
    v[i] = u - n * threshold[i];
    static_cast<int32_t *>(emit)[i] = n;
  }
}

void lifReal(int64_t begin, int64_t end, void *const *state, const void *const *param,
             const void *const *input, void *emit) {
  auto *v = static_cast<double *>(state[0]);
  const auto *decay = static_cast<const double *>(param[0]);
  const auto *threshold = static_cast<const double *>(param[1]);
  const auto *x = static_cast<const double *>(input[0]);
  for (int64_t i = begin; i < end; ++i) {
    double u = v[i] * decay[i] + x[i];
    bool spike = u >= threshold[i];
    v[i] = spike ? 0 : u;
    static_cast<double *>(emit)[i] = spike;
  }
}

/// The hand-written neuron unit, as the image of a compiled network would carry it.
std::string neuronUnit() {
  std::ifstream in(SPINDLE_TEST_NEURON_UNIT);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Drawer {
public:
  Drawer(const FabricShape &shape, uint32_t seed) : shape_(shape), random_(seed) {}

  std::vector<std::byte> draw() {
    places_ = shape_.meshWidth * shape_.meshHeight;
    for (uint32_t t = 0; t < places_; ++t)
      columns_.push_back(1 + below(shape_.cols / 2));
    for (uint32_t t = 0; t < places_; ++t)
      banks_.push_back(1 + below(shape_.banks));
    auto models = drawModels();
    auto nodes = drawNodes();
    auto program = drawProgram();
    auto &b = w_.builder();
    std::vector<flatbuffers::Offset<fb::Output>> outputs = {
        fb::CreateOutput(b, b.CreateString("out"), nodeOf(places_ - 1))};
    fb::Blob kernels =
        w_.addArray(std::vector<uint8_t>{1, 2, 3, 4}); // the test's kernels are used instead
    auto producer = b.CreateString("test"), options = b.CreateString("{}"),
         profile = b.CreateString("test");
    auto modelVector = b.CreateVector(models);
    auto nodeVector = b.CreateVector(nodes);
    auto outputVector = b.CreateVector(outputs);
    fb::ImageBuilder image(b);
    image.add_producer(producer);
    image.add_options(options);
    image.add_profile(profile);
    image.add_models(modelVector);
    image.add_nodes(nodeVector);
    image.add_outputs(outputVector);
    image.add_kernels(&kernels);
    image.add_program_type(fb::Program_Xbar);
    image.add_program(program.Union());
    return w_.finish(image.Finish());
  }

private:
  uint32_t below(uint32_t n) { return std::uniform_int_distribution<uint32_t>(0, n - 1)(random_); }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }
  template <typename T> std::vector<T> many(size_t n, T low, T high) {
    std::vector<T> values(n);
    std::uniform_int_distribution<int64_t> value(low, high);
    for (T &v : values)
      v = T(value(random_));
    return values;
  }

  /// Node 0 is the source; the last two tiles share a population.
  uint32_t populations() const { return std::max(places_, 2u) - 1; }
  uint32_t nodeOf(uint32_t tile) const { return 1 + std::min(tile, populations() - 1); }
  uint32_t modelOf(uint32_t node) const { return node % 2; }

  flatbuffers::Offset<fb::Model> model(const char *name, const char *kernel, fb::Emit emit) {
    auto &b = w_.builder();
    fb::Number number = shape_.real ? fb::Number_F64 : fb::Number_S1615;
    auto term = [&](const char *termName, fb::Number n) {
      return fb::CreateTerm(b, b.CreateString(termName), b.CreateString(""), n);
    };
    std::vector<flatbuffers::Offset<fb::Term>> state = {term("v", number)},
                                               input = {term("x", number)};
    std::vector<flatbuffers::Offset<fb::Term>> param = {
        term("decay", shape_.real ? fb::Number_F64 : fb::Number_U032), term("threshold", number)};
    return fb::CreateModel(b, b.CreateString(name), b.CreateString(kernel), b.CreateVector(state),
                           b.CreateVector(param), b.CreateVector(input), emit, number);
  }

  std::vector<flatbuffers::Offset<fb::Model>> drawModels() {
    if (shape_.real)
      return {model("lif", "lif_f64", fb::Emit_Spike), model("lif2", "lif_f64", fb::Emit_Spike)};
    return {model("lif", "lif", fb::Emit_Spike), model("count", "count", fb::Emit_Count)};
  }

  std::vector<flatbuffers::Offset<fb::Node>> drawNodes() {
    auto &b = w_.builder();
    std::vector<flatbuffers::Offset<fb::Node>> nodes;
    auto node = [&](const std::string &name, fb::NodeKind kind, uint64_t size, int model,
                    fb::Emit emit) {
      nodes.push_back(fb::CreateNode(b, b.CreateString(name), kind,
                                     b.CreateVector(std::vector<int64_t>{int64_t(size)}), size,
                                     model, emit));
    };
    node("in", fb::NodeKind_Source, shape_.sources, -1, fb::Emit_Spike);
    for (uint32_t p = 0; p < populations(); ++p) {
      uint64_t size = 0;
      for (uint32_t t = 0; t < places_; ++t)
        size += nodeOf(t) == p + 1 ? columns_[t] : 0;
      uint32_t m = modelOf(p + 1);
      node("pop" + std::to_string(p), fb::NodeKind_Population, size, int(m),
           m == 1 && !shape_.real ? fb::Emit_Count : fb::Emit_Spike);
    }
    return nodes;
  }

  std::pair<fb::Blob, fb::Blob> drawRoutes(uint32_t neurons) {
    std::vector<uint32_t> start = {0}, flits;
    for (uint32_t i = 0; i < neurons; ++i) {
      for (uint32_t t = 0; t < places_; ++t)
        while (chance(shape_.connect) && flits.size() < 60000) {
          uint32_t row = below(banks_[t] * shape_.rows),
                   delay = chance(0.2) ? 1 + below(63) : 1 + below(4);
          flits.push_back((t / shape_.meshWidth) << 28 | (t % shape_.meshWidth) << 24 | row << 14 |
                          delay << 8);
        }
      start.push_back(uint32_t(flits.size()));
    }
    return {w_.addArray(start), w_.addArray(flits)};
  }

  fb::Blob drawCodes(uint32_t t) {
    std::vector<int16_t> codes(size_t(banks_[t]) * shape_.rows * 2 * columns_[t], 0);
    for (int16_t &c : codes)
      if (chance(0.4))
        c = int16_t(below(shape_.levels));
    return w_.addArray(codes);
  }

  uint32_t adcShift() const {
    uint32_t largest = shape_.rows * (shape_.levels - 1), shift = 0;
    while ((largest >> shift) > (1u << shape_.adcBits) - 1)
      ++shift;
    return shape_.adcShift >= 0 ? uint32_t(shape_.adcShift) : shape_.clipping ? 0 : shift;
  }

  fb::Blob perColumn(uint32_t columns, int64_t low, int64_t high, double unit) {
    if (!shape_.real)
      return w_.addArray(narrow(many<int64_t>(columns, low, high)));
    std::vector<double> values;
    for (int64_t v : many<int64_t>(columns, low, high))
      values.push_back(double(v) / unit);
    return w_.addArray(values);
  }
  static std::vector<int32_t> narrow(const std::vector<int64_t> &wide) {
    std::vector<int32_t> out;
    for (int64_t v : wide)
      out.push_back(int32_t(uint32_t(uint64_t(v))));
    return out;
  }

  flatbuffers::Offset<fb::Tile> drawTile(uint32_t t) {
    auto &b = w_.builder();
    uint32_t columns = columns_[t], node = nodeOf(t);
    std::vector<uint32_t> neurons(columns);
    uint32_t first = t > 0 && nodeOf(t - 1) == node ? columns_[t - 1] : 0;
    for (uint32_t c = 0; c < columns; ++c)
      neurons[c] = first + columns - 1 - c; // not in order, so that the engines must sort
    std::vector<fb::Blob> param = {perColumn(columns, 0, 0xFFFFFFFFll, 4294967296.0),
                                   shape_.negative ? perColumn(columns, -200000, -4000, 32768.0)
                                                   : perColumn(columns, 4000, 200000, 32768.0)};
    std::vector<fb::Blob> init = {perColumn(columns, -30000, 30000, 32768.0)};
    fb::Blob neuronBlob = w_.addArray(neurons), codes = drawCodes(t);
    fb::Blob scale = w_.addArray(
        many<int32_t>(columns, chance(0.1) ? -2000000000 : 1, chance(0.1) ? 2000000000 : 20000));
    std::vector<double> real;
    for (uint32_t c = 0; c < columns; ++c)
      real.push_back(0.001 * double(1 + below(1000)));
    fb::Blob scaleReal = w_.addArray(real);
    auto [start, routes] = drawRoutes(columns);
    std::vector<flatbuffers::Offset<fb::TileDrive>> drives;
    for (uint32_t d = below(4); d > 0; --d) {
      fb::Blob values = perColumn(columns, -3000, 9000, 32768.0);
      drives.push_back(fb::CreateTileDrive(b, below(20), &values));
    }
    auto paramVector = b.CreateVectorOfStructs(param), initVector = b.CreateVectorOfStructs(init);
    auto driveVector = b.CreateVector(drives);
    fb::TileBuilder tile(b);
    tile.add_x(uint8_t(t % shape_.meshWidth));
    tile.add_y(uint8_t(t / shape_.meshWidth));
    tile.add_node(node);
    tile.add_model(modelOf(node));
    tile.add_onset(below(shape_.maxOnset + 1));
    tile.add_neurons(&neuronBlob);
    tile.add_banks(uint8_t(banks_[t]));
    tile.add_codes(&codes);
    tile.add_scale(&scale);
    tile.add_scale_shift(uint8_t(below(6)));
    tile.add_adc_shift(uint8_t(adcShift()));
    tile.add_scale_real(&scaleReal);
    tile.add_param(paramVector);
    tile.add_init(initVector);
    tile.add_drives(driveVector);
    tile.add_route_start(&start);
    tile.add_routes(&routes);
    return tile.Finish();
  }

  flatbuffers::Offset<fb::Xbar> drawProgram() {
    auto &b = w_.builder();
    std::vector<flatbuffers::Offset<fb::Tile>> tiles;
    for (uint32_t t = 0; t < places_; ++t)
      tiles.push_back(drawTile(t));
    auto [start, routes] = drawRoutes(shape_.sources);
    std::vector<flatbuffers::Offset<fb::XbarSource>> sources = {
        fb::CreateXbarSource(b, 0, &start, &routes)};
    auto tileVector = b.CreateVector(tiles);
    auto sourceVector = b.CreateVector(sources);
    auto verilog = b.CreateString(neuronUnit());
    fb::XbarBuilder x(b);
    x.add_rows(shape_.rows), x.add_cols(shape_.cols), x.add_banks(shape_.banks);
    x.add_slots(64), x.add_count_bits(6);
    x.add_mesh_width(uint8_t(shape_.meshWidth)), x.add_mesh_height(uint8_t(shape_.meshHeight));
    x.add_levels(shape_.levels), x.add_adc_bits(uint8_t(shape_.adcBits)),
        x.add_adc_share(shape_.adcShare);
    x.add_t_setup(shape_.tSetup), x.add_t_int(shape_.tInt);
    x.add_t_mux(shape_.tMux), x.add_t_sample(shape_.tSample);
    x.add_tiles(tileVector), x.add_sources(sourceVector);
    x.add_neuron_verilog(verilog);
    return x.Finish();
  }

  const FabricShape shape_;
  std::mt19937 random_;
  image::Writer w_;
  uint32_t places_ = 0;
  std::vector<uint32_t> columns_, banks_;
};

} // namespace

std::vector<std::byte> randomFabricFile(const FabricShape &shape, uint32_t seed) {
  return Drawer(shape, seed).draw();
}

std::shared_ptr<const image::Image> randomFabric(const FabricShape &shape, uint32_t seed) {
  return image::Image::fromBytes(randomFabricFile(shape, seed));
}

KernelFn testKernel(std::string_view symbol) {
  if (symbol == "lif")
    return lif;
  if (symbol == "count")
    return count;
  if (symbol == "lif_f64")
    return lifReal;
  throw std::logic_error("no such test kernel");
}

std::vector<Event> randomInput(std::mt19937 &random, uint32_t size, double density, uint32_t most) {
  std::bernoulli_distribution active(density);
  std::uniform_int_distribution<uint32_t> count(1, most);
  std::vector<Event> events;
  for (uint32_t i = 0; i < size; ++i)
    if (active(random))
      events.push_back({i, double(count(random))});
  return events;
}

} // namespace spindle::test
