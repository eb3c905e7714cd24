// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functional model against an interpreter of the same rules that is written to be obvious: maps
// of counters, one device at a time, no skipping.
#include "sim/fabric/FabricMachine.h"
#include "tests/support/catch.h"
#include "tests/unit/sim/fabric/RandomFabric.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace spindle;
namespace fb = spindle::image::fb;
using test::FabricShape;

namespace {

std::unique_ptr<Machine> make(std::shared_ptr<const image::Image> image, int threads = 1) {
  FabricDebug debug;
  debug.hashes = true;
  debug.kernels = test::testKernel;
  MachineOptions options;
  options.threads = threads;
  options.allThreads = true;
  return makeFabricMachine(std::move(image), options, FabricEngine::Functional, debug);
}

int64_t saturate(int64_t v) { return std::clamp<int64_t>(v, INT32_MIN, INT32_MAX); }

/// docs/semantics.md, rules X, read aloud.
class Interpreter {
public:
  explicit Interpreter(const image::Image &image)
      : image_(image), x_(*image.meta().program_as_Xbar()) {
    for (const fb::Tile *t : *x_.tiles())
      state_.push_back(copy<int32_t>(*t->init()->Get(0)));
  }

  void step(const std::vector<Event> &input) {
    emitted_.clear();
    for (const Event &e : input)
      send(*x_.sources()->Get(0)->route_start(), *x_.sources()->Get(0)->routes(), e.neuron,
           e.value);
    for (uint32_t t = 0; t < x_.tiles()->size(); ++t)
      if (now_ >= x_.tiles()->Get(t)->onset())
        stepTile(t);
    ++now_;
  }

  std::map<uint32_t, int64_t> emitted(uint32_t node) { return emitted_[node]; }
  int32_t voltage(uint32_t node, uint32_t neuron) const {
    for (uint32_t t = 0; t < x_.tiles()->size(); ++t) {
      auto neurons = copy<uint32_t>(*x_.tiles()->Get(t)->neurons());
      for (size_t c = 0; c < neurons.size(); ++c)
        if (x_.tiles()->Get(t)->node() == node && neurons[c] == neuron)
          return state_[t][c];
    }
    throw std::logic_error("no such neuron");
  }
  uint64_t reads = 0, clips = 0, lost = 0, over = 0;

private:
  template <typename T> std::vector<T> copy(const fb::Blob &blob) const {
    auto span = image_.array<T>(blob);
    return {span.begin(), span.end()};
  }

  void send(const fb::Blob &start, const fb::Blob &routes, uint32_t neuron, double value) {
    auto first = image_.array<uint32_t>(start);
    auto flits = image_.array<uint32_t>(routes);
    for (uint32_t r = first[neuron]; r < first[neuron + 1]; ++r) {
      uint32_t flit = flits[r];
      // {tile, row, step of arrival} -> count
      auto key = std::tuple(flit >> 24, flit >> 14 & 0x3FF, now_ + (flit >> 8 & 0x3F));
      uint32_t sum = ring_[key] + uint32_t(std::min(value, 63.0));
      lost += sum > 63 ? sum - 63 : 0;
      ring_[key] = std::min(sum, 63u);
    }
  }

  void stepTile(uint32_t index) {
    const fb::Tile &t = *x_.tiles()->Get(index);
    auto neurons = copy<uint32_t>(*t.neurons());
    std::vector<int64_t> acc(neurons.size(), 0);
    for (uint32_t bank = 0; bank < t.banks(); ++bank)
      for (uint32_t bit = 0; bit < 6; ++bit)
        read(t, bank, bit, acc);
    auto scale = copy<int32_t>(*t.scale());
    for (size_t c = 0; c < neurons.size(); ++c) {
      int64_t x = saturate((acc[c] * scale[c]) >> t.scale_shift());
      for (const fb::TileDrive *drive : *t.drives())
        if (now_ >= drive->from())
          x = saturate(x + copy<int32_t>(*drive->values())[c]);
      neuron(index, t, uint32_t(c), neurons[c], int32_t(x));
    }
  }

  void read(const fb::Tile &t, uint32_t bank, uint32_t bit, std::vector<int64_t> &acc) {
    auto codes = image_.array<int16_t>(*t.codes());
    size_t devices = 2 * acc.size();
    std::vector<int64_t> sum(devices, 0);
    bool any = false;
    for (uint32_t r = 0; r < x_.rows(); ++r) {
      auto found = ring_.find({uint32_t(t.y()) << 4 | t.x(), bank * x_.rows() + r, now_});
      if (found == ring_.end() || !(found->second >> bit & 1))
        continue;
      any = true;
      for (size_t d = 0; d < devices; ++d)
        sum[d] += codes[(bank * x_.rows() + r) * devices + d];
    }
    if (!any)
      return;
    ++reads;
    int64_t full = (1 << x_.adc_bits()) - 1;
    for (int64_t &s : sum) {
      s >>= t.adc_shift();
      clips += s > full;
      s = std::min(s, full);
    }
    for (size_t c = 0; c < acc.size(); ++c)
      acc[c] += (sum[2 * c] - sum[2 * c + 1]) * (int64_t(1) << t.adc_shift()) * (int64_t(1) << bit);
  }

