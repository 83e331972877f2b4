#include "server/vault/audit_chain.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/error.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::string_view chain_mark = R"(,"chain":")";

Bytes mac_of(const Secret& key, ByteView first, std::string_view second) {
  auto octets = copy_of(first);
  octets.insert(octets.end(), second.begin(), second.end());
  Bytes out(32);
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets.data(), octets.size(),
           out.data(), &size) == nullptr)
    throw Error(Fault::unavailable, "OpenSSL refuses HMAC-SHA256");
  return out;
}

bool same(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<Bytes> hex_in(std::string_view text) {
  try {
    return from_hex(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::optional<AuditState> state_in(std::string_view text, const Secret& key) {
  text = text.substr(0, text.find('\n'));
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0, at = 0; i < parts.size(); ++i) {
    const auto end = std::min(text.find(' ', at), text.size());
    parts[i] = text.substr(std::min(at, text.size()), end - std::min(at, text.size()));
    at = end + 1;
  }
  const auto number = number_in(parts[0]), offset = number_in(parts[1]);
  const auto chain = hex_in(parts[2]), mac = hex_in(parts[3]);
  if (!number || !offset || !chain || !mac || chain->size() != 32) return std::nullopt;
  const auto before = text.substr(0, text.rfind(' '));
  if (!same(*mac, mac_of(key, {}, before))) return std::nullopt;
  return AuditState{*number, *offset, *chain};
}

}  // namespace

std::string audit_line(const AuditEntry& entry, const AuditState& after, const Secret& key) {
  auto text = json::serialize(json::object{{"number", after.number + 1},
                                           {"time", entry.time},
                                           {"caller", entry.caller},
                                           {"operation", entry.operation},
                                           {"key", entry.key},
                                           {"status", entry.status},
                                           {"code", entry.code},
                                           {"request", entry.request},
                                           {"client_request", entry.client_request}});
  text.pop_back();  // the closing brace
  const auto chain = to_hex(mac_of(key, after.chain, text));
  return text.append(chain_mark).append(chain).append("\"}\n");
}

std::optional<AuditState> follows(std::string_view line, const AuditState& before,
                                  const Secret& key) {
  const auto mark = line.rfind(chain_mark);
  if (mark == line.npos || !line.ends_with("\"}")) return std::nullopt;
  const auto start = mark + chain_mark.size();
  const auto chain = hex_in(line.substr(start, line.size() - 2 - start));
  if (!chain || !same(*chain, mac_of(key, before.chain, line.substr(0, mark)))) return std::nullopt;
  const auto head = R"({"number":)" + std::to_string(before.number + 1) + ',';
  if (!line.starts_with(head)) return std::nullopt;
  return AuditState{before.number + 1, before.offset + line.size() + 1, *chain};
}

std::string checkpoint_text(const AuditState& state, const Secret& key) {
  const auto text =
      std::to_string(state.number) + ' ' + std::to_string(state.offset) + ' ' + to_hex(state.chain);
  return text + ' ' + to_hex(mac_of(key, {}, text)) + '\n';
}

std::optional<AuditState> read_checkpoint(const Path& path, const Secret& key) {
  return state_in(read_file(path), key);
}

}  // namespace vault
