// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiled models of a fabric and single instances of them.
#ifndef SPINDLE_SIM_FABRIC_RTLMODELS_H
#define SPINDLE_SIM_FABRIC_RTLMODELS_H

#include "sim/fabric/FabricImage.h"
#include "sim/fabric/RtlBuild.h"
#include "sim/fabric/TraceHash.h"
#include "sim/fabric/shim/RtlAbi.h"

#include <functional>

namespace spindle::fabric {

/// What xb_tile.sv is compiled from, for the tiles of `fabric`; `files` of a larger top start with
/// these.
ModelSource tileSource(const Fabric &fabric, bool assertions);
ModelSource routerSource(bool assertions);

/// The devices of a tile as the RTL sees them.
class ArrayPort {
public:
  ArrayPort(const Fabric &fabric, const Tile &tile);
  ArrayPort(const ArrayPort &) = delete;
  ArrayPort &operator=(const ArrayPort &) = delete;
  uint64_t handle() const { return reinterpret_cast<uint64_t>(&port_); }

private:
  void read(int bank, const uint32_t *rows);
  void sample(int group, uint32_t *sums) const;

  const Tile &tile_;
  abi::Array port_;
  size_t converters_;
  std::vector<uint64_t> mask_;
  std::vector<int32_t> sums_; ///< held since the last read, all physical columns
};

class TileInstance {
public:
  TileInstance(std::shared_ptr<ModelLibrary> library, const Fabric &fabric, const Tile &tile,
               uint32_t drives);
  ~TileInstance();
  TileInstance(const TileInstance &) = delete;
  TileInstance &operator=(const TileInstance &) = delete;

  /// Reset and configure: as if it had just been made.
  void start();
  void clock() { api_->clock(model_, &in, &out); }
  uint32_t read(uint32_t address);
  uint64_t status(uint32_t counter);
  /// After a clock with out.obsAdc: adds the codes of the columns in use.
  void hashCodes();

  abi::TileIn in = {};
  abi::TileOut out = {};
  TraceHash adcHash, stateHash;
  const Tile &tile;

private:
  const Fabric &fabric_;
  uint32_t drives_;
  std::shared_ptr<ModelLibrary> library_;
  const abi::TileApi *api_;
  void *model_;
  ArrayPort array_;
  uint32_t group_ = 0;
};

class RouterInstance {
public:
  RouterInstance(std::shared_ptr<ModelLibrary> library, uint32_t x, uint32_t y);
  ~RouterInstance();
  RouterInstance(const RouterInstance &) = delete;
  RouterInstance &operator=(const RouterInstance &) = delete;

  void start();
  void clock() { api_->clock(model_, &in, &out); }

  abi::RouterIn in = {};
  abi::RouterOut out = {};

private:
  std::shared_ptr<ModelLibrary> library_;
  const abi::RouterApi *api_;
  void *model_;
};

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_RTLMODELS_H