  void neuron(uint32_t index, const fb::Tile &t, uint32_t c, uint32_t id, int32_t x) {
    int64_t decay = copy<uint32_t>(*t.param()->Get(0))[c],
            threshold = copy<int32_t>(*t.param()->Get(1))[c];
    int64_t v = state_[index][c], out;
    if (t.model() == 0) {
      v = saturate(((v * decay) >> 32) + x);
      out = v >= threshold;
      v = out ? 0 : v;
    } else {
      v = saturate(v + x);
      out = v >= threshold ? v / threshold : 0;
      v -= out * threshold;
    }
    state_[index][c] = int32_t(v);
    if (out == 0)
      return;
    emitted_[t.node()][id] = out;
    auto start = image_.array<uint32_t>(*t.route_start());
    over += out > 63 && start[c] != start[c + 1];
    if (out > 0)
      send(*t.route_start(), *t.routes(), c, double(out));
  }

  const image::Image &image_;
  const fb::Xbar &x_;
  uint64_t now_ = 0;
  std::map<std::tuple<uint32_t, uint32_t, uint64_t>, uint32_t> ring_;
  std::vector<std::vector<int32_t>> state_;
  std::map<uint32_t, std::map<uint32_t, int64_t>> emitted_;
};

void compareStep(const Machine &machine, Interpreter &expected, const image::Image &image) {
  for (uint32_t n = 1; n < image.meta().nodes()->size(); ++n) {
    auto events = machine.events(n);
    auto wanted = expected.emitted(n);
    REQUIRE(events.size() == wanted.size());
    auto it = wanted.begin(); // both ordered by neuron
    for (const Event &e : events) {
      REQUIRE(e.neuron == it->first);
      REQUIRE(e.value == double(it->second));
      ++it;
    }
    std::vector<int32_t> raw(image.meta().nodes()->Get(n)->size());
    std::vector<double> real(raw.size());
    machine.observeRaw(n, 0, raw);
    machine.observe(n, 0, real);
    for (uint32_t i = 0; i < raw.size(); ++i) {
      REQUIRE(raw[i] == expected.voltage(n, i));
      REQUIRE(real[i] == raw[i] / 32768.0);
    }
  }
}

std::map<std::string, uint64_t> run(Machine &machine, uint32_t sources, int steps, uint32_t seed) {
  std::mt19937 random(seed);
  for (int s = 0; s < steps; ++s) {
    machine.inject(0, test::randomInput(random, sources, 0.4, 3));
    machine.step();
  }
  return machine.counters();
}

} // namespace

TEST_CASE("the functional model follows the rules") {
  uint64_t spikes = 0, lost = 0;
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    FabricShape shape;
    shape.clipping = seed % 4 == 0;
    shape.adcBits = shape.clipping ? 4 : 8;
    shape.negative = seed % 10 == 9;
    auto image = test::randomFabric(shape, seed);
    auto machine = make(image);
    Interpreter expected(*image);
    std::mt19937 random(seed);
    uint64_t hostOver = 0;
    for (int s = 0; s < 30; ++s) {
      auto input = test::randomInput(random, shape.sources, 0.4, s % 9 == 0 ? 80 : 3);
      const fb::XbarSource &source = *image->meta().program_as_Xbar()->sources()->Get(0);
      auto start = image->array<uint32_t>(*source.route_start());
      for (const Event &e : input) // where an event leaves
        hostOver += e.value > 63 && start[e.neuron] != start[e.neuron + 1];
      machine->inject(0, input);
      machine->step();
      expected.step(input);
      compareStep(*machine, expected, *image);
    }
    auto counters = machine->counters();
    REQUIRE(counters["reads"] == expected.reads);
    REQUIRE(counters["adc_clips"] == expected.clips);
    REQUIRE(counters["row_saturations"] == expected.lost);
    REQUIRE(counters["count_saturations"] == expected.over + hostOver);
    REQUIRE((expected.clips > 0) == shape.clipping);
    spikes += counters["spikes"];
    lost += expected.lost;
  }
  REQUIRE(spikes > 1000);
  REQUIRE(lost > 0);
}

