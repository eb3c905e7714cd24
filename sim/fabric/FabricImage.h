// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fabric program of an image, checked and unpacked: what both engines are built from.
#ifndef SPINDLE_SIM_FABRIC_FABRICIMAGE_H
#define SPINDLE_SIM_FABRIC_FABRICIMAGE_H

#include "runtime/image/Image.h"
#include "sim/device/CrossbarArray.h"

#include <array>
#include <memory>
#include <vector>

namespace spindle::fabric {

/// One value per logical column: 32-bit words of a fixed-point model, or reals.
struct TileColumn {
  std::vector<int32_t> fixed;
  std::vector<double> real;
};

struct TileDrive {
  uint64_t from; ///< first step in which it is added
  TileColumn values;
};

struct Tile {
  uint32_t x, y;
  uint32_t node, model;
  uint64_t onset;
  bool real; ///< float64 neurons
  std::vector<uint32_t> neurons;
  std::vector<device::CrossbarArray> banks;
  std::vector<int32_t> scale;
  std::vector<double> scaleReal;
  uint32_t scaleShift, adcShift;
  std::vector<TileColumn> param, init;
  std::vector<TileDrive> drives;
  std::vector<uint32_t> routeStart, routes;

  size_t columns() const { return neurons.size(); }
  /// Devices of a row in use: a positive and a negative one per column.
  size_t devices() const { return 2 * neurons.size(); }
};

struct Source {
  uint32_t node;
  std::vector<uint32_t> routeStart, routes;
};

inline constexpr uint32_t kNoTile = ~0u;

struct Fabric {
  std::shared_ptr<const image::Image> image;
  uint32_t rows, cols, banks, slots, countBits;
  uint32_t meshWidth, meshHeight;
  uint32_t levels, adcBits, adcShare;
  uint32_t tSetup, tInt, tMux, tSample;
  std::vector<Tile> tiles;
  std::vector<Source> sources;
  std::array<uint32_t, 256> tileAt; ///< tile index by Flit::position(), or kNoTile
  std::vector<std::vector<uint32_t>> tilesOfNode;

  uint32_t maxCount() const { return (1u << countBits) - 1; }
  int32_t fullScale() const { return int32_t((uint64_t(1) << adcBits) - 1); }
  /// Clocks of one READ (docs/fabric.md).
  uint64_t readCycles() const {
    return uint64_t(tSetup) + tInt + uint64_t(adcShare) * (uint64_t(tMux) + tSample + adcBits);
  }
};

/// Throws ImageError, naming the tile, when the program is not one that a fabric can run.
Fabric readFabric(std::shared_ptr<const image::Image> image);

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_FABRICIMAGE_H
