#pragma once
// A vault's or token endpoint's JSON, parsed in memory that is wiped.

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "crypto/https_client.h"
#include "crypto/vault_verdict.h"

namespace crypto {

// What is not as it must be is a proxy's word: the calls throw RootError "200 unreadable".
class JsonAnswer {
 public:
  JsonAnswer(const SecretText& text, Speaker, std::string who);

  const boost::json::object& root() const { return value_.as_object(); }
  std::string_view text(const boost::json::object&, std::string_view name) const;
  const boost::json::object& object(std::string_view name) const;
  Bytes octets(const boost::json::object&, std::string_view name) const;  // base64url
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  const boost::json::value& member(const boost::json::object&, std::string_view name) const;

  const Speaker speaker_;
  const std::string who_;
  SecretBytes memory_;
  boost::json::monotonic_resource arena_;
  boost::json::value value_;
};

// A whole number, also one in a string. Nothing when there is none.
std::optional<std::int64_t> number_in(const boost::json::object&, std::string_view name);

}  // namespace crypto
