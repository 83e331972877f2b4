#include "server/vault/pkcs11_error.h"

#include <p11-kit/p11-kit.h>

#include <algorithm>
#include <array>

namespace vault {
namespace {

struct Meaning {
  CK_RV code;
  const char* name;
  Trouble trouble;
};

constexpr std::array meanings{
    Meaning{CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED", Trouble::unreachable},
    Meaning{CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", Trouble::unreachable},
    Meaning{CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", Trouble::unreachable},
    Meaning{CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", Trouble::unreachable},
    Meaning{CKR_FUNCTION_CANCELED, "CKR_FUNCTION_CANCELED", Trouble::unreachable},
    Meaning{CKR_HOST_MEMORY, "CKR_HOST_MEMORY", Trouble::unreachable},
    Meaning{CKR_OPERATION_ACTIVE, "CKR_OPERATION_ACTIVE", Trouble::unreachable},
    Meaning{CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", Trouble::unreachable},
    Meaning{CKR_SESSION_COUNT, "CKR_SESSION_COUNT", Trouble::unreachable},
    Meaning{CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", Trouble::unreachable},
    Meaning{CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", Trouble::unreachable},
    Meaning{CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", Trouble::unreachable},
    Meaning{CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", Trouble::unreachable},
    Meaning{CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", Trouble::unreachable},
    Meaning{CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", Trouble::unclear},
    Meaning{CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", Trouble::unclear},
    Meaning{CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED", Trouble::login},
    Meaning{CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", Trouble::login},
    Meaning{CKR_PIN_INVALID, "CKR_PIN_INVALID", Trouble::login},
    Meaning{CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", Trouble::login},
    Meaning{CKR_PIN_LOCKED, "CKR_PIN_LOCKED", Trouble::login},
    Meaning{CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED", Trouble::login},
    Meaning{CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID", Trouble::gone},
    Meaning{CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID", Trouble::gone},
    Meaning{CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED", Trouble::forbidden},
    Meaning{CKR_DATA_INVALID, "CKR_DATA_INVALID", Trouble::bad_data},
    Meaning{CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE", Trouble::bad_data},
    Meaning{CKR_ENCRYPTED_DATA_INVALID, "CKR_ENCRYPTED_DATA_INVALID", Trouble::bad_data},
    Meaning{CKR_ENCRYPTED_DATA_LEN_RANGE, "CKR_ENCRYPTED_DATA_LEN_RANGE", Trouble::bad_data},
    Meaning{CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", Trouble::not_supported},
    Meaning{CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", Trouble::not_supported},
    Meaning{CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID", Trouble::not_supported},
};

const Meaning* meaning_of(CK_RV code) {
  const auto* found = std::ranges::find(meanings, code, &Meaning::code);
  return found == meanings.end() ? nullptr : found;
}

std::string text_of(CK_RV code, const char* call) {
  const auto* meaning = meaning_of(code);
  return std::string(call) + " gives " +
         (meaning ? std::string(meaning->name)
                  : std::to_string(code) + " (" + p11_kit_strerror(code) + ')');
}

}  // namespace

TokenError::TokenError(CK_RV code, const char* call)
    : std::runtime_error(text_of(code, call)),
      trouble(meaning_of(code) ? meaning_of(code)->trouble : Trouble::refused) {}

void check(CK_RV code, const char* call) {
  if (code != CKR_OK) throw TokenError(code, call);
}

}  // namespace vault
