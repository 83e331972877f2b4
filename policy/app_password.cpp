#include "policy/app_password.h"

namespace policy {

namespace {

// RFC 4648 section 6, in lower case: no 0 that looks like o, no 1 that looks like l.
constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t letters = 24, group = 4;
constexpr std::size_t longest_typed = 64;

void add(crypto::SecretText& to, char letter) {
  if (to.size() % (group + 1) == group) to += '-';
  to += letter;
}

}  // namespace

crypto::SecretText new_app_password() {
  crypto::SecretBytes random(letters);
  crypto::random_bytes(random);
  crypto::SecretText out;
  for (const auto octet : random) add(out, alphabet[octet % alphabet.size()]);
  return out;
}

std::optional<crypto::SecretText> app_password_in(std::string_view typed) {
  if (typed.size() > longest_typed) return std::nullopt;
  crypto::SecretText out;
  for (char c : typed) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (alphabet.find(c) == alphabet.npos) return std::nullopt;
    add(out, c);
  }
  if (out.size() != letters + letters / group - 1) return std::nullopt;
  return out;
}

std::string selector_of(const crypto::SecretText& app_password) {
  return std::string(std::string_view(app_password).substr(0, group));
}

}  // namespace policy
