#include "storage/password_codec.h"

namespace storage {
namespace {

using crypto::scram_key_size;
using crypto::scram_salt_size;

Bytes octets_of(Decoder& from, std::size_t size) {
  auto out = copy_of(bytes_of(from.text<std::uint8_t>()));
  if (out.size() != size) throw Error(Fault::corrupt, "a stored SCRAM verifier is malformed");
  return out;
}

}  // namespace

void encode_rest(Encoder& to, const crypto::StoredPassword& password) {
  to.number(static_cast<std::uint8_t>(password.form));
  to.number(password.scram ? password.scram->iterations : std::uint32_t{0});
  if (!password.scram) return;
  to.text<std::uint8_t>(text_of(password.scram->salt));
  to.text<std::uint8_t>(text_of(password.scram->stored_key));
  to.text<std::uint8_t>(text_of(password.scram->server_key));
}

void decode_rest(Decoder& from, crypto::StoredPassword& password) {
  const auto form = from.number<std::uint8_t>();
  if (form > static_cast<std::uint8_t>(crypto::StoredPassword::Form::prepared))
    throw Error(Fault::corrupt, "a stored password is of an unknown form");
  password.form = static_cast<crypto::StoredPassword::Form>(form);
  const auto iterations = from.number<std::uint32_t>();
  if (iterations == 0) return;
  auto& scram = password.scram.emplace();
  scram.iterations = iterations;
  scram.salt = octets_of(from, scram_salt_size);
  scram.stored_key = octets_of(from, scram_key_size);
  scram.server_key = octets_of(from, scram_key_size);
}

}  // namespace storage
