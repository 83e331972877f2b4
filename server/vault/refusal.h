#pragma once
// How the vault says no: an error as the contract spells it (reference: key vault REST, section 5).

#include <stdexcept>
#include <string>

namespace vault {

class Refusal : public std::runtime_error {
 public:
  Refusal(unsigned status, std::string code, const std::string& message, std::string inner = {},
          std::string hint = {})
      : std::runtime_error(message),
        status(status),
        code(std::move(code)),
        inner(std::move(inner)),
        hint(std::move(hint)) {}
  unsigned status;
  std::string code, inner;
  std::string hint;  // what to do, for the vault's owner
};

Refusal bad_parameter(const std::string& message);  // 400
Refusal forbidden(const std::string& message, std::string inner = {});
Refusal no_such_key();
Refusal name_in_use();         // by a deleted key
Refusal purge_is_forbidden();  // the vault protects deleted keys

}  // namespace vault
