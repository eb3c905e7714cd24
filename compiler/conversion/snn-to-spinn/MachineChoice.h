// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which machine a network is mapped to, and how the dialect writes it down.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_MACHINECHOICE_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_MACHINECHOICE_H

#include "compiler/conversion/snn-to-spinn/SnnToSpinn.h"
#include "compiler/mapping/Machine.h"
#include "dialects/snn/Snn.h"
#include "dialects/spinn/Spinn.h"

#include <optional>
#include <vector>

namespace spindle::spinnmap {

/// The machines that the options allow, from small to large.
class MachineChoice {
public:
  /// Fails with a diagnostic at the network when no machine is as the options say.
  static mlir::FailureOr<MachineChoice> of(snn::NetworkOp network, const ManyCoreOptions &options);

  const map::Machine &machine() const { return *machine_; }
  /// Application cores of the largest machine allowed.
  uint64_t mostCores() const { return mostCores_; }
  /// Takes the smallest machine that has `cores`, if any has.
  void growTo(uint64_t cores);
  /// Takes the next larger machine; false when there is none.
  bool grow();
  /// What the user can do about too few cores.
  std::string remedy(uint64_t neededCores) const;

  /// The machine as an operation, without a body. What is dead of it is written down.
  spinn::MachineOp create(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name,
                          llvm::StringRef network) const;

private:
  std::string board_;
  map::DeadParts dead_;
  std::optional<map::Machine> machine_;
  unsigned boards_ = 1;    ///< of the machine, dead ones counted
  bool automatic_ = false; ///< may grow
  uint64_t mostCores_ = 0;
};

} // namespace spindle::spinnmap

namespace spindle {

/// The mesh of a machine as its image holds it: chip (x, y) at y * width + x.
struct MachineMesh {
  uint16_t width = 0, height = 0;
  std::vector<uint8_t> processors; ///< live cores of a chip with the monitor; 0: no chip
  std::vector<uint8_t> links;      ///< bit l: link l works
};

/// Fails with a diagnostic at the machine when there is none of that kind and size.
mlir::FailureOr<MachineMesh> meshOf(spinn::MachineOp machine);

} // namespace spindle

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_MACHINECHOICE_H
