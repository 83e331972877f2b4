#include "server/lab/holdings.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "crypto/root_keys.h"

namespace server::lab {

namespace {

namespace json = boost::json;
using Path = std::filesystem::path;

json::object object_in(const Path& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  boost::system::error_code failed;
  auto value = json::parse(text, failed);
  if (failed || !value.is_object())
    throw Error(Fault::corrupt, file.string() + " is not what a sealvault writes",
                "copy the whole directory of the vault once more");
  return std::move(value.as_object());
}

std::string generation_of(const DepWrap& wrap) { return wrap.kid.empty() ? "1" : wrap.kid; }

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

bool is_managed(const crypto::RootKeyRef& root) { return root.vault() == "managed://"; }

std::string availability_words(const DepWrap& wrap) {
  return "availability key " + std::to_string(wrap.dep) + ", generation " + generation_of(wrap);
}

std::optional<std::string> of_service_keys(const Path& directory, const DepWrap& wrap) {
  if (wrap.slot == 2) {
    const auto file = "availability-" + std::to_string(wrap.dep) +
                      (wrap.kid.empty() ? "" : "-" + wrap.kid) + ".key";
    if (!std::filesystem::exists(directory / file)) return {};
    return availability_words(wrap);
  }
  const crypto::RootKeyRef root(wrap.kid);
  if (!is_managed(root)) return {};
  const auto file = directory / "managed" / root.name() / (root.version() + ".pem");
  if (!std::filesystem::exists(file)) return {};
  return "managed root " + root.name() + "/" + root.version();
}

std::optional<std::string> of_vault(const Path& directory, const DepWrap& wrap) {
  if (wrap.slot == 2) return {};
  const crypto::RootKeyRef root(wrap.kid);
  const auto file = directory / "keys" / lower_case(root.name()) / (root.version() + ".key");
  if (is_managed(root) || !std::filesystem::exists(file)) return {};
  return "root " + root.name() + "/" + root.version();
}

}  // namespace

Holdings::Holdings(const Assets& assets, json::object memory)
    : assets_(assets), memory_(std::move(memory)) {}

const Path* Holdings::vault(std::string_view asset) const {
  if (asset == "vault-a") return &*assets_.vault_a;
  if (asset == "vault-b") return &*assets_.vault_b;
  return nullptr;
}

bool Holdings::in_memory(std::string_view asset, std::string_view source,
                         const json::array& what) const {
  const auto* found = asset == "memory" ? memory_.if_contains(source) : nullptr;
  return found &&
         std::ranges::find(found->as_array(), json::value(what)) != found->as_array().end();
}

std::optional<std::string> Holdings::opener(std::string_view asset, std::string_view source,
                                            const DepWrap& wrap) const {
  if (asset == "service-keys") return of_service_keys(*assets_.service_keys, wrap);
  if (vault(asset)) return closed(asset) ? std::nullopt : of_vault(*vault(asset), wrap);
  const auto generation = std::stoll(wrap.slot == 2 ? generation_of(wrap) : "0");
  if (wrap.slot == 2 && in_memory(asset, source, {"availability key", wrap.dep, generation}))
    return availability_words(wrap);
  return {};
}

bool Holdings::holds_dep_key(std::string_view asset, std::string_view source, std::int64_t dep,
                             std::int64_t version) const {
  return in_memory(asset, source, {"DEP key", dep, version});
}

bool Holdings::holds_mailbox_key(std::string_view asset, std::string_view source,
                                 std::int64_t mailbox, std::int64_t epoch) const {
  return in_memory(asset, source, {"mailbox key", mailbox, epoch});
}

bool Holdings::holds_directory_key(std::string_view asset, std::string_view source) const {
  return asset == "service-keys" || in_memory(asset, source, {"directory key"});
}

std::optional<std::string> Holdings::closed(std::string_view asset) const {
  const auto* directory = vault(asset);
  if (!directory) return {};
  if (object_in(*directory / "vault.json").contains("pkcs11"))
    return "its private keys lie in a token";
  if (object_in(*directory / "master.key").at("kind") != "file")
    return "it opens with a passphrase";
  return {};
}

}  // namespace server::lab
