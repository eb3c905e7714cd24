// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Population tables and rows: what a key finds in the machine's words (S6, S7), what the compiler
// writes read back, and each way in which words can be wrong.
#include "compiler/mapping/Rows.h"
#include "runtime/image/Errors.h"
#include "sim/spinn/Rows.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <random>
#include <set>

using namespace spindle::spinn;
using Catch::Matchers::Contains;
using Words = std::vector<uint32_t>;

namespace {

/// Keys 0x40 to 0x43 with rows of up to two synapses, keys 0x80 to 0x81 with one list of two
/// matrices: rows of one synapse, and an address that is none.
struct Sample {
  Words table{2,          3, //
              0x40,       ~3u,        1u << 16 | 0,
              0,          4, // key, mask, count and start, core split, neurons
              0x80,       ~1u,        2u << 16 | 1,
              0,          2, //
              0 << 8 | 1, 5 << 8 | 0, 0xffffffu << 8};
  Words sdram{0, 2, 0, 11, 12, 0, 1, 0, 21, 0, 0, 0, 0, 0, 0, 0, 2, 0, 41, 42, // 4 rows of 5 words
              0, 1, 0, 51, 0,  1, 0, 61};                                      // 2 rows of 4 words

  PopulationTable load() const { return {table, sdram, "image: core (1,2,3)"}; }
  /// The synapses of `key`, all rows together.
  Words find(uint32_t key) const {
    std::vector<Row> rows;
    found = load().lookUp(key, rows);
    Words words;
    for (Row row : rows) {
      CHECK(!row.empty()); // a row without synapses is none
      words.insert(words.end(), row.begin(), row.end());
    }
    return words;
  }
  mutable bool found = false;
};

void refuse(const Sample &sample, const char *message) {
  INFO(message);
  CHECK_THROWS_WITH(sample.find(0x40), Contains("image: core (1,2,3): ") && Contains(message));
  CHECK_THROWS_AS(sample.find(0x40), spindle::ImageError);
}

} // namespace

TEST_CASE("a key finds its rows") {
  Sample s;
  CHECK(s.find(0x40) == Words{11, 12});
  CHECK(s.find(0x41) == Words{21});
  CHECK(s.find(0x42).empty());
  CHECK(s.found); // an entry, though no synapse
  CHECK(s.find(0x43) == Words{41, 42});
  CHECK(s.find(0x80) == Words{51});
  CHECK(s.find(0x81) == Words{61});
}

TEST_CASE("a key without an entry is a miss") {
  Sample s;
  for (uint32_t key : {0u, 0x3fu, 0x44u, 0x7fu, 0x82u, 0xffffffffu}) {
    CHECK(s.find(key).empty());
    CHECK(!s.found);
  }
  s.table.clear(); // a core to which no synapse leads
  s.find(0x40);
  CHECK(!s.found);
}

TEST_CASE("colour bits and the core's part of a key") {
  Sample s;
  s.table = {1, 1, 0x40, ~63u, 1u << 16 | 1u << 13 | 0, 4u << 16 | 1u, 2, 1};
  // Bit 4: which core of 2 neurons; bit 0: colour, bits 1 to 3: neuron of the core.
  CHECK(s.find(0x40) == Words{11, 12});
  CHECK(s.find(0x41) == Words{11, 12});
  CHECK(s.find(0x42) == Words{21});
  CHECK(s.find(0x50).empty());
  CHECK(s.find(0x52) == Words{41, 42});
}

TEST_CASE("tables that contradict themselves are refused") {
  auto with = [](auto spoil) {
    Sample s;
    spoil(s.table);
    return s;
  };
  refuse(with([](Words &t) { t.pop_back(); }), "population table has a wrong length");
  refuse(with([](Words &t) { t.resize(1); }), "population table has a wrong length");
  refuse(with([](Words &t) { t[0] = 0x40000000; }), "population table has a wrong length");
  refuse(with([](Words &t) { t[7] = 0x40; }), "population table is not sorted by key");
  refuse(with([](Words &t) { t[7] = 0x3f; }), "population table is not sorted by key");
  refuse(with([](Words &t) { t[4] = 1u << 16 | 3; }), "leaves the address list");
  refuse(with([](Words &t) { t[9] = 3u << 16 | 1; }), "leaves the address list");
  refuse(with([](Words &t) { t[5] = 32u << 16; }), "leaves the address list");
}

TEST_CASE("rows that the machine could not read are refused") {
  auto with = [](auto spoil) {
    Sample s;
    spoil(s);
    return s;
  };
  refuse(with([](Sample &s) { s.sdram.resize(4); }), "lies outside the core's SDRAM");
  refuse(with([](Sample &s) { s.table[12] = 7 << 8 | 1; }), "lies outside the core's SDRAM");
  refuse(with([](Sample &s) { s.table[12] = 0xfffffe << 8 | 255; }), "outside the core's SDRAM");
  refuse(with([](Sample &s) { s.sdram[0] = 1; }), "plastic synapses");
  refuse(with([](Sample &s) { s.sdram[2] = 1; }), "plastic synapses");
  refuse(with([](Sample &s) { s.sdram[1] = 3; }), "more synapses than its matrix is wide");
  Sample last;
  last.sdram.resize(20); // the rows of the second entry are gone, those of the first are whole
  CHECK(last.find(0x43) == Words{41, 42});
  CHECK_THROWS_AS(last.find(0x80), spindle::ImageError);
}

TEST_CASE("what the compiler writes is what the machine reads") {
  namespace map = spindle::map;
  std::mt19937_64 random(7);
  auto below = [&](uint64_t n) { return static_cast<uint32_t>(random() % n); };
  uint32_t longest = 0;
  for (int round = 0; round < 50; ++round) {
    map::RingBits ring{below(6), 1, 3};
    std::vector<map::Matrix> matrices(1 + below(4));
    std::vector<std::vector<std::multiset<uint32_t>>> expected;
    for (uint32_t m = 0; m < matrices.size(); ++m) {
      map::Matrix &matrix = matrices[m];
      matrix.sources = 1 + below(8);
      matrix.keys = {0x100 - 8 * m, ~7u}; // by descending key: the table sorts them
      expected.emplace_back(matrix.sources);
      for (uint32_t i = below(round % 5 == 0 ? 3000 : 20); i > 0; --i) {
        map::Synapse s{below(matrix.sources), below(8), below(2), 1 + below(1u << ring.delay),
                       static_cast<uint16_t>(1 + below(65535))};
        matrix.synapses.push_back(s);
        uint32_t delay = s.delay % (1u << ring.delay); // the longest is stored as 0
        expected[m][s.source].insert(uint32_t(s.weight) << 16 | delay << 4 | s.type << 3 |
                                     s.target);
      }
    }
    auto words = map::buildRows(matrices, ring);
    REQUIRE(bool(words));
    PopulationTable table(words->table, words->sdram, "core");
    for (uint32_t m = 0; m < matrices.size(); ++m)
      for (uint32_t source = 0; source < matrices[m].sources; ++source) {
        std::vector<Row> rows;
        bool found = table.lookUp(matrices[m].keys.key + source, rows);
        std::multiset<uint32_t> read;
        for (Row row : rows) {
          REQUIRE(row.size() <= map::kRowLimit);
          read.insert(row.begin(), row.end());
        }
        CHECK(found == !matrices[m].synapses.empty());
        CHECK(read == expected[m][source]);
        longest = std::max<uint32_t>(longest, read.size());
      }
  }
  CHECK(longest > 2 * map::kRowLimit); // rows that take several matrices are among them
}
