#include "server/vault/key_file.h"

#include <boost/json.hpp>

#include "base/error.h"
#include "server/vault/refusal.h"

namespace vault {
namespace {

namespace json = boost::json;

json::value optional_time(const std::optional<UnixTime>& time) {
  return time ? json::value(*time) : json::value(nullptr);
}

std::optional<UnixTime> time_of(const json::value& value) {
  if (value.is_null()) return std::nullopt;
  return value.to_number<UnixTime>();
}

json::object described(const KeyVersion& key) {
  json::object tags;
  for (const auto& [name, value] : key.properties.tags) tags[name] = value;
  json::array operations(key.properties.operations.begin(), key.properties.operations.end());
  return {{"name", key.name},
          {"version", key.version},
          {"number", key.number},
          {"created", key.created},
          {"updated", key.updated},
          {"enabled", key.properties.enabled},
          {"nbf", optional_time(key.properties.not_before)},
          {"exp", optional_time(key.properties.expires)},
          {"key_ops", operations},
          {"tags", tags}};
}

Properties properties_of(const json::object& from) {
  Properties properties;
  properties.enabled = from.at("enabled").as_bool();
  properties.not_before = time_of(from.at("nbf"));
  properties.expires = time_of(from.at("exp"));
  properties.operations = json::value_to<std::vector<std::string>>(from.at("key_ops"));
  properties.tags = json::value_to<std::map<std::string, std::string>>(from.at("tags"));
  return properties;
}

KeyVersion version_of(const json::object& from) {
  return {json::value_to<std::string>(from.at("name")),
          json::value_to<std::string>(from.at("version")),
          from.at("number").to_number<unsigned>(),
          from.at("created").to_number<UnixTime>(),
          from.at("updated").to_number<UnixTime>(),
          properties_of(from),
          nullptr};
}

template <class Out>
void put(Out& out, ByteView octets) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(octets.size() >> shift));
  out.insert(out.end(), octets.begin(), octets.end());
}

// The next piece behind its length.
ByteView take(ByteView& rest) {
  if (rest.size() < 4) throw Error(Fault::corrupt, "the octets of a key are cut short");
  std::size_t length = 0;
  for (const auto octet : rest.first(4)) length = length << 8 | octet;
  rest = rest.subspan(4);
  if (length > rest.size()) throw Error(Fault::corrupt, "the octets of a key are cut short");
  const auto piece = rest.first(length);
  rest = rest.subspan(length);
  return piece;
}

// Boost.JSON throws several kinds.
template <class Work>
auto reading(Work work) try {
  return work();
} catch (const boost::system::system_error&) {
  throw Error(Fault::corrupt, "a key does not have the form of this version");
} catch (const std::out_of_range&) {
  throw Error(Fault::corrupt, "a key lacks a member");
} catch (const Refusal&) {
  throw Error(Fault::corrupt, "a rotation policy does not have the form of this version");
}

}  // namespace

Secret encode(const KeyVersion& version, ByteView key) {
  const auto text = json::serialize(described(version));
  Secret out;
  out.reserve(4 + text.size() + key.size());
  put(out, bytes_of(text));
  out.insert(out.end(), key.begin(), key.end());
  return out;
}

KeyVersion decode_version(ByteView octets, const Holder& holder) {
  return reading([&] {
    const auto text = take(octets);
    auto version = version_of(json::parse(text_of(text)).as_object());
    version.held = holder({lower_case(version.name), version.version}, octets);
    return version;
  });
}

std::string encode(const KeyState& state) {
  json::object out;
  if (state.deleted)
    out["deleted"] = json::object{{"at", state.deleted->at}, {"purge_at", state.deleted->purge_at}};
  if (state.rotation) out["rotation"] = to_json(*state.rotation);
  return json::serialize(out);
}

KeyState decode_state(ByteView octets) {
  return reading([&] {
    const auto value = json::parse(text_of(octets));
    KeyState state;
    if (const auto* deleted = value.as_object().if_contains("deleted"))
      state.deleted = {deleted->at("at").to_number<UnixTime>(),
                       deleted->at("purge_at").to_number<UnixTime>()};
    if (const auto* rotation = value.as_object().if_contains("rotation"))
      state.rotation = rotation_policy_from(*rotation);
    return state;
  });
}

Secret encode_backup(const Key& key) {
  Secret out;
  put(out, bytes_of(encode(KeyState{{}, key.state.rotation})));
  for (const auto& version : key.versions) {
    const auto exported = version->held->exported();
    if (!exported)
      throw forbidden("The token gives its keys to nobody. Back up the token with its own tools.");
    put(out, encode(*version, *exported));
  }
  return out;
}

Key decode_backup(ByteView octets, const Holder& holder) {
  Key key{decode_state(take(octets)), {}};
  std::vector<std::pair<KeyVersion, ByteView>> found;
  while (!octets.empty()) {
    const auto piece = take(octets);
    ByteView pkcs8;
    const auto note = [&](const KeyId&, ByteView rest) {
      pkcs8 = rest;
      return HeldKey();
    };
    auto version = decode_version(piece, note);
    found.emplace_back(std::move(version), pkcs8);
  }
  if (found.empty()) throw Error(Fault::corrupt, "a backup without versions");
  for (auto& [version, pkcs8] : found) {
    version.held = holder({lower_case(version.name), version.version}, pkcs8);
    key.versions.push_back(std::make_shared<const KeyVersion>(std::move(version)));
  }
  return key;
}

}  // namespace vault
