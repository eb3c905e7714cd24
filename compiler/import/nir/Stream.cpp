// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The child process that reads a NIR file: walks the groups and writes the flat form as it goes.
#include "compiler/import/nir/Dataset.h"
#include "compiler/import/nir/Flat.h"
#include "compiler/import/nir/Reader.h"
#include "runtime/image/Errors.h"

#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <set>
#include <unistd.h>

namespace spindle::nir {
namespace {

/// Writes frames to the pipe; ends the process when nobody reads any more.
class FrameWriter {
public:
  FrameWriter(int fd, uint64_t maxBytes) : fd_(fd), left_(maxBytes) { buffer_.reserve(kFrame); }

  /// Refuses what has no room any more; to be asked before it is read.
  void expect(uint64_t size, const std::string &where = "the file") const {
    if (size > left_)
      throw UserError(where +
                      " unfolds to far more than is in the file: it is damaged or hostile " +
                      "(all data may be " + std::to_string(kMaxUnfolding) +
                      " times as large as the file, and 256 MiB)");
  }
  void bytes(const void *data, size_t size) {
    expect(size);
    left_ -= size;
    auto *at = static_cast<const char *>(data);
    while (size > 0) {
      size_t n = std::min(size, kFrame - buffer_.size());
      buffer_.insert(buffer_.end(), at, at + n);
      at += n;
      size -= n;
      if (buffer_.size() == kFrame)
        flush();
    }
  }
  template <typename T> void number(T value) { bytes(&value, sizeof value); }
  void string(const std::string &text) {
    number(static_cast<uint32_t>(text.size()));
    bytes(text.data(), text.size());
  }
  void end() {
    flush();
    header(0);
  }
  void error(const std::string &text) {
    header(0xffffffff);
    header(static_cast<uint32_t>(text.size()));
    raw(text.data(), text.size());
  }

private:
  static constexpr size_t kFrame = 256 << 10;

  void flush() {
    if (buffer_.empty())
      return;
    header(static_cast<uint32_t>(buffer_.size()));
    raw(buffer_.data(), buffer_.size());
    buffer_.clear();
  }
  void header(uint32_t value) { raw(reinterpret_cast<const char *>(&value), sizeof value); }
  void raw(const char *at, size_t size) {
    while (size > 0) {
      ssize_t n = write(fd_, at, size);
      if (n <= 0)
        _exit(3);
      at += n;
      size -= static_cast<size_t>(n);
    }
  }

  int fd_;
  uint64_t left_;
  std::vector<char> buffer_;
};

bool isUtf8(const std::string &text) {
  for (size_t i = 0; i < text.size();) {
    auto byte = [&](size_t k) { return static_cast<unsigned char>(text[k]); };
    unsigned lead = byte(i++);
    unsigned more = lead < 0x80 ? 0 : lead < 0xc2 ? 4 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (more == 4 || lead > 0xf4 || i + more > text.size())
      return false;
    uint32_t point = more == 0 ? lead : lead & (0x3fU >> more);
    for (unsigned k = 0; k < more; ++k, ++i) {
      if ((byte(i) & 0xc0) != 0x80)
        return false;
      point = point << 6 | (byte(i) & 0x3f);
    }
    // Longer than needed, half of a surrogate pair, or beyond Unicode.
    if ((more == 2 && point < 0x800) || (more == 3 && point < 0x10000) || point > 0x10ffff ||
        (point >= 0xd800 && point < 0xe000))
      return false;
  }
  return true;
}

enum class Kind { Group, Dataset };
using Children = std::vector<std::pair<std::string, Kind>>;

class Walker {
public:
  Walker(hid_t root, FrameWriter &out) : root_(root), out_(out) {}

  void run() {
    bool found = false;
    std::string version;
    for (const auto &[name, kind] : children(root_, "the file")) {
      found |= name == "node" && kind == Kind::Group;
      if (name == "version" && kind == Kind::Dataset)
        version = versionText(Dataset(root_, name, "'version'"));
    }
    if (!found)
      throw UserError("is HDF5 but holds no group 'node': it is no NIR network");
    out_.string(version);
    Handle top(H5Gopen2(root_, "node", H5P_DEFAULT), H5Gclose);
    Children list = children(top, "the file");
    std::string type;
    for (const auto &[name, kind] : list)
      if (name == "type" && kind == Kind::Dataset)
        type = text(Dataset(top, name, "'node/type'"), "'node/type'");
    if (type != "NIRGraph")
      throw UserError("'node/type' is '" + type + "', not 'NIRGraph': it is no NIR network");
    graph(top, list, "", 0);
  }

private:
  static std::string label(const std::string &node) {
    return node.empty() ? "the network" : "node '" + node + "'";
  }

