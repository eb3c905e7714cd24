// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/MachineChoice.h"

#include "mlir/IR/Builders.h"

#include <algorithm>

using namespace mlir;

namespace spindle::spinnmap {
namespace {

constexpr unsigned kTriadBoards = 3, kCoresPerBoard = 808;
constexpr unsigned kMaxTriadRow = (map::kMaxSize - 4) / 12;
constexpr unsigned kMaxBoards = kTriadBoards * kMaxTriadRow * kMaxTriadRow;

/// All boards of the rectangle that holds `boards`.
unsigned roundedUp(unsigned boards) {
  map::Size size = map::sizeOfBoards(boards);
  return boards <= 1 ? 1 : unsigned(kTriadBoards * (size.width / 12) * (size.height / 12));
}

/// "12x16" as a size.
std::optional<map::Size> sizeOf(StringRef text) {
  map::Size size;
  if (text.consumeInteger(10, size.width) || !text.consume_front("x") ||
      text.getAsInteger(10, size.height))
    return std::nullopt;
  return size;
}

} // namespace

FailureOr<MachineChoice> MachineChoice::of(snn::NetworkOp network, const ManyCoreOptions &options) {
  MachineChoice choice;
  auto wrong = [&](const Twine &what) -> FailureOr<MachineChoice> {
    return network.emitError() << what;
  };
  for (auto [text, add, option] :
       {std::tuple(&options.deadChips, &map::DeadParts::addChips, "dead chips"),
        {&options.deadCores, &map::DeadParts::addCores, "dead cores"},
        {&options.deadLinks, &map::DeadParts::addLinks, "dead links"}})
    if (auto error = (choice.dead_.*add)(*text))
      return wrong(Twine(option) + ": " + *error);
  std::optional<map::Size> size = sizeOf(options.board);
  choice.board_ = size ? "spinn5" : options.board;
  bool several = choice.board_ == "spinn5" && !size;
  if (!several && options.boards > 1)
    return wrong("board '" + Twine(options.board) + "': " + Twine(options.boards) +
                 " boards are possible with spinn5 only");
  if (options.boards > kMaxBoards)
    return wrong(Twine(options.boards) + " boards: at most " + Twine(kMaxBoards) + " are possible");
  choice.automatic_ = several && options.boards == 0;
  choice.boards_ = several ? roundedUp(std::max(1u, options.boards)) : 1;
  if (choice.board_ == "spinn3")
    size = map::Size{2, 2};
  std::string error;
  choice.machine_ = map::Machine::make(
      choice.board_, size.value_or(map::sizeOfBoards(choice.boards_)), choice.dead_, error);
  // A dead part may lie beyond the first board.
  while (!choice.machine_ && choice.automatic_ && choice.boards_ < 48) {
    choice.boards_ = roundedUp(choice.boards_ + 1);
    choice.machine_ =
        map::Machine::make(choice.board_, map::sizeOfBoards(choice.boards_), choice.dead_, error);
  }
  if (!choice.machine_)
    return wrong(error);
  choice.mostCores_ =
      choice.automatic_ ? uint64_t(kMaxBoards) * kCoresPerBoard : choice.machine_->totalCores();
  return choice;
}

bool MachineChoice::grow() {
  if (!automatic_ || boards_ >= kMaxBoards)
    return false;
  unsigned next = std::min(roundedUp(boards_ + 1), kMaxBoards);
  std::string error;
  auto larger = map::Machine::make(board_, map::sizeOfBoards(next), dead_, error);
  if (!larger)
    return false;
  boards_ = next;
  machine_ = std::move(larger);
  return true;
}

void MachineChoice::growTo(uint64_t cores) {
  // Most of the steps without building a machine.
  while (automatic_ && boards_ < kMaxBoards && uint64_t(boards_) * kCoresPerBoard < cores) {
    unsigned next = roundedUp(boards_ + 1);
    if (uint64_t(next) * kCoresPerBoard >= cores)
      break;
    boards_ = next;
  }
  while (machine_->totalCores() < cores && grow()) {
  }
}

std::string MachineChoice::remedy(uint64_t neededCores) const {
  if (automatic_)
    return "make the network smaller";
  auto boards =
      unsigned(std::min<uint64_t>(kMaxBoards, (neededCores + kCoresPerBoard - 1) / kCoresPerBoard));
  if (board_ == "spinn3")
    return "use spinn5 boards, or make the network smaller";
  return "use " + std::to_string(std::max(boards, boards_ + 1)) +
         " boards, or make the network smaller";
}

spinn::MachineOp MachineChoice::create(OpBuilder &builder, Location loc, StringRef name,
                                       StringRef network) const {
  auto machine = builder.create<spinn::MachineOp>(loc, name, network, board_, IntegerAttr(),
                                                  IntegerAttr(), spinn::DeadAttr());
  map::Size size = machine_->size();
  if (size != map::Size{int(machine.sizeX()), int(machine.sizeY())}) {
    machine.setWidth(size.width);
    machine.setHeight(size.height);
  }
  if (dead_.empty())
    return machine;
  SmallVector<int64_t> chips, cores, links;
  for (map::ChipId chip : dead_.chips)
    chips.append({chip.x, chip.y});
  for (auto [x, y, p] : dead_.cores)
    cores.append({x, y, p});
  for (auto [x, y, link] : dead_.links)
    links.append({x, y, link});
  machine.setDeadAttr(spinn::DeadAttr::get(builder.getContext(), chips, cores, links));
  return machine;
}

} // namespace spindle::spinnmap

namespace spindle {

FailureOr<MachineMesh> meshOf(spinn::MachineOp op) {
  map::DeadParts dead;
  if (spinn::DeadAttr parts = op.getDeadAttr()) {
    auto triples = [](ArrayRef<int64_t> list, auto &out) {
      for (size_t i = 0; i + 3 <= list.size(); i += 3)
        out.emplace_back(int(list[i]), int(list[i + 1]), int(list[i + 2]));
    };
    ArrayRef<int64_t> chips = parts.getChips();
    for (size_t i = 0; i + 2 <= chips.size(); i += 2)
      dead.chips.push_back({int(chips[i]), int(chips[i + 1])});
    triples(parts.getCores(), dead.cores);
    triples(parts.getLinks(), dead.links);
  }
  std::string error;
  auto machine =
      map::Machine::make(op.getBoard().str(), {int(op.sizeX()), int(op.sizeY())}, dead, error);
  if (!machine)
    return op.emitError() << error;
  MachineMesh mesh{uint16_t(op.sizeX()), uint16_t(op.sizeY()), {}, {}};
  for (int y = 0; y < mesh.height; ++y)
    for (int x = 0; x < mesh.width; ++x) {
      mesh.processors.push_back(uint8_t(machine->processors({x, y})));
      mesh.links.push_back(machine->links({x, y}));
    }
  return mesh;
}

} // namespace spindle
