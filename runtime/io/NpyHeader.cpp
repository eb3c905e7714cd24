// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/io/NpyHeader.h"

#include <cctype>
#include <charconv>

namespace spindle::io {
namespace {

constexpr size_t kMaxDims = 32; // NumPy's own limit

class Parser {
public:
  explicit Parser(std::string_view text) : rest_(text) {}

  NpyHeader parse() {
    NpyHeader header;
    bool type = false, order = false, shape = false;
    expect('{');
    while (!accept('}')) {
      std::string key = string();
      expect(':');
      if (key == "descr") {
        if (peek() == '[')
          throw InputError("has records, not numbers");
        header.type = string();
        type = true;
      } else if (key == "fortran_order") {
        header.fortran = boolean();
        order = true;
      } else if (key == "shape") {
        header.shape = tuple();
        shape = true;
      } else {
        throw InputError("its header has an unknown key");
      }
      if (!accept(',') && peek() != '}')
        damaged();
    }
    skip();
    if (!type || !order || !shape || !rest_.empty())
      damaged();
    return header;
  }

private:
  [[noreturn]] static void damaged() { throw InputError("its header is damaged"); }

  void skip() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())))
      rest_.remove_prefix(1);
  }
  char peek() {
    skip();
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool accept(char c) {
    if (peek() != c)
      return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c))
      damaged();
  }
  std::string string() {
    char quote = peek();
    if (quote != '\'' && quote != '"')
      damaged();
    size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos)
      damaged();
    std::string value(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return value;
  }
  bool boolean() {
    skip();
    for (bool value : {true, false}) {
      std::string_view word = value ? "True" : "False";
      if (rest_.starts_with(word)) {
        rest_.remove_prefix(word.size());
        return value;
      }
    }
    damaged();
  }
  std::vector<int64_t> tuple() {
    std::vector<int64_t> values;
    expect('(');
    while (!accept(')')) {
      skip();
      int64_t value = 0;
      auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
      if (error != std::errc() || value < 0 || values.size() == kMaxDims)
        damaged();
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      values.push_back(value);
      if (!accept(',') && peek() != ')')
        damaged();
    }
    return values;
  }

  std::string_view rest_;
};

} // namespace

NpyHeader parseNpyHeader(std::string_view text) { return Parser(text).parse(); }

} // namespace spindle::io
