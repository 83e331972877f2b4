#pragma once
// One table of the configuration file, as its readers see it (config.cpp, config_vault.cpp): every
// failure is told with file and line.

#include <fmt/format.h>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/config.h"
#include "server/listen_address.h"

namespace server {

// One table of the file. Every key must be asked for by name; finish() refuses the others.
class Section {
 public:
  // `paths`: where paths that are needed at the start are noted.
  Section(const toml::table& table, std::string name, const std::filesystem::path& file,
          std::vector<NeededPath>& paths)
      : table_(table), name_(std::move(name)), file_(file), paths_(paths) {}

  bool has(std::string_view key) { return find(key) != nullptr; }

  template <class Value>
  std::optional<Value> value(std::string_view key, const char* type) {
    const auto* node = find(key);
    if (!node) return {};
    auto out = node->value_exact<Value>();
    if (!out) fail(*node, key, "expected " + std::string(type));
    return out;
  }

  std::string text(std::string_view key) {
    const auto out = value<std::string>(key, "a string");
    if (!out) fail(table_, key, "this key is needed", keys_there());
    if (out->empty()) fail(*find(key), key, "this key is needed");
    return *out;
  }
  std::string text_or(std::string_view key, std::string otherwise) {
    return value<std::string>(key, "a string").value_or(std::move(otherwise));
  }
  bool flag(std::string_view key, bool otherwise) {
    return value<bool>(key, "true or false").value_or(otherwise);
  }
  std::filesystem::path path(std::string_view key) {
    return (std::filesystem::absolute(file_).parent_path() / text(key)).lexically_normal();
  }

  // A file that must be there at the start.
  std::filesystem::path file(std::string_view key) { return noted(key, NeededPath::Kind::file); }
  // A directory, to be made at the start if it is not there.
  std::filesystem::path directory(std::string_view key) {
    return noted(key, NeededPath::Kind::directory);
  }

  template <class Number>
  Number number(std::string_view key, Number otherwise, std::int64_t least, std::int64_t most) {
    const auto out = value<std::int64_t>(key, "a whole number");
    if (!out) return otherwise;
    if (*out < least || *out > most)
      fail(*find(key), key, fmt::format("must be from {} to {}", least, most));
    return static_cast<Number>(*out);
  }
  std::chrono::seconds seconds(std::string_view key, std::chrono::seconds otherwise,
                               std::int64_t least, std::int64_t most) {
    return std::chrono::seconds(number<std::int64_t>(key, otherwise.count(), least, most));
  }

  // An array of strings, or one string.
  std::vector<std::string> texts(std::string_view key) {
    const auto* node = find(key);
    if (!node) return {};
    if (const auto one = node->value_exact<std::string>()) return {*one};
    const auto* array = node->as_array();
    if (!array) fail(*node, key, "expected an array of strings");
    std::vector<std::string> out;
    for (const auto& item : *array) {
      const auto word = item.value_exact<std::string>();
      if (!word) fail(item, key, "expected an array of strings");
      out.push_back(*word);
    }
    return out;
  }

  // Which of these words it is; the first where it is not said.
  std::size_t one_of(std::string_view key, const std::vector<std::string>& words) {
    const auto found = std::ranges::find(words, text_or(key, words.front()));
    if (found == words.end())
      refuse(key, "not a word for this", fmt::format("allowed: {}", fmt::join(words, ", ")));
    return static_cast<std::size_t>(found - words.begin());
  }

  // For a key that is there.
  [[noreturn]] void refuse(std::string_view key, const std::string& why,
                           const std::string& hint =
                               "server/sealpost.sample.toml shows what "
                               "goes together") {
    fail(*find(key), key, why, hint);
  }

  // What `make` throws is told with file and line.
  template <class Make>
  auto checked(std::string_view key, Make make) {
    try {
      return make();
    } catch (const Error& error) {
      fail(*find(key), key, error.what(), error.hint());
    }
  }

  std::vector<ListenAddress> addresses(std::string_view key) {
    std::vector<ListenAddress> out;
    for (const auto& word : texts(key))
      out.push_back(checked(key, [&] { return ListenAddress::parsed(word); }));
    return out;
  }

  // "[[imap.key]]": the tables of it, each to be finished by its reader.
  std::vector<Section> tables(std::string_view key) {
    std::vector<Section> out;
    const auto* node = find(key);
    if (!node) return out;
    const auto* array = node->as_array();
    if (!array || !array->is_homogeneous<toml::table>())
      fail(*node, key, "expected sections in double brackets");
    for (const auto& item : *array)
      out.emplace_back(*item.as_table(), name_ + std::string(key) + ' ', file_, paths_);
    return out;
  }

  void finish() const {
    for (const auto& [key, node] : table_)
      if (std::ranges::find(asked_, key.str()) == asked_.end())
        fail(node, key.str(), "unknown key",
             "allowed here: " + fmt::format("{}", fmt::join(asked_, ", ")));
  }

  [[noreturn]] void fail(
      const toml::node& node, std::string_view key, const std::string& why,
      const std::string& hint = "server/sealpost.sample.toml documents every key") const {
    throw Error(Fault::invalid, place_of(node, key) + ": " + why, hint);
  }

 private:
  const toml::node* find(std::string_view key) {
    if (std::ranges::find(asked_, key) == asked_.end()) asked_.emplace_back(key);
    return table_.get(key);
  }

  std::string place_of(const toml::node& node, std::string_view key) const {
    return fmt::format("{}:{}: {}{}", file_.string(), node.source().begin.line, name_, key);
  }

  // A key that is missed may be there, misspelt.
  std::string keys_there() const {
    std::vector<std::string_view> keys;
    for (const auto& [key, node] : table_) keys.push_back(key.str());
    return fmt::format("keys that are there: {}; server/sealpost.sample.toml documents every key",
                       fmt::join(keys, ", "));
  }

  std::filesystem::path noted(std::string_view key, NeededPath::Kind kind) {
    const auto out = path(key);
    paths_.push_back({kind, out, place_of(*find(key), key)});
    return out;
  }

  const toml::table& table_;
  std::string name_;  // "[imap] ", for errors
  const std::filesystem::path& file_;
  std::vector<NeededPath>& paths_;
  std::vector<std::string> asked_;
};

void read_vault(Section&, Config&);     // one [[vault]]
void read_oauth(Section&, Config&);     // [oauth]
void read_outgoing(Section&, Config&);  // [outgoing]

}  // namespace server
