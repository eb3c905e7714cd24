// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nested graphs to one flat graph with dotted names; edges to nodes that exist.
#include "compiler/import/nir/Repair.h"
#include "runtime/image/Errors.h"

#include <algorithm>
#include <iterator>

namespace spindle::nir {
namespace {

std::string at(const std::string &prefix) {
  return prefix.empty() ? "" : "graph '" + prefix.substr(0, prefix.size() - 1) + "': ";
}

std::string edgeText(const Edge &edge) {
  return "edge '" + edge.first + "' -> '" + edge.second + "'";
}

/// One level of nesting: which flat names stand for its nodes, as sources and as targets of edges.
struct Level {
  std::map<std::string, std::string> source, target;
  std::vector<std::string> inputs, outputs; ///< flat names of its ports
};

class Flattener {
public:
  Flattened run(RawFile raw) {
    out_.graph.version = std::move(raw.version);
    out_.graph.metadata = raw.graph.metadata;
    level(raw.graph, "");
    for (const std::string &name : innerPorts_)
      cut(name);
    // Old exporters flattened themselves and left the ports of what had been nested.
    std::set<std::string> fed, read;
    for (const Edge &e : edges_) {
      fed.insert(e.second);
      read.insert(e.first);
    }
    std::vector<std::string> inner;
    for (const auto &[name, node] : out_.graph.nodes)
      if ((node.type == "Input" && fed.count(name)) || (node.type == "Output" && read.count(name)))
        inner.push_back(name);
    for (const std::string &name : inner) {
      note("'" + name + "' is a port in the middle of the graph: read as a plain connection");
      cut(name);
    }
    for (const Edge &e : edges_)
      if (out_.graph.nodes.at(e.first).type == "Output" ||
          out_.graph.nodes.at(e.second).type == "Input")
        throw UserError(edgeText(e) + " leads out of an Output or into an Input");
    out_.graph.edges.assign(edges_.begin(), edges_.end());
    return std::move(out_);
  }

private:
  void note(const std::string &text) { out_.graph.repairs.push_back(text); }

  Level level(RawGraph &graph, const std::string &prefix) {
    Level here;
    for (auto &[name, raw] : graph.nodes) {
      std::string flat = prefix + name;
      if (raw.graph) {
        nested(raw, name, flat, here);
        continue;
      }
      Node node;
      node.type = raw.type;
      node.fields = std::move(raw.fields);
      node.metadata = std::move(raw.metadata);
      if (!prefix.empty()) // what is said of a nested graph holds for its nodes
        for (const auto &[key, value] : graph.metadata)
          node.metadata.emplace(key, value);
      if (node.type == "Input")
        here.inputs.push_back(flat);
      if (node.type == "Output")
        here.outputs.push_back(flat);
      add(flat, std::move(node));
      here.source[name] = here.target[name] = flat;
    }
    connect(graph, prefix, here);
    if (!prefix.empty())
      addInnerPorts(prefix, here);
    return here;
  }

  void nested(RawNode &raw, const std::string &name, const std::string &flat, Level &here) {
    for (const auto &[key, value] : raw.metadata)
      raw.graph->metadata.emplace(key, value);
    Level inner = level(*raw.graph, flat + ".");
    innerPorts_.insert(innerPorts_.end(), inner.inputs.begin(), inner.inputs.end());
    innerPorts_.insert(innerPorts_.end(), inner.outputs.begin(), inner.outputs.end());
    // An edge may name a port of the nested graph, or the graph if there is one port.
    for (const std::string &port : inner.inputs)
      here.target[port.substr(flat.size() - name.size())] = port;
    for (const std::string &port : inner.outputs)
      here.source[port.substr(flat.size() - name.size())] = port;
    here.target[name] = inner.inputs.size() == 1 ? inner.inputs[0] : "";
    here.source[name] = inner.outputs.size() == 1 ? inner.outputs[0] : "";
  }

  void add(const std::string &flat, Node node) {
    if (!out_.graph.nodes.emplace(flat, std::move(node)).second)
      throw UserError("node '" + flat + "' exists twice: once in a nested graph, once beside it");
  }

  void connect(RawGraph &graph, const std::string &prefix, const Level &here) {
    std::set<std::string> used, missing;
    for (const Edge &e : graph.edges)
      for (const std::string &name : {e.first, e.second})
        (graph.nodes.count(name) || portOf(name, here) ? used : missing).insert(name);
    std::vector<std::string> unused;
    for (const auto &[name, node] : graph.nodes)
      if (!used.count(name))
        unused.push_back(name);
    std::map<std::string, std::string> renamed;
    if (missing.size() == 1 && unused.size() == 1) {
      renamed[*missing.begin()] = unused[0];
      note(at(prefix) + "edges name '" + *missing.begin() + "', which does not exist; '" +
           unused[0] + "', the only node without an edge, is meant");
    }
    std::set<std::string> told;
    for (const Edge &e : graph.edges) {
      std::string from = resolve(e, e.first, here.source, ".output", renamed, unused, prefix, told);
      std::string to = resolve(e, e.second, here.target, ".input", renamed, unused, prefix, told);
      edges_.emplace(from, to);
    }
  }

