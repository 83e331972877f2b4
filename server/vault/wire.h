#pragma once
// Answers of the REST contract.

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "server/http/message.h"
#include "server/vault/key.h"
#include "server/vault/refusal.h"
#include "server/vault/secret.h"

namespace vault {

http::Response error_response(const Refusal&);
http::Response json_response(const boost::json::value&);

// Of all answers of one vault to one client.
struct Frame {
  std::string origin;  // "https://host:port" as the client has it
  Recovery recovery;
  std::string key_type;
};

std::string kid_of(const Frame&, const KeyVersion&);
boost::json::object key_bundle(const Frame&, const KeyVersion&);
boost::json::object deleted_bundle(const Frame&, const DeletedKey&);
enum class KidForm { with_version, without_version };
boost::json::object key_item(const Frame&, const KeyVersion&, KidForm);
boost::json::object deleted_item(const Frame&, const DeletedKey&);
// {"kid":..,"value":..}, for octets that must not stay in memory.
http::Response operation_response(const std::string& kid, ByteView value);

}  // namespace vault
