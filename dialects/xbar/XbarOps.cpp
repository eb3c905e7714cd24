// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fabric and its parts: printing of routes, checks that name tile and neuron.
#include "dialects/xbar/Xbar.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace spindle::xbar;

//===- Routes: { 0 to (1, 0) row 5 delay 1, ... } ---------------------------------------------===//

static ParseResult parseFlit(OpAsmParser &parser, SmallVectorImpl<int32_t> &flits) {
  int64_t x, y, row, delay;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLParen() || parser.parseInteger(x) || parser.parseComma() ||
      parser.parseInteger(y) || parser.parseRParen() || parser.parseKeyword("row") ||
      parser.parseInteger(row) || parser.parseKeyword("delay") || parser.parseInteger(delay))
    return failure();
  if (x < 0 || x >= kMaxMesh || y < 0 || y >= kMaxMesh || row < 0 || row >= kMaxInputs ||
      delay < 0 || delay > kMaxDelay)
    return parser.emitError(loc, "an event cannot name this tile, row or delay");
  Flit flit{static_cast<unsigned>(x), static_cast<unsigned>(y), static_cast<unsigned>(row),
            static_cast<unsigned>(delay)};
  flits.push_back(static_cast<int32_t>(flit.word()));
  return success();
}

/// The number of sources is written only where the last ones project nowhere: `{...} of 12`.
static ParseResult parseRoutes(OpAsmParser &parser, DenseI32ArrayAttr &start,
                               DenseI32ArrayAttr &flits) {
  SmallVector<int32_t> starts, words;
  if (parser.parseLBrace())
    return failure();
  while (failed(parser.parseOptionalRBrace())) {
    int64_t source;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseInteger(source) || parser.parseKeyword("to"))
      return failure();
    if (source < static_cast<int64_t>(starts.size()) || source >= int64_t{1} << 30)
      return parser.emitError(loc, "sources are listed in ascending order");
    starts.resize(source + 1, static_cast<int32_t>(words.size()));
    do
      if (parseFlit(parser, words))
        return failure();
    while (succeeded(parser.parseOptionalComma()));
  }
  int64_t sources = static_cast<int64_t>(starts.size());
  SMLoc loc = parser.getCurrentLocation();
  if (succeeded(parser.parseOptionalKeyword("of")) && parser.parseInteger(sources))
    return failure();
  if (sources < static_cast<int64_t>(starts.size()) || sources >= int64_t{1} << 30)
    return parser.emitError(loc, "fewer sources than are listed");
  starts.resize(sources + 1, static_cast<int32_t>(words.size()));
  start = parser.getBuilder().getDenseI32ArrayAttr(starts);
  flits = parser.getBuilder().getDenseI32ArrayAttr(words);
  return success();
}

static void printRoutes(OpAsmPrinter &printer, Operation *, DenseI32ArrayAttr start,
                        DenseI32ArrayAttr flits) {
  ArrayRef<int32_t> starts = start.asArrayRef(), words = flits.asArrayRef();
  size_t listed = 0;
  printer << "{";
  printer.increaseIndent();
  for (size_t i = 0; i + 1 < starts.size(); ++i) {
    if (starts[i] == starts[i + 1])
      continue;
    listed = i + 1;
    printer.printNewline();
    printer << i << " to ";
    llvm::interleaveComma(
        words.slice(starts[i], starts[i + 1] - starts[i]), printer, [&](int32_t word) {
          Flit f = Flit::of(static_cast<uint32_t>(word));
          printer << "(" << f.x << ", " << f.y << ") row " << f.row << " delay " << f.delay;
        });
  }
  printer.decreaseIndent();
  if (listed != 0)
    printer.printNewline();
  printer << "}";
  if (listed + 1 < starts.size())
    printer << " of " << starts.size() - 1;
}

#define GET_OP_CLASSES
#include "dialects/xbar/XbarOps.cpp.inc"

static LogicalResult verifyStarts(Operation *op, ArrayRef<int32_t> start, ArrayRef<int32_t> flits) {
  if (start.empty() || start.front() != 0 || start.back() != static_cast<int32_t>(flits.size()) ||
      !llvm::is_sorted(start))
    return op->emitOpError("'start' must ascend from 0 to the number of flits");
  for (int32_t word : flits)
    if (Flit::of(static_cast<uint32_t>(word)).delay == 0)
      return op->emitOpError("an event takes at least one step");
  return success();
}

LogicalResult RouteOp::verify() { return verifyStarts(*this, getStart(), getFlits()); }
LogicalResult InjectOp::verify() { return verifyStarts(*this, getStart(), getFlits()); }

//===- Tiles ----------------------------------------------------------------------------------===//

/// The getters of i64 attributes are unsigned.
static int64_t signedValue(uint64_t value) { return static_cast<int64_t>(value); }

LogicalResult TileOp::verify() {
  size_t columns = getNeurons().size();
  if (columns == 0)
    return emitOpError() << "of node '" << getNode() << "' has no neurons";
  if (getSteps().size() != columns || getScale().size() != columns)
    return emitOpError() << "of node '" << getNode() << "': " << columns << " neurons, "
                         << getSteps().size() << " steps and " << getScale().size() << " scales";
  if (signedValue(getOnset()) < 0 || getShift() > 62 || getAdcShift() > 31)
    return emitOpError() << "of node '" << getNode() << "': onset, shift (0 to 62) or adc_shift (0 "
                         << "to 31) out of range";
  return success();
}

