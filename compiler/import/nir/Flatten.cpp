// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Nested graphs to one flat graph with dotted names; edges to nodes that exist.
#include "compiler/import/nir/Repair.h"
#include "runtime/image/Errors.h"

#include <algorithm>

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

/// The edges, by both of their ends.
class Links {
public:
  using Names = std::set<std::string>;

  void add(const std::string &from, const std::string &to) {
    if (after_[from].insert(to).second)
      ++count_;
    before_[to].insert(from);
  }
  bool has(const std::string &from, const std::string &to) const {
    auto it = after_.find(from);
    return it != after_.end() && it->second.count(to);
  }
  bool fed(const std::string &name) const { return before_.count(name) != 0; }
  bool read(const std::string &name) const { return after_.count(name) != 0; }
  Names before(const std::string &name) const { return at(before_, name); }
  Names after(const std::string &name) const { return at(after_, name); }
  size_t count() const { return count_; }

  /// Takes out every edge of a node.
  void isolate(const std::string &name) {
    for (const std::string &to : after(name))
      erase(name, to);
    for (const std::string &from : before(name))
      erase(from, name);
  }
  std::vector<Edge> edges() const {
    std::vector<Edge> all;
    for (const auto &[from, targets] : after_)
      for (const std::string &to : targets)
        all.emplace_back(from, to);
    return all;
  }

private:
  using Table = std::map<std::string, Names>;
  static Names at(const Table &table, const std::string &name) {
    auto it = table.find(name);
    return it == table.end() ? Names() : it->second;
  }
  void erase(const std::string &from, const std::string &to) {
    count_ -= eraseIn(after_, from, to);
    eraseIn(before_, to, from);
  }
  static size_t eraseIn(Table &table, const std::string &key, const std::string &name) {
    auto it = table.find(key);
    if (it == table.end())
      return 0;
    size_t erased = it->second.erase(name);
    if (it->second.empty())
      table.erase(it);
    return erased;
  }

  Table before_, after_;
  size_t count_ = 0;
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
    std::vector<std::string> inner;
    for (const auto &[name, node] : out_.graph.nodes)
      if ((node.type == "Input" && links_.fed(name)) ||
          (node.type == "Output" && links_.read(name)))
        inner.push_back(name);
    for (const std::string &name : inner) {
      note("'" + name + "' is a port in the middle of the graph: read as a plain connection");
      cut(name);
    }
    out_.graph.edges = links_.edges();
    for (const Edge &e : out_.graph.edges)
      if (out_.graph.nodes.at(e.first).type == "Output" ||
          out_.graph.nodes.at(e.second).type == "Input")
        throw UserError(edgeText(e) + " leads out of an Output or into an Input");
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

  /// An exporter that leaves out the Input and the Output of a graph may still name them in edges.
  void addNamedPorts(RawGraph &graph, const std::string &prefix, Level &here) {
    std::set<std::string> from, to;
    for (const Edge &e : graph.edges) {
      from.insert(e.first);
      to.insert(e.second);
    }
    for (bool in : {true, false}) {
      const std::string name = in ? "input" : "output";
      auto &ports = in ? here.inputs : here.outputs;
      if (!ports.empty() || graph.nodes.count(name) || portOf(name, here) ||
          !(in ? from : to).count(name) || (in ? to : from).count(name))
        continue;
      Node node;
      node.type = in ? "Input" : "Output";
      note(at(prefix) + "edges name '" + name + "', which does not exist: an " + node.type +
           " is added");
      add(prefix + name, std::move(node));
      ports.push_back(prefix + name);
      here.source[name] = here.target[name] = prefix + name;
    }
  }

  void connect(RawGraph &graph, const std::string &prefix, Level &here) {
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
    } else {
      addNamedPorts(graph, prefix, here);
    }
    std::set<std::string> told;
    for (const Edge &e : graph.edges) {
      std::string from = resolve(e, e.first, here.source, ".output", renamed, unused, prefix, told);
      std::string to = resolve(e, e.second, here.target, ".input", renamed, unused, prefix, told);
      links_.add(from, to);
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
    std::string in = prefix + "input", out = prefix + "output";
    for (const auto &[name, flat] : here.target)
      if (needInput && !flat.empty() && (!links_.fed(flat) || links_.has(in, flat)))
        port(in, "Input", {in, flat}, here.inputs);
    for (const auto &[name, flat] : here.source)
      if (needOutput && !flat.empty() && flat != in &&
          (!links_.read(flat) || links_.has(flat, out)))
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
    links_.add(edge.first, edge.second);
  }

  /// Takes a port out: what leads into it leads to whatever it leads to.
  void cut(const std::string &name) {
    const Links::Names from = links_.before(name), to = links_.after(name);
    if (from.count(name))
      refuse(name, "leads into itself");
    if (from.size() * to.size() > kMaxEdges)
      refuse(name, "joins more than 4000000 pairs of nodes");
    PassThrough pass;
    pass.name = name;
    pass.sources.assign(from.begin(), from.end());
    if (const Array *shape = arrayOf(out_.graph.nodes.at(name), "shape"))
      for (double d : shape->values)
        pass.shape.push_back(d >= 0 && d < 2147483648.0 ? static_cast<int64_t>(d) : -1);
    lookThrough(pass);
    out_.passes.push_back(std::move(pass));
    if (isBesideAnother(from, to))
      return keep(name);
    links_.isolate(name);
    for (const std::string &a : from)
      for (const std::string &b : to)
        links_.add(a, b);
    if (links_.count() > kMaxEdges)
      refuse(name, "makes more than 4000000 edges");
    out_.graph.nodes.erase(name);
  }

  bool isBesideAnother(const Links::Names &from, const Links::Names &to) const {
    return std::any_of(from.begin(), from.end(), [&](const std::string &a) {
      return std::any_of(to.begin(), to.end(),
                         [&](const std::string &b) { return links_.has(a, b); });
    });
  }

  /// Two ways between the same nodes add up, but the edges of a graph are a set: the port stays, as
  /// a node that changes nothing.
  void keep(const std::string &name) {
    Node &node = out_.graph.nodes.at(name);
    node = Node();
    node.type = "Flatten";
    Array zero;
    zero.values = {0};
    zero.real = zero.single = false;
    node.fields["start_dim"] = node.fields["end_dim"] = zero;
  }

  /// Sources that are ports themselves are cut too: look through them.
  void lookThrough(const PassThrough &pass) {
    for (PassThrough &other : out_.passes) {
      auto found = std::find(other.sources.begin(), other.sources.end(), pass.name);
      if (found == other.sources.end())
        continue;
      other.sources.erase(found);
      other.sources.insert(other.sources.end(), pass.sources.begin(), pass.sources.end());
    }
  }

  Flattened out_;
  Links links_;
  std::vector<std::string> innerPorts_;
};

} // namespace

Flattened flatten(RawFile raw) { return Flattener().run(std::move(raw)); }

} // namespace spindle::nir