TEST_CASE("threads do not change a result") {
  FabricShape shape;
  shape.meshWidth = 4;
  shape.meshHeight = 3;
  shape.connect = 0.1;
  auto image = test::randomFabric(shape, 7);
  auto one = make(image, 1), three = make(image, 3);
  REQUIRE(run(*one, shape.sources, 50, 1) == run(*three, shape.sources, 50, 1));
}

TEST_CASE("a checkpoint continues exactly, a reset repeats") {
  FabricShape shape;
  auto image = test::randomFabric(shape, 11);
  auto machine = make(image), copy = make(image);
  auto first = run(*machine, shape.sources, 20, 3);
  auto bytes = machine->checkpoint();
  copy->restore(bytes);
  REQUIRE(copy->now() == 20);
  REQUIRE(run(*machine, shape.sources, 20, 4) == run(*copy, shape.sources, 20, 4));
  machine->reset();
  REQUIRE(run(*machine, shape.sources, 20, 3) == first);

  // What is refused changes nothing.
  auto before = copy->counters();
  auto refuses = [&](Machine &other, std::span<const std::byte> wrong) {
    REQUIRE_THROWS_AS(other.restore(wrong), UserError);
    REQUIRE(copy->counters() == before);
    REQUIRE(copy->now() == 40);
  };
  auto longer = bytes;
  longer.push_back(std::byte(0));
  refuses(*copy, longer);
  refuses(*copy, std::span(bytes).first(bytes.size() - 1));
  refuses(*copy, std::span(bytes).first(30));
  refuses(*copy, {});
  auto damaged = bytes; // counters above what a row holds, wherever they are
  std::fill(damaged.begin() + 40, damaged.begin() + 4000, std::byte(0xFF));
  refuses(*copy, damaged);
  bytes[0] = std::byte(0);
  refuses(*copy, bytes);
  // Same sizes, other weights.
  auto third = make(test::randomFabric(shape, 11)), stranger = make(test::randomFabric(shape, 12));
  refuses(*stranger, machine->checkpoint());
  third->restore(machine->checkpoint());
  REQUIRE(third->counters() == machine->counters());
}

TEST_CASE("a checkpoint may be taken after any step") {
  FabricShape shape;
  shape.real = GENERATE(false, true);
  auto image = test::randomFabric(shape, 14);
  auto whole = make(image);
  std::mt19937 random(1);
  std::vector<std::vector<Event>> inputs;
  for (int s = 0; s < 30; ++s)
    inputs.push_back(test::randomInput(random, shape.sources, 0.4, 70));
  std::vector<std::vector<std::byte>> kept;
  for (const auto &input : inputs) {
    kept.push_back(whole->checkpoint());
    whole->inject(0, input);
    whole->step();
  }
  auto other = make(image, 3);
  for (size_t s = 0; s < kept.size(); s += 7) {
    other->restore(kept[s]);
    REQUIRE(other->checkpoint() == kept[s]);
    for (size_t t = s; t < inputs.size(); ++t) {
      other->inject(0, inputs[t]);
      other->step();
    }
    REQUIRE(other->counters() == whole->counters());
    REQUIRE(other->checkpoint() == whole->checkpoint());
  }
}

TEST_CASE("float neurons see the same sums") {
  FabricShape shape;
  shape.real = true;
  auto image = test::randomFabric(shape, 6);
  auto machine = make(image);
  auto counters = run(*machine, shape.sources, 50, 2);
  REQUIRE(counters["spikes"] > 0);
  std::vector<int32_t> raw(image->meta().nodes()->Get(1)->size());
  REQUIRE_THROWS_AS(machine->observeRaw(1, 0, raw), std::logic_error);
  std::vector<double> real(raw.size());
  machine->observe(1, 0, real);
  REQUIRE(
      std::any_of(real.begin(), real.end(), [](double v) { return v != 0 && std::isfinite(v); }));
}

TEST_CASE("input that is no count is refused, naming node and neuron") {
  auto machine = make(test::randomFabric({}, 1));
  auto refuses = [&](Event event) {
    std::vector<Event> events = {event};
    REQUIRE_THROWS_WITH(machine->inject(0, events),
                        Catch::Contains("node 'in', neuron " + std::to_string(event.neuron)));
    REQUIRE_THROWS_AS(machine->inject(0, events), InputError);
  };
  refuses({0, 0.5});
  refuses({1, -1});
  refuses({2, std::nan("")});
  refuses({2, std::numeric_limits<double>::infinity()});
  refuses({1000, 1});
  REQUIRE_THROWS_AS(machine->inject(1, std::vector<Event>{{0, 1}}), InputError);
}
