// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of learning rules: who may read and write what, and that a trace belongs to its neuron.
#include "dialects/snn/SnnTerms.h"

#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace spindle::snn;

namespace spindle::snn {

SmallVector<Operation *> traceSlice(Region &region, ArrayAttr traces) {
  SmallVector<Operation *> slice;
  if (region.empty())
    return slice;
  llvm::DenseSet<Value> needed;
  for (Operation &op : llvm::reverse(region.front())) {
    auto set = dyn_cast<SetOp>(op);
    bool wanted = set ? termIndex(traces, set.getTerm()) >= 0
                      : llvm::any_of(op.getResults(), [&](Value v) { return needed.contains(v); });
    if (!wanted)
      continue;
    needed.insert(op.operand_begin(), op.operand_end());
    slice.push_back(&op);
  }
  std::reverse(slice.begin(), slice.end());
  return slice;
}

} // namespace spindle::snn

namespace {

/// The traces that `region` writes depend on nothing but `own` traces and parameters.
LogicalResult checkTraces(RuleOp rule, Region &region, StringRef what, ArrayAttr own) {
  for (Operation *op : traceSlice(region, own)) {
    auto get = dyn_cast<GetOp>(op);
    if (!get)
      continue;
    StringRef term = get.getTerm();
    if (termIndex(own, term) < 0 && termIndex(rule.getParams(), term) < 0 &&
        termIndex(rule.getDerived(), term) < 0)
      return get.emitOpError()
             << "a trace that '" << what << "' writes depends on '" << term
             << "': a trace belongs to the neuron, so it may depend on the traces "
                "of the same neuron and parameters only";
  }
  return success();
}

LogicalResult checkDecays(RuleOp rule) {
  for (ArrayAttr list : {rule.getParams(), rule.getDerived(), rule.getSynapse()})
    for (auto term : list.getAsRange<TermAttr>())
      if (!term.getDecay().empty())
        return rule.emitOpError() << "term '" << term.getName()
                                  << "': only the traces of pre and post decay";
  for (ArrayAttr list : {rule.getPre(), rule.getPost()})
    for (auto term : list.getAsRange<TermAttr>())
      if (StringRef tau = term.getDecay(); !tau.empty() && termIndex(rule.getParams(), tau) < 0 &&
                                           termIndex(rule.getDerived(), tau) < 0)
        return rule.emitOpError() << "trace '" << term.getName() << "' decays with '" << tau
                                  << "', which is no parameter or derived term";
  return success();
}

} // namespace

LogicalResult RuleOp::verify() {
  constexpr StringRef kGiven[] = {"weight", "t_pre", "t_post", "error", "modulator"};
  if (failed(checkDistinct(*this, {getParams(), getDerived(), getPre(), getPost(), getSynapse()})))
    return failure();
  for (ArrayAttr list : {getParams(), getDerived(), getPre(), getPost(), getSynapse()})
    for (StringRef name : kGiven)
      if (termIndex(list, name) >= 0)
        return emitOpError() << "term '" << name << "' has a reserved name";
  Scope derive;
  derive.read(getParams());
  derive.readable.insert("dt");
  derive.readable.insert("dt_ms");
  derive.write(getDerived());
  Scope step;
  for (ArrayAttr list : {getParams(), getDerived(), getPre(), getPost()})
    step.read(list);
  step.write(getSynapse());
  for (StringRef name : kGiven)
    step.readable.insert(name);
  step.writable.insert("weight");
  Scope onPre = step, onPost = step;
  onPre.write(getPre());
  onPost.write(getPost());
  if (failed(checkRegion(getDerive(), "derive", derive, true)) ||
      failed(checkRegion(getOnPre(), "on_pre", onPre, false)) ||
      failed(checkRegion(getOnPost(), "on_post", onPost, false)) ||
      failed(checkRegion(getOnStep(), "on_step", step, false)) || failed(checkDecays(*this)) ||
      failed(checkTraces(*this, getOnPre(), "on_pre", getPre())) ||
      failed(checkTraces(*this, getOnPost(), "on_post", getPost())))
    return failure();
  llvm::StringSet<> written;
  getDerive().walk([&](SetOp set) { written.insert(set.getTerm()); });
  for (auto term : getDerived().getAsRange<TermAttr>())
    if (!written.contains(term.getName()))
      return emitOpError() << "derived term '" << term.getName()
                           << "' is never written by 'derive'";
  SmallVector<StringRef> order;
  for (Attribute a : getOrder())
    order.push_back(cast<StringAttr>(a).getValue());
  if (order != ArrayRef<StringRef>{"pre", "post"} && order != ArrayRef<StringRef>{"post", "pre"})
    return emitOpError("order is [\"pre\", \"post\"] or [\"post\", \"pre\"]");
  return success();
}
