// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form and checks of the operations.
#include "dialects/spinn/Spinn.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <map>
#include <set>
#include <tuple>

using namespace mlir;
using namespace spindle::spinn;

//===- Text -----------------------------------------------------------------------------------===//

static void printWord(OpAsmPrinter &printer, uint32_t word) {
  printer.getStream() << llvm::format_hex(word, 10);
}

static ParseResult parseWord(OpAsmParser &parser, int64_t &word) {
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseInteger(word))
    return failure();
  if (word < 0 || word > int64_t(UINT32_MAX))
    return parser.emitError(loc, "not a word of 32 bits");
  return success();
}

static void printHex(OpAsmPrinter &printer, Operation *, IntegerAttr word) {
  printWord(printer, static_cast<uint32_t>(word.getInt()));
}

static ParseResult parseHex(OpAsmParser &parser, IntegerAttr &attr) {
  int64_t word;
  if (parseWord(parser, word))
    return failure();
  attr = parser.getBuilder().getI64IntegerAttr(word);
  return success();
}

static void printBits(OpAsmPrinter &printer, uint32_t bits) {
  printer << '[';
  llvm::ListSeparator separator;
  for (unsigned i = 0; i < 32; ++i)
    if ((bits >> i) & 1)
      printer << StringRef(separator) << i;
  printer << ']';
}

static ParseResult parseBits(OpAsmParser &parser, unsigned limit, uint32_t &bits) {
  bits = 0;
  return parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, [&]() -> ParseResult {
    unsigned bit;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseInteger(bit))
      return failure();
    if (bit >= limit)
      return parser.emitError(loc) << "number " << bit << " is not below " << limit;
    bits |= 1u << bit;
    return success();
  });
}

static void printEntries(OpAsmPrinter &printer, Operation *, DenseI32ArrayAttr entries) {
  ArrayRef<int32_t> words = entries;
  printer << '{';
  printer.increaseIndent();
  for (size_t i = 0; i + 3 <= words.size(); i += 3) {
    printer.printNewline();
    printer << "key ";
    printWord(printer, static_cast<uint32_t>(words[i]));
    printer << " mask ";
    printWord(printer, static_cast<uint32_t>(words[i + 1]));
    uint32_t route = static_cast<uint32_t>(words[i + 2]);
    printer << " to links ";
    printBits(printer, route & ((1u << kLinks) - 1));
    printer << " cores ";
    printBits(printer, route >> kLinks);
  }
  printer.decreaseIndent();
  printer.printNewline();
  printer << '}';
}

static ParseResult parseEntries(OpAsmParser &parser, DenseI32ArrayAttr &entries) {
  SmallVector<int32_t> words;
  if (parser.parseLBrace())
    return failure();
  while (succeeded(parser.parseOptionalKeyword("key"))) {
    int64_t key, mask;
    uint32_t links, cores;
    if (parseWord(parser, key) || parser.parseKeyword("mask") || parseWord(parser, mask) ||
        parser.parseKeyword("to") || parser.parseKeyword("links") ||
        parseBits(parser, kLinks, links) || parser.parseKeyword("cores") ||
        parseBits(parser, kCores, cores))
      return failure();
    words.append({static_cast<int32_t>(key), static_cast<int32_t>(mask),
                  static_cast<int32_t>(links | cores << kLinks)});
  }
  if (parser.parseRBrace())
    return failure();
  entries = parser.getBuilder().getDenseI32ArrayAttr(words);
  return success();
}

#define GET_OP_CLASSES
#include "dialects/spinn/SpinnOps.cpp.inc"

//===- Single operations ----------------------------------------------------------------------===//

/// Whether it is a core that a program can have.
static LogicalResult verifyPlace(Operation *op, uint64_t x, uint64_t y, uint64_t p) {
  if (x <= kMaxPlace && y <= kMaxPlace && p >= 1 && p < kCores)
    return success();
  return op->emitOpError() << "is not at an application core (1 to " << kCores - 1 << " of a chip)";
}

LogicalResult CoreOp::verify() {
  // The getters of I64Attr are unsigned.
  auto lo = static_cast<int64_t>(getLo()), hi = static_cast<int64_t>(getHi());
  int64_t neurons = hi - lo;
  if (lo < 0 || hi <= lo || neurons > kNeuronsPerCore)
    return emitOpError() << "holds neurons " << lo << " to " << hi << " of '" << getNode()
                         << "': a core holds 1 to " << kNeuronsPerCore;
  if (failed(verifyPlace(*this, getX(), getY(), getP())))
    return failure();
  if (static_cast<int64_t>(getOnset()) < 0)
    return emitOpError() << "has a negative onset";
  if (getRing().has_value() != getShift().has_value())
    return emitOpError() << "needs a ring and shifts together";
  if (!getRing())
    return success();
  if (neurons > int64_t(1) << getRing()->getIndex())
    return emitOpError() << "holds " << neurons << " neurons, more than " << getRing()->getIndex()
                         << " index bits tell apart";
  if (getShift()->size() % 2 != 0 || int64_t(getShift()->size()) > int64_t(1)
                                                                       << getRing()->getType())
    return emitOpError() << "has " << getShift()->size() << " shifts: two for each port, at most 2^"
                         << getRing()->getType();
  ArrayRef<int64_t> shifts = *getShift();
  for (int64_t shift : shifts)
    if (shift < 0 || shift > kMaxShift)
      return emitOpError() << "has a shift of " << shift << ", not 0 to " << kMaxShift;
  return success();
}

