// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machine as an SVG: x to the right, y upwards, the diagonal links from south-west to
// north-east.
#include "runtime/image/Errors.h"
#include "runtime/report/MachineUse.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spindle::report {
namespace {

constexpr double kPitch = 96, kChip = 62, kMargin = 60, kLegend = 250;
constexpr int kLinks = 6, kCoresInRow = 6;
constexpr int kDx[kLinks] = {1, 1, 0, -1, -1, 0}, kDy[kLinks] = {0, 1, 1, 0, -1, -1};
constexpr const char *kInk = "#20262e", *kTree = "#c4121f";

/// Well apart for the first ones; more nodes than colours use them again.
constexpr const char *kColours[] = {
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee8866", "#44bb99",
    "#8877cc", "#bbcc33", "#dd77aa", "#997755", "#77aadd", "#eedd88", "#99ddff", "#aaaa00"};

const char *colourOf(uint32_t node) { return kColours[node % std::size(kColours)]; }

std::string escaped(const std::string &text) {
  std::string out;
  for (char c : text)
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  return out;
}

class Picture {
public:
  Picture(const MachineUse &use, const CoreUse *origin) : use_(use), origin_(origin) {}

  std::string draw() {
    double width = 2 * kMargin + kPitch * use_.width + kLegend;
    double height = std::max(2 * kMargin + kPitch * use_.height,
                             kMargin + 22.0 * double(use_.nodes.size()) + 220);
    out_ = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
                       "width=\"{0:.0f}\" height=\"{1:.0f}\" font-family=\"sans-serif\">\n"
                       "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
                       width, height);
    for (uint32_t chip = 0; chip < use_.chips.size(); ++chip)
      links(chip);
    for (uint32_t chip = 0; chip < use_.chips.size(); ++chip)
      deadLinks(chip);
    if (origin_)
      for (const Hop &hop : origin_->tree)
        arrow(hop);
    for (uint32_t chip = 0; chip < use_.chips.size(); ++chip)
      drawChip(chip);
    for (int y = 0; y < use_.height; ++y)
      for (int x = 0; x < use_.width; ++x)
        missing(x, y);
    legend(2 * kMargin + kPitch * use_.width - 20);
    return out_ + "</svg>\n";
  }

private:
  double cx(double x) const { return kMargin + kPitch * (x + 0.5); }
  double cy(double y) const { return kMargin + kPitch * (use_.height - 1 - y + 0.5); }

