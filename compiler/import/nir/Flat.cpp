// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/import/nir/Flat.h"

#include "runtime/image/Errors.h"

#include <bit>
#include <cstring>

namespace spindle::nir {
namespace {

static_assert(std::endian::native == std::endian::little, "the flat form is read as it stands");

class Decoder {
public:
  explicit Decoder(std::span<const std::byte> bytes) : rest_(bytes) {}

  RawFile file() {
    RawFile out;
    out.version = string();
    graph(out.graph, 0);
    out.warnings = std::move(warnings_);
    if (!rest_.empty())
      damaged();
    return out;
  }

private:
  [[noreturn]] static void damaged() { throw UserError("the file is damaged or hostile"); }

  std::span<const std::byte> take(uint64_t bytes) {
    if (bytes > rest_.size())
      damaged();
    auto out = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return out;
  }
  template <typename T> T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  bool flag() {
    auto value = number<uint8_t>();
    if (value > 1)
      damaged();
    return value == 1;
  }
  /// A count of things that take at least `bytes` each.
  uint32_t count(uint32_t limit, uint64_t bytes) {
    auto n = number<uint32_t>();
    if (n > limit || n * bytes > rest_.size())
      damaged();
    return n;
  }
  std::string string() {
    auto bytes = take(count(kMaxString, 1));
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
  }

  Value value() {
    auto tag = number<char>();
    if (tag == 'S')
      return string();
    if (tag != 'A')
      damaged();
    Array array;
    array.real = flag();
    array.single = flag();
    auto rank = number<uint8_t>();
    if (rank > kMaxRank)
      damaged();
    uint64_t elements = 1;
    for (unsigned d = 0; d < rank; ++d) {
      auto extent = number<int64_t>();
      if (extent < 0 || static_cast<uint64_t>(extent) > kMaxElements)
        damaged();
      array.shape.push_back(extent);
      elements *= static_cast<uint64_t>(extent);
      if (elements > kMaxElements)
        damaged();
    }
    auto bytes = take(elements * sizeof(double)); // before the allocation
    array.values.resize(elements);
    if (elements > 0)
      std::memcpy(array.values.data(), bytes.data(), bytes.size());
    return array;
  }

  std::map<std::string, Value> values() {
    std::map<std::string, Value> out;
    for (uint32_t n = count(kMaxNodes, 5); n > 0; --n) {
      std::string key = string();
      if (!rest_.empty() && rest_.front() == std::byte{'X'}) {
        rest_ = rest_.subspan(1);
        warnings_.push_back(string());
        continue;
      }
      if (!out.emplace(std::move(key), value()).second)
        damaged();
    }
    return out;
  }

  void graph(RawGraph &out, unsigned depth) {
    if (depth > kMaxDepth)
      damaged();
    for (uint32_t n = count(kMaxEdges, 8); n > 0; --n) {
      std::string from = string();
      out.edges.emplace_back(std::move(from), string());
    }
    out.metadata = values();
    for (uint32_t n = count(kMaxNodes, 17); n > 0; --n) {
      std::string name = string();
      if (++nodes_ > kMaxNodes)
        damaged();
      RawNode node;
      node.type = string();
      node.fields = values();
      node.metadata = values();
      if (flag()) {
        node.graph = std::make_unique<RawGraph>();
        graph(*node.graph, depth + 1);
      }
      if (!out.nodes.emplace(std::move(name), std::move(node)).second)
        damaged();
    }
  }

  std::span<const std::byte> rest_;
  std::vector<std::string> warnings_;
  uint64_t nodes_ = 0;
};

} // namespace

RawFile decodeFlat(std::span<const std::byte> bytes) { return Decoder(bytes).file(); }

} // namespace spindle::nir
