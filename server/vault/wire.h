#pragma once
// Bodies and errors of the REST contract, both ways. Everything a client sends is bounded and
// checked here before it is used.

#include <boost/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"
#include "server/vault/secret.h"
#include "server/vault/store.h"

namespace vault {

// An error as the contract spells it: status, code, text for people, innererror.
class Refusal : public std::runtime_error {
 public:
  Refusal(unsigned status, std::string code, const std::string& message, std::string inner = {})
      : std::runtime_error(message),
        status(status),
        code(std::move(code)),
        inner(std::move(inner)) {}
  unsigned status;
  std::string code, inner;
};
Refusal bad_parameter(const std::string& message);  // 400

http::Response error_response(const Refusal&);
http::Response json_response(const boost::json::value&);

// Requests. All throw Refusal 400.
struct KeyRequest {
  unsigned bits;
  Properties properties;
};
KeyRequest parse_create(std::string_view body);
Change parse_change(std::string_view body);
// The octets of {"alg":"RSA-OAEP-256","value":..}.
Secret parse_operation(std::string_view body);

// Answers. `origin` is "https://host:port" as the client used it.
std::string kid_of(std::string_view origin, const KeyVersion&);
boost::json::object key_bundle(std::string_view origin, const KeyVersion&);
enum class KidForm { with_version, without_version };
boost::json::object key_item(std::string_view origin, const KeyVersion&, KidForm);
// {"kid":..,"value":..}, for octets that must not stay in memory.
http::Response operation_response(const std::string& kid, ByteView value);

}  // namespace vault
