#include "policy/signed_text.h"

#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/signature.h"

namespace policy {

namespace {

constexpr std::string_view purpose = "ledger export";

struct Form {
  std::string_view before_key, before_signature, end;
};

constexpr Form json_form{R"({"publicKey":")", R"(","signature":")", "\"}\n"};
constexpr Form comment_form{"# publicKey=", " signature=", "\n"};

// Nothing: the line is not of this form.
std::optional<std::pair<Bytes, Bytes>> parsed(std::string_view line, const Form& form) {
  const auto key_size = 2 * crypto::public_key_size, size = 2 * crypto::signature_size;
  if (line.size() != form.before_key.size() + key_size + form.before_signature.size() + size +
                         form.end.size() ||
      !line.starts_with(form.before_key) || !line.ends_with(form.end) ||
      line.substr(form.before_key.size() + key_size, form.before_signature.size()) !=
          form.before_signature)
    return std::nullopt;
  const auto key = line.substr(form.before_key.size(), key_size);
  const auto signature = line.substr(line.size() - form.end.size() - size, size);
  return std::pair(from_hex(key), from_hex(signature));
}

}  // namespace

std::string with_signature(std::string text, SignatureLine line, const crypto::SigningKey& key) {
  const auto& form = line == SignatureLine::json ? json_form : comment_form;
  const auto signature = crypto::Signature::of(key, purpose, crypto::sha256(bytes_of(text)));
  text += form.before_key;
  text += to_hex(crypto::Signature::public_key(key));
  text += form.before_signature;
  text += to_hex(signature);
  return text += form.end;
}

SignedText checked_signature(std::string_view text) {
  const auto last = text.size() < 2 ? text.npos : text.rfind('\n', text.size() - 2);
  const auto before = text.substr(0, last == text.npos ? 0 : last + 1);
  const auto line = text.substr(before.size());
  auto found = parsed(line, json_form);
  if (!found) found = parsed(line, comment_form);
  if (!found)
    throw Error(Fault::invalid, "its last line has no signature",
                "is it whole, and made by `sealpost ledger export`?");
  const auto& [key, signature] = *found;
  return {key, crypto::Signature::holds(key, purpose, crypto::sha256(bytes_of(before)), signature)};
}

}  // namespace policy
