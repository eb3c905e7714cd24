// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Projections as lists of synapses, and the network as lists of nodes: what every lowering starts
// from.
#ifndef SPINDLE_COMPILER_TRANSFORMS_CONNECTIVITY_H
#define SPINDLE_COMPILER_TRANSFORMS_CONNECTIVITY_H

#include "dialects/snn/Snn.h"

#include <cstdint>
#include <vector>

namespace spindle::transforms {

/// Synapses by source neuron (CSR), targets ascending inside a row. Stored maps have no zero
/// weights (unless the projection learns: then every weight that is stored is a synapse) and no
/// pair twice; generated ones and lists may have both.
struct Connectivity {
  uint64_t sources = 0, targets = 0;
  std::vector<uint64_t> rowStart; ///< sources + 1 entries
  std::vector<uint32_t> target;
  std::vector<double> weight;
  std::vector<uint32_t> delay; ///< steps on top of the projection's; empty: none

  uint64_t synapses() const { return target.size(); }
};

/// No projection may have more synapses than this once expanded.
inline constexpr uint64_t kMaxSynapses = uint64_t(1) << 28;

/// The synapses of `project`, whatever its map. Fails with a diagnostic at the projection where the
/// map cannot be expanded (a generated map that needs random draws, a weight that is not finite,
/// too many synapses).
mlir::FailureOr<Connectivity> expand(snn::ProjectOp project);

/// The values of stored weights in row-major order, zeros included; empty where the storage is of a
/// kind that cannot be read (an external resource that is absent).
mlir::FailureOr<std::vector<double>> readReals(mlir::ElementsAttr values);

/// The values that a drive adds, one per neuron of its target.
mlir::FailureOr<std::vector<double>> readDrive(snn::DriveOp drive);

/// A network's parts in program order.
struct Dataflow {
  explicit Dataflow(snn::NetworkOp network);

  std::vector<snn::SourceOp> sources;
  std::vector<snn::RelayOp> relays;
  std::vector<snn::PopulationOp> populations;
  std::vector<snn::ProjectOp> projections;
  std::vector<snn::DriveOp> drives;
  std::vector<snn::CurrentOp> currents;
  std::vector<snn::OutputOp> outputs;
  std::vector<snn::ProbeOp> probes;
  std::vector<mlir::Value> nodes; ///< sources, relays and populations as they stand in the program
  llvm::DenseMap<mlir::Value, unsigned> index; ///< position in `nodes`
};

/// The one network of a module; a diagnostic when there is none or more than one.
mlir::FailureOr<snn::NetworkOp> theNetwork(mlir::Operation *module);

int64_t sizeOf(mlir::Value pop);
llvm::ArrayRef<int64_t> shapeOf(mlir::Value pop);

/// The earliest step after its own in which an event may arrive: `delay` plus the smallest entry of
/// `delays`, or plus 1 where the delays are drawn.
int64_t minDelay(snn::ProjectOp project);
int64_t maxDelay(snn::ProjectOp project);

/// Whether the port of the target counts magnitudes of weights only.
bool isMagnitude(snn::ProjectOp project);

/// One to one, weight 1: what comes in is passed on unchanged (after the delay).
bool isUnit(snn::ProjectOp project);

/// Nodes in an order in which every zero-delay projection runs forward; program order where that
/// leaves a choice. Fails with a diagnostic that names the nodes of a zero-delay loop.
mlir::FailureOr<std::vector<mlir::Value>> evaluationOrder(snn::NetworkOp network);

} // namespace spindle::transforms

#endif // SPINDLE_COMPILER_TRANSFORMS_CONNECTIVITY_H
