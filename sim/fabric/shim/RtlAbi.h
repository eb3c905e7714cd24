// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the harness and a compiled RTL model say to each other. Read by both: the harness includes
// it, and its text goes into the unit that is compiled at run time.
#ifndef SPINDLE_SIM_FABRIC_SHIM_RTLABI_H
#define SPINDLE_SIM_FABRIC_SHIM_RTLABI_H

#include <cstdint>

namespace spindle::fabric::abi {

/// The devices of a tile; its address is the 64-bit handle port. rows: 32 a word, row 0 in bit 0.
struct Array {
  void *owner;
  void (*read)(void *owner, int bank, const uint32_t *rows);
  void (*sample)(void *owner, int group, uint32_t *sums);
};

/// The synapses of a tile that learns and its source of random bits. Vectors are packed, the first
/// element in the lowest bits: inputs of 9 bits with sign, sums of 32, random words of 16, counts
/// of 8 with sign, trains of 31.
struct Pairs {
  void *owner;
  void (*read)(void *owner, int transposed, const uint32_t *inputs);
  void (*sample)(void *owner, int transposed, int group, uint32_t *sums);
  void (*draw)(void *owner, uint64_t number, int row, uint32_t *words);
  void (*slot)(void *owner, uint64_t number, int slot, uint32_t *words);
  void (*pulse)(void *owner, uint64_t number, int row, const uint32_t *counts);
  void (*coincide)(void *owner, uint64_t number, const uint32_t *rows, const uint32_t *columns,
                   const uint32_t *up, int most);
  int (*refresh)(void *owner, uint64_t number, int row, int high, int low, int verify);
};

struct LearnIn {
  uint64_t handle;
  uint32_t busAddress, busData;
  uint8_t resetN, busValid, busWrite;
};
struct LearnOut {
  uint32_t busData, cycles;
  uint8_t busy;
};

struct TileIn {
  uint64_t handle;
  uint32_t step, busAddress, busData, rxFlit;
  uint8_t resetN, stepValid, busValid, busWrite, rxValid, txReady;
};
struct TileOut {
  const uint16_t *codes; ///< of a converter group, valid with obsAdc
  uint32_t busData, txFlit, obsValue;
  uint8_t busy, rxReady, txValid, obsAdc, obsEmit, obsColumn;
};

struct RouterIn {
  uint32_t flit[5];
  uint8_t resetN, x, y, valid, outReady;
};
struct RouterOut {
  uint32_t flit[5];
  uint8_t busy, ready, valid;
};

/// One clock: set the inputs, rising edge, give the outputs that follow it.
struct TileApi {
  void *(*create)();
  void (*destroy)(void *);
  void (*clock)(void *, const TileIn *, TileOut *);
};
struct LearnApi {
  void *(*create)();
  void (*destroy)(void *);
  void (*clock)(void *, const LearnIn *, LearnOut *);
};
struct RouterApi {
  void *(*create)();
  void (*destroy)(void *);
  void (*clock)(void *, const RouterIn *, RouterOut *);
};

} // namespace spindle::fabric::abi

#endif // SPINDLE_SIM_FABRIC_SHIM_RTLABI_H
