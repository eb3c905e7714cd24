// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/probe/Names.h"

#include <algorithm>

namespace spindle::probe {
namespace {

bool isPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

const image::fb::Model *modelOf(const image::Image &image, uint32_t node) {
  int32_t model = image.meta().nodes()->Get(node)->model();
  return model < 0 ? nullptr : image.meta().models()->Get(static_cast<uint32_t>(model));
}

} // namespace

Request parseRequest(std::string_view text) {
  size_t colon = text.rfind(':');
  Request request{std::string(text.substr(0, colon)), {}};
  if (colon == std::string_view::npos)
    request.terms.push_back("spikes");
  for (std::string_view rest = colon == std::string_view::npos ? "" : text.substr(colon + 1);
       !rest.empty();) {
    size_t comma = rest.find(',');
    request.terms.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  bool named = std::none_of(request.terms.begin(), request.terms.end(),
                            [](const auto &t) { return t.empty(); });
  if (request.node.empty() || request.terms.empty() || !named)
    throw UserError("cannot read '" + std::string(text) + "' as a recording; write NODE:spikes,v");
  return request;
}

std::vector<Request> defaultRequests(const image::Image &image) {
  std::vector<Request> requests;
  for (const image::fb::Output *output : *image.meta().outputs()) {
    std::string node = image.meta().nodes()->Get(output->node())->name()->str();
    if (std::none_of(requests.begin(), requests.end(),
                     [&](const Request &r) { return r.node == node; }))
      requests.push_back({node, {"spikes"}});
  }
  return requests;
}

uint32_t findNode(const image::Image &image, std::string_view name) {
  std::string known;
  const auto &nodes = *image.meta().nodes();
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    if (nodes.Get(i)->name()->string_view() == name)
      return i;
    known += (known.empty() ? "" : ", ") + nodes.Get(i)->name()->str();
  }
  throw UserError("there is no node '" + std::string(name) + "' to record; the network has " +
                  known);
}

uint32_t findTerm(const image::Image &image, uint32_t node, std::string_view term) {
  std::string known = "spikes";
  if (const image::fb::Model *model = modelOf(image, node))
    for (uint32_t i = 0; i < model->state()->size(); ++i) {
      std::string name = model->state()->Get(i)->name()->str();
      if (name == term)
        return i;
      known += ", " + name;
    }
  throw UserError("node '" + image.meta().nodes()->Get(node)->name()->str() +
                  "' has nothing called '" + std::string(term) + "' to record; it has " + known);
}

std::string fileNameOf(std::string_view node) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string name;
  for (char c : node) {
    if (isPlain(c) && !(c == '.' && name.empty())) {
      name += c;
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    name += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return name;
}

} // namespace spindle::probe
