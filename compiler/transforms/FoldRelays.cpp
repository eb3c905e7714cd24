// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Relays are removed one at a time, in program order, until no more can go.
#include "compiler/transforms/Compose.h"
#include "compiler/transforms/Passes.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace spindle {
#define GEN_PASS_DEF_SNNFOLDRELAYS
#include "compiler/transforms/Passes.h.inc"

namespace {

/// What touches one relay.
struct Surroundings {
  SmallVector<snn::ProjectOp> in, out;
  SmallVector<snn::DriveOp> drives;
  SmallVector<snn::OutputOp> outputs;
  bool loop = false, probed = false, learns = false;

  /// In program order, so that the result does not depend on the order of uses.
  explicit Surroundings(snn::RelayOp relay) {
    for (Operation *user : relay.getPop().getUsers()) {
      if (auto p = dyn_cast<snn::ProjectOp>(user)) {
        bool starts = p.getSource() == relay.getPop(), ends = p.getTarget() == relay.getPop();
        loop |= starts && ends;
        learns |= bool(p.getLearn());
        if (!(starts && ends))
          (starts ? out : in).push_back(p);
      } else if (auto d = dyn_cast<snn::DriveOp>(user)) {
        drives.push_back(d);
      } else if (auto o = dyn_cast<snn::OutputOp>(user)) {
        outputs.push_back(o);
      } else {
        probed = true;
      }
    }
    auto before = [](auto a, auto b) { return a->isBeforeInBlock(b); };
    llvm::sort(in, before);
    llvm::sort(out, before);
    llvm::sort(drives, before);
  }

  /// Passes on what one node emits, in the same step and unchanged.
  bool forwards() { return in.size() == 1 && drives.empty() && transforms::isUnit(in[0]); }
  bool immediate() { return forwards() && in[0].getDelay() == 0 && !in[0].getDelays(); }
};

class Folder {
public:
  Folder(snn::NetworkOp network, bool trivialOnly)
      : network(network), trivialOnly(trivialOnly), composer(network) {}

  LogicalResult run() {
    for (bool changed = true; changed;) {
      changed = false;
      for (snn::RelayOp relay :
           llvm::make_early_inc_range(network.getBody().getOps<snn::RelayOp>())) {
        FailureOr<bool> gone = fold(relay);
        if (failed(gone))
          return failure();
        changed |= *gone;
      }
    }
    eraseUnusedWeights();
    return success();
  }

private:
  FailureOr<bool> fold(snn::RelayOp relay) {
    Surroundings around(relay);
    if (!trivialOnly && around.immediate() && !isa<snn::SourceOp>(sourceOf(around))) {
      for (snn::OutputOp output : around.outputs) // the events are the same ones
        rewire(output, around.in[0].getSource());
      around.outputs.clear();
    }
    if (around.loop || around.probed || around.learns || !around.outputs.empty())
      return false;
    if (trivialOnly && !(around.forwards() && llvm::all_of(around.out, [&](snn::ProjectOp p) {
                           return transforms::Composer::canRestart(around.in[0], p);
                         })))
      return false;
    for (snn::ProjectOp second : around.out) {
      for (snn::DriveOp drive : llvm::reverse(around.drives))
        if (failed(composer.compose(drive, second)))
          return failure();
      for (snn::ProjectOp first : llvm::reverse(around.in)) // each is put right behind `second`
        if (failed(composer.compose(first, second)))
          return failure();
    }
    erase(relay);
    return true;
  }

  static Operation *sourceOf(Surroundings &around) {
    return around.in[0].getSource().getDefiningOp();
  }

  static void rewire(snn::OutputOp output, Value pop) { output.getPopMutable().assign(pop); }

  static void erase(snn::RelayOp relay) {
    for (Operation *user : llvm::make_early_inc_range(relay.getPop().getUsers()))
      user->erase();
    relay.erase();
  }

  void eraseUnusedWeights() {
    llvm::StringSet<> used;
    for (Operation &op : network.getBody().front()) {
      if (auto p = dyn_cast<snn::ProjectOp>(op); p && p.getWeights())
        used.insert(*p.getWeights());
      if (auto d = dyn_cast<snn::DriveOp>(op))
        used.insert(d.getValues());
    }
    for (snn::WeightsOp weights :
         llvm::make_early_inc_range(network.getBody().getOps<snn::WeightsOp>()))
      if (!used.contains(weights.getSymName()))
        weights.erase();
  }

  snn::NetworkOp network;
  bool trivialOnly;
  transforms::Composer composer;
};

struct FoldRelays : impl::SnnFoldRelaysBase<FoldRelays> {
  using SnnFoldRelaysBase::SnnFoldRelaysBase;
  void runOnOperation() override {
    bool trivial = trivialOnly;
    if (failed(transforms::foldRelays(getOperation(), trivial)))
      signalPassFailure();
  }
};

} // namespace

LogicalResult transforms::foldRelays(snn::NetworkOp network, bool trivialOnly) {
  return Folder(network, trivialOnly).run();
}

} // namespace spindle
