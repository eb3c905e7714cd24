// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether the metadata of an image means something: called once per load, before any machine
// allocates by its numbers. Private to runtime/image.
#ifndef SPINDLE_RUNTIME_IMAGE_VERIFY_H
#define SPINDLE_RUNTIME_IMAGE_VERIFY_H

#include "runtime/image/Errors.h"
#include "runtime/image/image_generated.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

namespace spindle::image {

/// Bounds on what a machine would allocate.
inline constexpr uint64_t kMaxNeurons = uint64_t(1) << 30;
inline constexpr uint64_t kMaxDelay = uint64_t(1) << 24;
inline constexpr uint32_t kMostStages = 8; ///< of a delay extension; the machine counts on it

/// What all checks share: the metadata, the data section, and how to complain.
class Checker {
public:
  Checker(const fb::Image &meta, std::span<const std::byte> data) : meta(meta), data_(data) {}

  const fb::Image &meta;

  /// Throws ImageError "image: <where>: <what>" unless `ok`.
  static void require(bool ok, const std::string &where, const std::string &what) {
    if (!ok) [[unlikely]]
      fail(where, what);
  }
  [[noreturn]] static void fail(const std::string &where, const std::string &what);

  /// A vector or string that must be there, if empty. FlatBuffers' verifier does not look at the
  /// alignment of a vector's elements; those of 8 bytes are looked at here, before any is read.
  template <typename T>
  static const T &present(const T *value, const std::string &where, const char *name) {
    require(value != nullptr, where, std::string("'") + name + "' is missing");
    if constexpr (std::is_same_v<T, flatbuffers::Vector<int64_t>> ||
                  std::is_same_v<T, flatbuffers::Vector<const fb::Blob *>>)
      require(value->size() == 0 || reinterpret_cast<uintptr_t>(value->Data()) % 8 == 0, where,
              std::string("'") + name + "' is not aligned");
    return *value;
  }

  /// The bytes of a blob: present, aligned, inside the data section.
  std::span<const std::byte> blob(const fb::Blob *blob, const std::string &where,
                                  const char *name) const;
  /// The same, and exactly `count` elements of T.
  template <typename T>
  std::span<const T> array(const fb::Blob *which, uint64_t count, const std::string &where,
                           const char *name) const {
    auto values = arrayOf<T>(which, where, name);
    require(values.size() == count, where,
            std::string("'") + name + "' has " + std::to_string(values.size()) + " elements, not " +
                std::to_string(count));
    return values;
  }
  /// The same with any number of elements.
  template <typename T>
  std::span<const T> arrayOf(const fb::Blob *which, const std::string &where,
                             const char *name) const {
    auto raw = blob(which, where, name);
    require(raw.size() % sizeof(T) == 0, where, std::string("'") + name + "' has an odd length");
    return {reinterpret_cast<const T *>(raw.data()), raw.size() / sizeof(T)};
  }
  /// Raw bytes of exactly that many.
  void sized(const fb::Blob *which, uint64_t count, uint64_t elementBytes, const std::string &where,
             const char *name) const;
  bool absent(const fb::Blob *blob) const { return !blob || blob->bytes() == 0; }

  const fb::Node &node(uint64_t index, const std::string &where) const;
  /// The model of a population; null for other nodes.
  const fb::Model *modelOf(const fb::Node &node) const;
  /// Input ports of a node: a relay has one, a source none.
  uint32_t portsOf(const fb::Node &node) const;

  /// Starts from 0 and rises to `last`.
  template <typename T>
  static void monotone(std::span<const T> starts, uint64_t last, const std::string &where,
                       const char *name) {
    require(!starts.empty() && starts.front() == 0, where,
            std::string("'") + name + "' does not start at 0");
    for (size_t i = 1; i < starts.size(); ++i)
      require(starts[i - 1] <= starts[i], where, std::string("'") + name + "' falls");
    require(starts.back() == last, where,
            std::string("'") + name + "' does not end at the array's end");
  }

private:
  std::span<const std::byte> data_;
};

inline uint64_t bytesOf(fb::Number number) { return number == fb::Number_F64 ? 8 : 4; }
std::string nameOf(const fb::Node &node);

/// One value or one for each neuron of `node`.
void verifyColumn(const Checker &check, const fb::Column &column, const fb::Node &node,
                  uint64_t elementBytes, const char *name);
/// A column for each term of a model's list, which is null where there is no model.
void verifyColumns(const Checker &check,
                   const flatbuffers::Vector<flatbuffers::Offset<fb::Column>> &columns,
                   const flatbuffers::Vector<flatbuffers::Offset<fb::Term>> *terms,
                   const fb::Node &node, const char *name);

/// Everything; throws ImageError with the reason.
void verify(const fb::Image &meta, std::span<const std::byte> data);
/// Rules, uses and phases; models, nodes and outputs have been verified.
void verifyLearning(const Checker &check);
/// A rule use by its number; null for a negative one.
const fb::RuleUse *ruleUse(const Checker &check, int64_t index, const std::string &where);
/// Of either engine that expands.
void verifyGenerated(const Checker &check, const fb::Generated &generated);
void verifyReference(const Checker &check, const fb::Reference &program);
void verifySpinn(const Checker &check, const fb::Spinn &program);
void verifyXbar(const Checker &check, const fb::Xbar &program);

} // namespace spindle::image

#endif // SPINDLE_RUNTIME_IMAGE_VERIFY_H