LogicalResult ProgramOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getCodes().getShapedType());
  if (!type || type.getRank() != 2 || !type.getElementType().isInteger(16))
    return emitOpError() << "of '" << getTile() << "' is a tensor of i16, rows x columns";
  return success();
}

//===- Fabric ---------------------------------------------------------------------------------===//

LogicalResult FabricOp::verify() {
  if (getGeometry().getCols() % (2 * getPeriphery().getAdcShare()) != 0)
    return emitOpError() << getPeriphery().getAdcShare()
                         << " columns share a converter: " << getGeometry().getCols()
                         << " is no multiple of twice that";
  return success();
}

namespace {

/// Checks across the operations of a fabric.
class FabricChecker {
public:
  explicit FabricChecker(FabricOp fabric) : fabric(fabric), geometry(fabric.getGeometry()) {}

  LogicalResult run() {
    for (Operation &op : fabric.getBody().front())
      if (auto tile = dyn_cast<TileOp>(op); tile && failed(check(tile)))
        return failure();
    for (Operation &op : fabric.getBody().front()) {
      if (auto program = dyn_cast<ProgramOp>(op); program && failed(check(program)))
        return failure();
      if (auto route = dyn_cast<RouteOp>(op); route && failed(check(route)))
        return failure();
      if (auto inject = dyn_cast<InjectOp>(op); inject && failed(checkFlits(op, inject.getFlits())))
        return failure();
    }
    return success();
  }

private:
  LogicalResult check(TileOp tile) {
    auto mesh = fabric.getMesh();
    int64_t x = signedValue(tile.getX()), y = signedValue(tile.getY());
    if (x < 0 || x >= mesh.getWidth() || y < 0 || y >= mesh.getHeight())
      return tile.emitOpError() << "at (" << x << ", " << y << ") is outside the mesh of "
                                << mesh.getWidth() << "x" << mesh.getHeight();
    auto [it, fresh] = byPosition.try_emplace({x, y}, tile);
    if (!fresh) {
      auto diag = tile.emitOpError()
                  << "at (" << tile.getX() << ", " << tile.getY() << "): this place is taken";
      diag.attachNote(it->second.getLoc()) << "by this tile";
      return diag;
    }
    int64_t columns = static_cast<int64_t>(tile.getNeurons().size());
    if (columns > geometry.logicalColumns())
      return tile.emitOpError() << "of node '" << tile.getNode() << "': " << columns
                                << " neurons, a tile has " << geometry.logicalColumns();
    if (signedValue(tile.getRows()) < 0 || signedValue(tile.getRows()) > geometry.inputs())
      return tile.emitOpError() << "of node '" << tile.getNode() << "': " << tile.getRows()
                                << " rows, a tile has " << geometry.inputs();
    return success();
  }

  LogicalResult check(ProgramOp program) {
    auto tile = fabric.lookupSymbol<TileOp>(program.getTile());
    if (!tile)
      return program.emitOpError() << "there is no tile '" << program.getTile() << "'";
    ArrayRef<int64_t> shape = cast<ShapedType>(program.getCodes().getType()).getShape();
    if (shape[0] != signedValue(tile.getRows()) ||
        shape[1] != 2 * static_cast<int64_t>(tile.getNeurons().size()))
      return program.emitOpError() << "of '" << program.getTile() << "' has " << shape[0] << " x "
                                   << shape[1] << " codes: the tile uses " << tile.getRows()
                                   << " rows and " << 2 * tile.getNeurons().size() << " columns";
    int64_t levels = fabric.getDevice().getLevels();
    int16_t even = 0;
    for (auto [i, code] : llvm::enumerate(program.getCodes().getValues<int16_t>())) {
      if (code < 0 || code >= levels)
        return program.emitOpError() << "of '" << program.getTile() << "': code " << code
                                     << ", a device has the codes 0 to " << levels - 1;
      if (i % 2 == 1 && even != 0 && code != 0)
        return program.emitOpError()
               << "of '" << program.getTile() << "': both devices of a pair are above code 0";
      even = code;
    }
    return success();
  }

  LogicalResult check(RouteOp route) {
    auto tile = fabric.lookupSymbol<TileOp>(route.getTile());
    if (!tile)
      return route.emitOpError() << "there is no tile '" << route.getTile() << "'";
    if (route.getStart().size() != tile.getNeurons().size() + 1 && !route.getFlits().empty())
      return route.emitOpError() << "of '" << route.getTile() << "' lists "
                                 << route.getStart().size() - 1 << " columns, the tile has "
                                 << tile.getNeurons().size();
    return checkFlits(*route.getOperation(), route.getFlits());
  }

  LogicalResult checkFlits(Operation &op, ArrayRef<int32_t> flits) {
    for (int32_t word : flits) {
      Flit flit = Flit::of(static_cast<uint32_t>(word));
      auto it = byPosition.find({flit.x, flit.y});
      if (it == byPosition.end())
        return op.emitOpError() << "sends to (" << flit.x << ", " << flit.y
                                << "), where there is no tile";
      if (flit.row >= it->second.getRows())
        return op.emitOpError() << "sends to row " << flit.row << " of '" << it->second.getSymName()
                                << "', which uses " << it->second.getRows() << " rows";
    }
    return success();
  }

  FabricOp fabric;
  GeometryAttr geometry;
  llvm::DenseMap<std::pair<int64_t, int64_t>, TileOp> byPosition;
};

} // namespace

LogicalResult FabricOp::verifyRegions() { return FabricChecker(*this).run(); }
