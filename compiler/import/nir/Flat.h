// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a NIR file says, before any repair, and the binary form in which the reading process hands
// it over. The decoder knows no HDF5 and trusts nothing: the process that wrote the bytes read a
// file from a stranger with a library that may have been subverted by it.
//
// flat  := str version, graph                  (little-endian throughout)
// graph := u32 edges, (str from, str to)*, values metadata, u32 nodes, (str name, node)*
// node  := str type, values fields, values metadata, u8 nested, graph if nested = 1
// values:= u32 count, (str key, value)*
// value := u8 'S', str | u8 'A', u8 real, u8 single, u8 rank, i64 dims[rank], f64 values[product]
//        | u8 'X', str                          (in metadata only: why it cannot be read)
// str   := u32 bytes, bytes
#ifndef SPINDLE_COMPILER_IMPORT_NIR_FLAT_H
#define SPINDLE_COMPILER_IMPORT_NIR_FLAT_H

#include "compiler/import/nir/NirGraph.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace spindle::nir {

// Caps, checked before anything is allocated by a number from a file.
inline constexpr uint64_t kMaxFileBytes = uint64_t{4} << 30;
inline constexpr uint64_t kMaxElements = uint64_t{1} << 28; ///< of one dataset
/// The flat form is larger than the file: numbers become float64, and compressed or unwritten
/// chunks unfold. A small file that unfolds without end is not what an exporter wrote.
inline constexpr uint64_t kMinFlatLimit = uint64_t{256} << 20;
inline constexpr uint64_t kMaxUnfolding = 64;
inline constexpr uint64_t maxFlatBytes(uint64_t fileBytes) {
  return kMinFlatLimit + kMaxUnfolding * fileBytes;
}
inline constexpr unsigned kMaxRank = 8;
inline constexpr unsigned kMaxDepth = 32;
inline constexpr uint32_t kMaxNodes = 1'000'000;
inline constexpr uint32_t kMaxEdges = 4'000'000;
inline constexpr uint32_t kMaxString = 64 << 10;

struct RawGraph;

/// A node as the file has it; `graph` is set for a nested one.
struct RawNode {
  std::string type;
  std::map<std::string, Value> fields, metadata;
  std::unique_ptr<RawGraph> graph;
};

struct RawGraph {
  std::map<std::string, RawNode> nodes;
  std::vector<std::pair<std::string, std::string>> edges;
  std::map<std::string, Value> metadata;
};

struct RawFile {
  std::string version;
  RawGraph graph;
  std::vector<std::string> warnings; ///< metadata that could not be read
};

/// Decodes the flat form. Throws UserError for anything that is not exactly one.
RawFile decodeFlat(std::span<const std::byte> bytes);

/// Flattens, repairs and checks; the result has the shapes of all nodes. Throws UserError naming
/// the node (not the file) when the graph cannot be understood. `weights` as in ImportOptions.
Graph repair(RawFile raw, const std::string &weights = "");

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_FLAT_H