  static bool portOf(const std::string &name, const Level &here) {
    return here.source.count(name) || here.target.count(name) ||
           here.source.count(name + ".output") || here.target.count(name + ".input");
  }

  std::string resolve(const Edge &edge, const std::string &name,
                      const std::map<std::string, std::string> &names, const char *port,
                      const std::map<std::string, std::string> &renamed,
                      const std::vector<std::string> &unused, const std::string &prefix,
                      std::set<std::string> &told) {
    std::string key = name;
    if (auto it = renamed.find(name); it != renamed.end())
      key = it->second;
    if (auto it = names.find(key); it != names.end()) {
      if (it->second.empty())
        throw UserError(at(prefix) + edgeText(edge) + ": the nested graph '" + key +
                        "' has not exactly one " + (port + 1) + "; name the one that is meant");
      return it->second;
    }
    if (auto it = names.find(key + port); it != names.end()) {
      if (told.insert(key + port).second)
        note(at(prefix) + "edges name '" + key + "', which does not exist; '" + key + port +
             "' is meant");
      return it->second;
    }
    std::string list;
    for (const std::string &n : unused)
      list += (list.empty() ? "'" : ", '") + n + "'";
    throw UserError(at(prefix) + "node '" + name + "': " + edgeText(edge) +
                    " names it, but there is no such node; " +
                    (list.empty() ? "no node is without an edge"
                                  : "nodes without an edge, one of which may be meant: " + list));
  }

  /// A nested graph without ports gets them at its roots and leaves.
  void addInnerPorts(const std::string &prefix, Level &here) {
    bool needInput = here.inputs.empty(), needOutput = here.outputs.empty();
    if (!needInput && !needOutput)
      return;
    std::set<std::string> fed, read;
    for (const Edge &e : edges_) {
      fed.insert(e.second);
      read.insert(e.first);
    }
    std::string in = prefix + "input", out = prefix + "output";
    for (const auto &[name, flat] : here.target)
      if (needInput && !flat.empty() && !fed.count(flat))
        port(in, "Input", {in, flat}, here.inputs);
    for (const auto &[name, flat] : here.source)
      if (needOutput && !flat.empty() && !read.count(flat) && flat != in)
        port(out, "Output", {flat, out}, here.outputs);
  }

  void port(const std::string &name, const char *type, const Edge &edge,
            std::vector<std::string> &list) {
    if (list.empty()) {
      Node node;
      node.type = type;
      add(name, std::move(node));
      list.push_back(name);
      note("the nested graph has no " + std::string(type) + ": '" + name + "' added");
    }
    edges_.insert(edge);
  }

  /// Takes a port out: what leads into it leads to whatever it leads to.
  void cut(const std::string &name) {
    PassThrough pass;
    pass.name = name;
    const Node &node = out_.graph.nodes.at(name);
    if (const Array *shape = arrayOf(node, "shape"))
      for (double d : shape->values)
        pass.shape.push_back(d >= 0 && d < 2147483648.0 ? static_cast<int64_t>(d) : -1);
    std::vector<std::string> to;
    for (auto it = edges_.begin(); it != edges_.end();) {
      if (it->first == name && it->second == name)
        refuse(name, "leads into itself");
      if (it->second == name)
        pass.sources.push_back(it->first);
      else if (it->first == name)
        to.push_back(it->second);
      it = it->first == name || it->second == name ? edges_.erase(it) : std::next(it);
    }
    if (pass.sources.size() * to.size() > kMaxEdges)
      refuse(name, "joins more than 4000000 pairs of nodes");
    for (const std::string &a : pass.sources)
      for (const std::string &b : to)
        edges_.emplace(a, b);
    if (edges_.size() > kMaxEdges)
      refuse(name, "makes more than 4000000 edges");
    // Sources that are ports themselves are cut too: look through them.
    for (PassThrough &other : out_.passes) {
      auto found = std::find(other.sources.begin(), other.sources.end(), name);
      if (found == other.sources.end())
        continue;
      other.sources.erase(found);
      other.sources.insert(other.sources.end(), pass.sources.begin(), pass.sources.end());
    }
    out_.passes.push_back(std::move(pass));
    out_.graph.nodes.erase(name);
  }

  Flattened out_;
  std::set<Edge> edges_;
  std::vector<std::string> innerPorts_;
};

} // namespace

Flattened flatten(RawFile raw) { return Flattener().run(std::move(raw)); }

} // namespace spindle::nir