  static std::string text(const Dataset &data, const std::string &where) {
    if (!data.isString() || data.size() != 1)
      throw UserError(where + " is not one text");
    std::string value = data.strings()[0];
    checkUtf8(value, where);
    return value;
  }

  /// It says which package wrote the file, nothing that matters: whatever it is, it is no obstacle.
  static std::string versionText(const Dataset &data) {
    if (data.isString())
      return text(data, "'version'");
    return "";
  }

  static void checkUtf8(const std::string &value, const std::string &where) {
    if (!isUtf8(value))
      throw UserError(where + " is or holds a text that is not UTF-8; write it in UTF-8");
  }

  Children children(hid_t group, const std::string &where) {
    struct Visit {
      std::set<haddr_t> *seen;
      Children list;
      std::string wrong;
    } visit{&seen_, {}, {}};
    auto one = [](hid_t parent, const char *name, const H5L_info_t *info, void *data) -> herr_t {
      auto &v = *static_cast<Visit *>(data);
      std::string key(name, strnlen(name, kMaxString + 1));
      H5O_info_t object;
      if (key.size() > kMaxString)
        v.wrong = "has a name of more than 64 KiB";
      else if (!isUtf8(key))
        v.wrong = "has a name that is not UTF-8";
      else if (v.list.size() >= kMaxNodes)
        v.wrong = "has more than 1000000 entries in one group";
      else if (info->type != H5L_TYPE_HARD)
        v.wrong =
            "'" + key + "' is a soft or external link; only what the file holds itself is read";
      else if (H5Oget_info_by_name2(parent, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        v.wrong = "'" + key + "' cannot be read: the file is damaged";
      else if (!v.seen->insert(object.addr).second)
        v.wrong = "'" + key +
                  "' is a second link to an object that was met before; each has one "
                  "place in a NIR file (write it twice)";
      else if (object.type == H5O_TYPE_GROUP)
        v.list.emplace_back(std::move(key), Kind::Group);
      else if (object.type == H5O_TYPE_DATASET)
        v.list.emplace_back(std::move(key), Kind::Dataset);
      else
        v.wrong = "'" + key + "' is neither a group nor a dataset";
      return v.wrong.empty() ? 0 : -1;
    };
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, one, &visit) < 0)
      throw UserError(where + ": " +
                      (visit.wrong.empty() ? "cannot be read: the file is damaged" : visit.wrong));
    return std::move(visit.list);
  }

  void value(const Dataset &data, const std::string &where) {
    if (data.isString()) {
      if (data.size() != 1)
        throw UserError(where + " is a list of texts; numbers or one text are needed");
      out_.number('S');
      out_.string(text(data, where));
      return;
    }
    out_.expect(data.size() * sizeof(double), where);
    std::vector<double> numbers = data.numbers();
    out_.number('A');
    out_.number(static_cast<uint8_t>(data.real()));
    out_.number(static_cast<uint8_t>(data.single()));
    out_.number(static_cast<uint8_t>(data.shape().size()));
    for (int64_t d : data.shape())
      out_.number(d);
    out_.bytes(numbers.data(), numbers.size() * sizeof(double));
  }

  /// Collects first: the count stands before the values.
  struct Entry {
    Handle group;
    std::string name, key;
  };
  void collect(hid_t group, const Children &list, const std::string &prefix, unsigned depth,
               std::vector<Entry> &out, const std::string &where) {
    if (depth > kMaxDepth)
      throw UserError(where + ": metadata is nested deeper than 32 levels");
    for (const auto &[name, kind] : list) {
      if (++objects_ > kMaxNodes)
        throw UserError("has more than 1000000 objects");
      if (kind == Kind::Dataset) {
        out.push_back({Handle(H5Gopen2(group, ".", H5P_DEFAULT), H5Gclose), name, prefix + name});
        continue;
      }
      Handle inner(H5Gopen2(group, name.c_str(), H5P_DEFAULT), H5Gclose);
      Children below = children(inner, where);
      collect(inner, below, prefix + name + ".", depth + 1, out, where);
    }
  }

  void metadata(hid_t group, const Children &list, const std::string &where) {
    std::vector<Entry> entries;
    for (const auto &[name, kind] : list)
      if (name == "metadata" && kind == Kind::Group) {
        Handle inner(H5Gopen2(group, "metadata", H5P_DEFAULT), H5Gclose);
        collect(inner, children(inner, where), "", 0, entries, where);
      }
    out_.number(static_cast<uint32_t>(entries.size()));
    for (const Entry &e : entries)
      freeValue(e, where + ": metadata '" + e.key + "'");
  }

