#pragma once
// The vector files: a list of objects each, octets in hexadecimal.

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/crossing.h"
#include "crypto/place.h"

namespace crypto_test {

inline boost::json::array vectors(const std::string& name) {
  std::ifstream file(TEST_DATA "/crypto/vectors/" + name + ".json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return boost::json::parse(text).as_array();
}

inline std::string text_in(const boost::json::value& vector, const char* member) {
  return boost::json::value_to<std::string>(vector.at(member));
}

inline Bytes bytes_in(const boost::json::value& vector, const char* member) {
  return from_hex(text_in(vector, member));
}

inline crypto::Place place_in(const boost::json::value& place) {
  return {static_cast<crypto::Kind>(place.at("kind").to_number<unsigned>()),
          MailboxId(place.at("mailbox").to_number<std::int64_t>()),
          place.at("row").to_number<std::int64_t>(), place.at("part").to_number<std::uint32_t>(),
          place.at("epoch").to_number<std::uint32_t>()};
}

inline const crypto::Crossing by_user{
    crypto::Cause::fetch, {crypto::ActorClass::user, AccountId(1)}, MailboxId(42)};

inline bool is_corrupt(const Error& error) { return error.fault() == Fault::corrupt; }

}  // namespace crypto_test