  /// Ends of a link: towards the neighbour, or over the edge where it wraps.
  void segment(int x, int y, int link, const std::string &style) {
    int nx = x + kDx[link], ny = y + kDy[link];
    bool inside = nx >= 0 && ny >= 0 && nx < use_.width && ny < use_.height;
    double reach = inside ? 1 : 0.55;
    out_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n",
                        cx(x), cy(y), cx(x + reach * kDx[link]), cy(y + reach * kDy[link]), style);
  }

  /// Grey to dark by load, both directions together.
  void links(uint32_t chip) {
    const ChipUse &from = use_.chips[chip];
    for (int link = 0; link < kLinks; ++link) {
      int nx = from.x + kDx[link], ny = from.y + kDy[link];
      bool inside = nx >= 0 && ny >= 0 && nx < use_.width && ny < use_.height;
      int neighbour = inside ? use_.chipAt(nx, ny) : -1;
      int next = use_.along(chip, link);
      if (inside && neighbour < 0)
        continue;
      if (next < 0 ||
          (inside && link >= 3 && use_.along(uint32_t(next), (link + 3) % kLinks) == int(chip)))
        continue; // drawn from its other end
      double load = from.load[size_t(link)] + use_.chips[size_t(next)].load[size_t((link + 3) % 6)];
      double share = use_.largestLoad > 0 ? std::min(1.0, std::sqrt(load / use_.largestLoad)) : 0;
      segment(from.x, from.y, link,
              fmt::format("stroke=\"rgb({0:.0f},{0:.0f},{1:.0f})\" stroke-width=\"{2:.1f}\"",
                          215 - 150 * share, 220 - 110 * share, 1.5 + 8 * share));
    }
  }

  /// Half of the way to the neighbour, since the other direction may work.
  void deadLinks(uint32_t chip) {
    const ChipUse &from = use_.chips[chip];
    for (int link = 0; link < kLinks; ++link) {
      int nx = from.x + kDx[link], ny = from.y + kDy[link];
      bool inside = nx >= 0 && ny >= 0 && nx < use_.width && ny < use_.height;
      if (!inside || use_.chipAt(nx, ny) < 0 || use_.along(chip, link) >= 0)
        continue;
      out_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" "
                          "stroke=\"#d64545\" stroke-width=\"4\" stroke-dasharray=\"3 3\"/>\n",
                          cx(from.x), cy(from.y), cx(from.x + 0.5 * kDx[link]),
                          cy(from.y + 0.5 * kDy[link]));
    }
  }

  void arrow(const Hop &hop) {
    const ChipUse &from = use_.chips[hop.chip];
    double length = std::hypot(kDx[hop.link], kDy[hop.link]);
    double ux = kDx[hop.link] / length, uy = -kDy[hop.link] / length;
    double x1 = cx(from.x), y1 = cy(from.y), x2 = x1 + kPitch * kDx[hop.link],
           y2 = y1 - kPitch * kDy[hop.link];
    // Its head lies in the gap before the next chip.
    double back =
        kChip / 2 * std::min(1 / std::max(std::abs(ux), 1e-9), 1 / std::max(std::abs(uy), 1e-9)) +
        2;
    double tipX = x2 - back * ux, tipY = y2 - back * uy;
    out_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" "
                        "stroke=\"{}\" stroke-width=\"3\"/>\n<path d=\"M{:.1f} {:.1f} L{:.1f} "
                        "{:.1f} L{:.1f} {:.1f} Z\" fill=\"{}\"/>\n",
                        x1, y1, tipX - 6 * ux, tipY - 6 * uy, kTree, tipX, tipY,
                        tipX - 11 * ux - 6 * uy, tipY - 11 * uy + 6 * ux, tipX - 11 * ux + 6 * uy,
                        tipY - 11 * uy - 6 * ux, kTree);
  }

  void drawChip(uint32_t index) {
    const ChipUse &chip = use_.chips[index];
    double x = cx(chip.x) - kChip / 2, y = cy(chip.y) - kChip / 2;
    bool start = origin_ && origin_->chip == index;
    out_ += fmt::format("<g><title>chip ({},{}): {} of {} cores, {} bytes of SDRAM, {} entries ({} "
                        "with one per slice)</title>\n<rect x=\"{:.1f}\" y=\"{:.1f}\" "
                        "width=\"{}\" height=\"{}\" rx=\"5\" fill=\"#f7f8fa\" stroke=\"{}\" "
                        "stroke-width=\"{}\"/>\n",
                        chip.x, chip.y, chip.coresUsed, chip.processors - 1, chip.sdramBytes,
                        chip.entries, chip.unmerged, x, y, kChip, kChip, start ? kTree : "#98a2ad",
                        start ? 3 : 1);
    std::vector<const CoreUse *> onCore(18, nullptr);
    for (const CoreUse &core : use_.cores)
      if (core.chip == index && core.p < onCore.size())
        onCore[core.p] = &core;
    for (unsigned p = 1; p < 18; ++p) {
      double px = x + 5 + 8.9 * ((p - 1) % kCoresInRow),
             py = y + 15 + 8.9 * ((p - 1) / kCoresInRow);
      const CoreUse *core = onCore[p];
      if (!core && p >= chip.processors) { // dead
        out_ +=
            fmt::format("<path d=\"M{0:.1f} {1:.1f} l7.6 7.6 m0 -7.6 l-7.6 7.6\" "
                        "stroke=\"#d64545\" fill=\"none\"><title>core {2}: dead</title></path>\n",
                        px, py, p);
        continue;
      }
      drawCore(px, py, p, core);
    }
    text(x + 4, y + 11, fmt::format("{},{}", chip.x, chip.y), 9);
    text(x + kChip - 4, y + 11, fmt::format("{}", chip.entries), 9, "end");
    // SDRAM, as a bar along the lower edge.
    double full = std::min(1.0, double(chip.sdramBytes) / double(kSdramOfChip));
    out_ += fmt::format("<rect x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"5\" "
                        "fill=\"#dfe3e8\"/><rect x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{3:.1f}\" "
                        "height=\"5\" fill=\"#5b6b7b\"/></g>\n",
                        x + 5, y + kChip - 12, kChip - 10, (kChip - 10) * full);
  }

  /// A delay extension is hollow.
  void drawCore(double x, double y, unsigned p, const CoreUse *core) {
    bool hollow = core && core->stages > 0, starts = core && core == origin_;
    double inset = hollow ? 1 : 0;
    const char *colour = core ? colourOf(core->node) : "#e7eaee";
    out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
                        "fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\">",
                        x + inset, y + inset, 7.6 - 2 * inset, 7.6 - 2 * inset,
                        hollow ? "#ffffff" : colour,
                        starts   ? kTree
                        : hollow ? colour
                                 : "none",
                        starts || hollow ? 2 : 0);
    if (core)
      out_ += fmt::format(
          "<title>{} {} to {}: {}core {}</title>", escaped(use_.nodes[core->node]), core->lo,
          core->hi,
          hollow ? fmt::format("delay extension, {} stages of {} ticks, ", core->stages, core->step)
                 : "",
          p);
    out_ += "</rect>\n";
  }

  /// A place amid chips where there is none.
  void missing(int x, int y) {
    if (use_.chipAt(x, y) >= 0)
      return;
    int neighbours = 0;
    for (int link = 0; link < kLinks; ++link) {
      int nx = x + kDx[link], ny = y + kDy[link];
      neighbours +=
          nx >= 0 && ny >= 0 && nx < use_.width && ny < use_.height && use_.chipAt(nx, ny) >= 0;
    }
    if (neighbours < 3)
      return;
    out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" rx=\"5\" "
                        "fill=\"none\" stroke=\"#e08080\" stroke-dasharray=\"4 4\"/>\n",
                        cx(x) - kChip / 2, cy(y) - kChip / 2, kChip, kChip);
    text(cx(x), cy(y) + 4, "dead", 11, "middle");
  }

  void text(double x, double y, const std::string &what, int size, const char *anchor = "start") {
    out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" text-anchor=\"{}\" "
                        "fill=\"{}\">{}</text>\n",
                        x, y, size, anchor, kInk, escaped(what));
  }

  void legend(double x) {
    double y = kMargin;
    text(x, y, fmt::format("{} {}x{}", use_.board, use_.width, use_.height), 16);
    y += 26;
    for (uint32_t node = 0; node < use_.nodes.size(); ++node, y += 22) {
      out_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"12\" height=\"12\" "
                          "fill=\"{}\"/>\n",
                          x, y - 10, colourOf(node));
      text(x + 20, y, use_.nodes[node], 13);
    }
    y += 10;
    text(x, y, "in a chip: its place, routing entries,", 12);
    text(x, y + 16, "cores by node (hollow: delay extension,", 12);
    text(x, y + 32, "crossed: dead), SDRAM in use", 12);
    y += 60;
    for (double share : {0.0, 0.5, 1.0}) {
      out_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" "
                          "stroke=\"rgb({:.0f},{:.0f},{:.0f})\" stroke-width=\"{:.1f}\"/>\n",
                          x, y - 4, x + 40, y - 4, 215 - 150 * share, 215 - 150 * share,
                          220 - 110 * share, 1.5 + 8 * share);
      text(x + 50, y, fmt::format("{:.3g} packets per tick", use_.largestLoad * share * share), 12);
      y += 20;
    }
    if (!origin_)
      return;
    out_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" "
                        "stroke=\"{}\" stroke-width=\"3\"/>\n",
                        x, y - 4, x + 40, y - 4, kTree);
    text(x + 50, y,
         fmt::format("from {} {} to {}", use_.nodes[origin_->node], origin_->lo, origin_->hi), 12);
  }

  const MachineUse &use_;
  const CoreUse *origin_;
  std::string out_;
};

} // namespace

std::string machinePicture(const MachineUse &use, const std::string &node) {
  const CoreUse *origin = nullptr;
  for (const CoreUse &core : use.cores)
    if (core.sends && (node.empty() ? !origin || core.tree.size() > origin->tree.size()
                                    : !origin && use.nodes[core.node] == node))
      origin = &core;
  if (!node.empty() && !origin)
    throw UserError("picture: there is no node '" + node + "' that sends packets");
  return Picture(use, origin).draw();
}

} // namespace spindle::report