  /// Metadata are anybody's: what cannot be read of them is left out, and said.
  void freeValue(const Entry &entry, const std::string &where) {
    out_.string(entry.key);
    std::string why;
    try {
      Dataset data(entry.group, entry.name, where);
      if (!data.isString())
        return value(data, where);
      // A list of texts is read as one.
      std::string joined;
      for (const std::string &text : data.strings())
        joined += (joined.empty() ? "" : "\n") + text;
      checkUtf8(joined, where);
      if (joined.size() > kMaxString)
        throw UserError(where + " is a text of more than 64 KiB");
      out_.number('S');
      return out_.string(joined);
    } catch (const UserError &e) {
      why = e.what();
    }
    out_.number('X');
    out_.string(why + "; it is left out");
  }

  void edges(hid_t group, const Children &list, const std::string &where) {
    for (const auto &[name, kind] : list) {
      if (name != "edges" || kind != Kind::Dataset)
        continue;
      std::string at = where + ": 'edges'";
      Dataset data(group, name, at);
      if (data.size() == 0)
        break;
      if (!data.isString() || data.shape().size() != 2 || data.shape()[1] != 2)
        throw UserError(at + " is not a list of pairs of names");
      if (data.size() > 2 * uint64_t{kMaxEdges})
        throw UserError(at + " has more than 4000000 edges");
      std::vector<std::string> names = data.strings();
      for (const std::string &n : names)
        checkUtf8(n, at);
      out_.number(static_cast<uint32_t>(names.size() / 2));
      for (const std::string &n : names)
        out_.string(n);
      return;
    }
    out_.number(uint32_t{0});
  }

  void graph(hid_t group, const Children &list, const std::string &path, unsigned depth) {
    std::string where = label(path);
    if (depth > kMaxDepth)
      throw UserError(where + ": graphs are nested deeper than 32 levels");
    edges(group, list, where);
    metadata(group, list, where);
    bool found = false;
    for (const auto &[name, kind] : list)
      found |= name == "nodes" && kind == Kind::Group;
    if (!found)
      throw UserError(where + " has no group 'nodes'");
    Handle nodes(H5Gopen2(group, "nodes", H5P_DEFAULT), H5Gclose);
    Children names = children(nodes, where);
    out_.number(static_cast<uint32_t>(names.size()));
    for (const auto &[name, kind] : names) {
      if (++objects_ > kMaxNodes)
        throw UserError("has more than 1000000 nodes");
      std::string full = path.empty() ? name : path + "." + name;
      if (full.size() > kMaxString)
        throw UserError(label(path) + ": the name of a node is longer than 64 KiB");
      if (kind != Kind::Group)
        throw UserError(label(full) + " is a dataset; a node is a group with a 'type'");
      Handle inner(H5Gopen2(nodes, name.c_str(), H5P_DEFAULT), H5Gclose);
      out_.string(name);
      node(inner, full, depth);
    }
  }

  void node(hid_t group, const std::string &path, unsigned depth) {
    std::string where = label(path);
    Children list = children(group, where);
    std::string type;
    uint32_t fields = 0;
    for (const auto &[name, kind] : list) {
      if (kind != Kind::Dataset)
        continue;
      if (name == "type")
        type = text(Dataset(group, name, where + ": 'type'"), where + ": 'type'");
      else if (name != "edges")
        ++fields;
    }
    if (type.empty())
      throw UserError(where + " has no 'type'");
    out_.string(type);
    out_.number(fields);
    for (const auto &[name, kind] : list) {
      if (kind != Kind::Dataset || name == "type" || name == "edges")
        continue;
      std::string at = where + ": '" + name + "'";
      out_.string(name);
      value(Dataset(group, name, at), at);
    }
    bool nested = type == "NIRGraph";
    // The metadata of a nested graph is written with the graph.
    if (nested)
      out_.number(uint32_t{0});
    else
      metadata(group, list, where);
    out_.number(static_cast<uint8_t>(nested));
    if (nested)
      graph(group, list, path, depth + 1);
  }

  hid_t root_;
  FrameWriter &out_;
  uint64_t objects_ = 0;
  std::set<haddr_t> seen_; ///< what hard links lead to: loops, and copies without end
};

} // namespace

void streamFile(const std::string &file, int pipe, uint64_t maxBytes) {
  FrameWriter out(pipe, maxBytes);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
  Handle root(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!root.valid()) {
    out.error("cannot be opened as HDF5: the file is truncated or damaged");
    return;
  }
  try {
    Walker(root, out).run();
    out.end();
  } catch (const std::bad_alloc &) {
    out.error("needs more memory than its reader may use: the file is damaged or hostile");
  } catch (const std::exception &e) {
    out.error(e.what());
  }
}

} // namespace spindle::nir