LogicalResult ExtensionOp::verify() {
  if (failed(verifyPlace(*this, getX(), getY(), getP())))
    return failure();
  auto stages = static_cast<int64_t>(getStages()), step = static_cast<int64_t>(getStep());
  if (stages < 1 || stages > kMostStages)
    return emitOpError() << "has " << stages << " stages, not 1 to " << kMostStages;
  if (step < 1 || step > int64_t(1) << kRingBits || (step & (step - 1)) != 0)
    return emitOpError() << "has a step of " << step << ": the ring of its targets has 2^0 to 2^"
                         << kRingBits << " slots";
  return success();
}

LogicalResult KeysOp::verify() {
  if (getKey() > UINT32_MAX || getMask() > UINT32_MAX)
    return emitOpError() << "has a key or mask of more than 32 bits";
  auto key = static_cast<uint32_t>(getKey()), mask = static_cast<uint32_t>(getMask());
  if ((key & ~mask) != 0)
    return emitOpError() << "has a key with bits outside its mask";
  if ((~mask & (~mask + 1)) != 0)
    return emitOpError() << "has a mask with a gap";
  return success();
}

LogicalResult RoutesOp::verify() {
  if (getEntries().size() % 3 != 0)
    return emitOpError() << "needs three words for each entry";
  if (int64_t(getEntries().size() / 3) > kRouterEntries)
    return emitOpError() << "has " << getEntries().size() / 3 << " entries: a router holds "
                         << kRouterEntries;
  if (getX() > kMaxPlace || getY() > kMaxPlace)
    return emitOpError() << "is not at a chip";
  ArrayRef<int32_t> words = getEntries();
  for (size_t i = 0; i < words.size(); i += 3)
    if ((words[i] & ~words[i + 1]) != 0)
      return emitOpError() << "has an entry that no key meets: its key has bits outside its mask";
  return success();
}

static LogicalResult verifyWords(Operation *op, ElementsAttr words) {
  auto type = dyn_cast<RankedTensorType>(words.getType());
  if (!type || type.getRank() != 1 || !type.getElementType().isSignlessInteger(32))
    return op->emitOpError() << "needs words: a tensor<Nxi32>";
  return success();
}

LogicalResult RowsOp::verify() { return verifyWords(*this, getWords()); }

LogicalResult TableOp::verify() {
  if (failed(verifyWords(*this, getWords())))
    return failure();
  auto dense = dyn_cast<DenseElementsAttr>(getWords());
  if (!dense)
    return success(); // stored elsewhere; the machine checks it when it loads
  SmallVector<int32_t> words(dense.getValues<int32_t>());
  if (words.size() < 2 || words[0] < 0 || words[1] < 0 ||
      int64_t(words.size()) != 2 + int64_t(words[0]) * 5 + words[1])
    return emitOpError() << "has " << words.size() << " words, which its first two do not say";
  for (int32_t i = 1; i < words[0]; ++i)
    if (uint32_t(words[2 + 5 * i]) <= uint32_t(words[2 + 5 * (i - 1)]))
      return emitOpError() << "has entries out of order";
  if (getLearn() && static_cast<int64_t>(getLearn()->size()) != words[1])
    return emitOpError() << "says of " << getLearn()->size() << " addresses whether they learn, of "
                         << words[1];
  return success();
}

//===- The machine ----------------------------------------------------------------------------===//

namespace {

/// Checks that concern several operations of a machine.
class MachineCheck {
public:
  explicit MachineCheck(MachineOp machine) : machine(machine) {}

  LogicalResult run() {
    for (Operation &op : machine.getBody().front()) {
      LogicalResult result = inside(op);
      if (failed(result))
        return failure();
      if (auto core = dyn_cast<CoreOp>(op))
        result = place(op, core.getX(), core.getY(), core.getP());
      else if (auto extension = dyn_cast<ExtensionOp>(op))
        result = extend(extension);
      else if (auto keys = dyn_cast<KeysOp>(op))
        result = block(keys);
      else if (auto table = dyn_cast<TableOp>(op))
        result = synapses(op, table.getCore());
      else if (auto rows = dyn_cast<RowsOp>(op))
        result = synapses(op, rows.getCore());
      else if (auto routes = dyn_cast<RoutesOp>(op))
        result = unique(chips, {routes.getX(), routes.getY(), 0}, op, "a table for this chip");
      if (failed(result))
        return failure();
    }
    return keysApart();
  }

private:
  LogicalResult inside(Operation &op) {
    auto x = op.getAttrOfType<IntegerAttr>("x"), y = op.getAttrOfType<IntegerAttr>("y");
    if (!x || !y || (x.getInt() < machine.sizeX() && y.getInt() < machine.sizeY()))
      return success();
    return op.emitOpError() << "is at chip (" << x.getInt() << ", " << y.getInt()
                            << "), outside a machine of " << machine.sizeX() << " x "
                            << machine.sizeY() << " chips";
  }

