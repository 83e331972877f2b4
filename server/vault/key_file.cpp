#include "server/vault/key_file.h"

#include <boost/json.hpp>

#include "base/error.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::size_t length_size = 4;

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

}  // namespace

Secret encode(const KeyVersion& key) {
  const auto text = json::serialize(described(key));
  const auto held = key.key->kept();
  Secret out;
  out.reserve(length_size + text.size() + held.size());
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(text.size() >> shift));
  out.insert(out.end(), text.begin(), text.end());
  out.insert(out.end(), held.begin(), held.end());
  return out;
}

KeyVersion decode(ByteView octets, KeyBackend& backend) try {
  if (octets.size() < length_size) throw Error(Fault::corrupt, "a key file is too short");
  std::size_t length = 0;
  for (const auto octet : octets.first(length_size)) length = length << 8 | octet;
  octets = octets.subspan(length_size);
  if (length > octets.size()) throw Error(Fault::corrupt, "a key file is cut short");
  const auto value = json::parse(text_of(octets.first(length)));
  const auto& from = value.as_object();
  const auto name = json::value_to<std::string>(from.at("name"));
  const auto version = json::value_to<std::string>(from.at("version"));
  return {name,
          version,
          from.at("number").to_number<unsigned>(),
          from.at("created").to_number<UnixTime>(),
          from.at("updated").to_number<UnixTime>(),
          properties_of(from),
          backend.open({lower_case(name), version}, octets.subspan(length))};
} catch (const boost::system::system_error&) {
  throw Error(Fault::corrupt, "a key file does not have the form of this version");
} catch (const std::out_of_range&) {
  throw Error(Fault::corrupt, "a key file lacks a member");
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

}  // namespace vault