  using Place = std::tuple<int64_t, int64_t, int64_t>;

  LogicalResult unique(std::map<Place, Operation *> &seen, Place at, Operation &op,
                       StringRef what) {
    auto [it, isNew] = seen.try_emplace(at, &op);
    if (isNew)
      return success();
    InFlightDiagnostic error = op.emitOpError() << "is a second one: there is " << what;
    error.attachNote(it->second->getLoc()) << "here";
    return error;
  }

  LogicalResult place(Operation &op, int64_t x, int64_t y, int64_t p) {
    return unique(cores, {x, y, p}, op, "a slice on this core");
  }

  LogicalResult missing(Operation &op, StringRef core) {
    return op.emitOpError() << "names core '" << core << "', which is not there";
  }

  LogicalResult extend(ExtensionOp extension) {
    if (!machine.lookupSymbol<CoreOp>(extension.getSource()))
      return missing(*extension, extension.getSource());
    if (!extended.insert({extension.getSource(), extension.getStep()}).second)
      return extension.emitOpError() << "is a second one of step " << extension.getStep()
                                     << " for core '" << extension.getSource() << "'";
    return place(*extension, extension.getX(), extension.getY(), extension.getP());
  }

  /// At most one operation of a kind for a core.
  LogicalResult once(Operation &op, StringRef name) {
    if (seen.insert({op.getName().getAsOpaquePointer(), name}).second)
      return success();
    return op.emitOpError() << "is a second one for core '" << name << "'";
  }

  LogicalResult synapses(Operation &op, StringRef name) {
    auto core = machine.lookupSymbol<CoreOp>(name);
    if (!core)
      return missing(op, name);
    if (!core.getRing())
      return op.emitOpError() << "gives synapses to '" << name << "', which has no ring buffer";
    return once(op, name);
  }

  LogicalResult block(KeysOp keys) {
    auto core = machine.lookupSymbol<CoreOp>(keys.getCore());
    uint64_t stages = 1;
    if (auto extension = machine.lookupSymbol<ExtensionOp>(keys.getCore())) {
      stages = extension.getStages();
      core = machine.lookupSymbol<CoreOp>(extension.getSource());
    }
    if (!core)
      return missing(*keys, keys.getCore());
    if (failed(once(*keys, keys.getCore())))
      return failure();
    uint64_t room = uint64_t(~static_cast<uint32_t>(keys.getMask())) + 1;
    uint64_t neurons = core.getHi() - core.getLo();
    if (stages * neurons > room) {
      InFlightDiagnostic error = keys.emitOpError()
                                 << "has " << room << " keys for " << neurons << " neurons";
      return stages > 1 ? error << " in " << stages << " stages" : error;
    }
    blocks.emplace(static_cast<uint32_t>(keys.getKey()), keys);
    return success();
  }

  LogicalResult keysApart() {
    uint64_t end = 0;
    KeysOp last;
    for (auto [key, keys] : blocks) {
      if (last && key < end) {
        InFlightDiagnostic error = keys.emitOpError() << "overlaps other keys";
        error.attachNote(last.getLoc()) << "these";
        return error;
      }
      end = uint64_t(key) + ~static_cast<uint32_t>(keys.getMask()) + 1;
      last = keys;
    }
    return success();
  }

  MachineOp machine;
  std::map<Place, Operation *> cores, chips;
  std::set<std::pair<const void *, StringRef>> seen;
  std::set<std::pair<StringRef, uint64_t>> extended; ///< cores, with the steps of extensions
  std::multimap<uint32_t, KeysOp> blocks;
};

} // namespace

LogicalResult MachineOp::verify() {
  if (getWidth().has_value() != getHeight().has_value())
    return emitOpError() << "needs a width and a height together";
  if (sizeX() < 1 || sizeX() > kMaxSize || sizeY() < 1 || sizeY() > kMaxSize)
    return emitOpError() << "has a size of " << sizeX() << " x " << sizeY() << " chips: 1 to "
                         << kMaxSize << " in a row and in a column are possible";
  if (!getDead())
    return success();
  auto check = [&](ArrayRef<int64_t> list, size_t width, StringRef what) -> LogicalResult {
    for (size_t i = 0; i < list.size(); i += width)
      if (list[i] < 0 || list[i] >= sizeX() || list[i + 1] < 0 || list[i + 1] >= sizeY())
        return emitOpError() << "has a dead " << what << " at chip (" << list[i] << ", "
                             << list[i + 1] << "), outside its " << sizeX() << " x " << sizeY()
                             << " chips";
    return success();
  };
  if (failed(check(getDead()->getChips(), 2, "chip")) ||
      failed(check(getDead()->getCores(), 3, "core")))
    return failure();
  return check(getDead()->getLinks(), 3, "link");
}

LogicalResult MachineOp::verifyRegions() { return MachineCheck(*this).run(); }
