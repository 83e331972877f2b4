#define OPENSSL_SUPPRESS_DEPRECATED

#include "tests/support/staged_token.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cstring>
#include <mutex>
#include <set>
#include <vector>

namespace {

using vault_test::Call;
using vault_test::Stage;

std::mutex mutex;  // guards what follows
Stage staged;
std::set<CK_SESSION_HANDLE> decoding;
CK_FUNCTION_LIST real, shown;

bool changes(Call call) {
  return call == Call::generate || call == Call::create || call == Call::destroy;
}

bool step(Call call) { return !changes(call) || staged.step == nullptr || staged.step(); }

CK_RV begin(Call call) {
  const std::lock_guard lock(mutex);
  ++staged.calls[call];
  const auto failure = staged.failures.find(call);
  if (failure == staged.failures.end() || failure->second.times == 0) return CKR_OK;
  --failure->second.times;
  return failure->second.code;
}

// As the real module does it, unless something is staged.
template <Call call, auto member>
struct Staged;
template <Call call, class... Arguments, CK_RV (*CK_FUNCTION_LIST::*member)(Arguments...)>
struct Staged<call, member> {
  static CK_RV run(Arguments... arguments) {
    if (const auto code = begin(call); code != CKR_OK) return code;
    if (!step(call)) return CKR_DEVICE_ERROR;
    const auto code = (real.*member)(arguments...);
    return step(call) ? code : CKR_DEVICE_ERROR;
  }
};

CK_RV decrypt_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  if (const auto code = begin(Call::decrypt_init); code != CKR_OK) return code;
  CK_MECHANISM raw{CKM_RSA_X_509, nullptr, 0};
  const bool decode = staged.oaep && mechanism->mechanism == CKM_RSA_PKCS_OAEP;
  const auto code = real.C_DecryptInit(session, decode ? &raw : mechanism, key);
  const std::lock_guard lock(mutex);
  if (decode && code == CKR_OK) decoding.insert(session);
  return code;
}

CK_RV decrypt(CK_SESSION_HANDLE session, CK_BYTE* cipher, CK_ULONG size, CK_BYTE* plain,
              CK_ULONG* plain_size) {
  bool decode = false;
  {
    const std::lock_guard lock(mutex);
    decode = decoding.erase(session) != 0;
  }
  if (const auto failure = begin(Call::decrypt); failure != CKR_OK) {
    real.C_Decrypt(session, cipher, size, plain, plain_size);  // ends what was begun
    return failure;
  }
  if (!decode) return real.C_Decrypt(session, cipher, size, plain, plain_size);
  std::vector<CK_BYTE> encoded(size), out(size);
  CK_ULONG length = size;
  const auto code = real.C_Decrypt(session, cipher, size, encoded.data(), &length);
  if (code != CKR_OK) return code;
  const int width = static_cast<int>(size);
  const int found = RSA_padding_check_PKCS1_OAEP_mgf1(
      out.data(), width, encoded.data(), width, width, nullptr, 0, EVP_sha256(), EVP_sha256());
  if (found < 0) return staged.not_opened;
  std::memcpy(plain, out.data(), static_cast<std::size_t>(found));
  *plain_size = static_cast<CK_ULONG>(found);
  return CKR_OK;
}

CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  if (const auto code = begin(Call::sign_init); code != CKR_OK) return code;
  if (!staged.pss && mechanism->mechanism == CKM_RSA_PKCS_PSS) return CKR_MECHANISM_INVALID;
  return real.C_SignInit(session, mechanism, key);
}

CK_RV token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const auto code = real.C_GetTokenInfo(slot, info);
  info->flags |= staged.flags;
  return code;
}

template <Call call, auto member>
constexpr auto staged_as = &Staged<call, member>::run;

void stage_all() {
  using List = CK_FUNCTION_LIST;
  shown = real;
  shown.C_Initialize = staged_as<Call::initialize, &List::C_Initialize>;
  shown.C_OpenSession = staged_as<Call::open_session, &List::C_OpenSession>;
  shown.C_Login = staged_as<Call::login, &List::C_Login>;
  shown.C_FindObjectsInit = staged_as<Call::find, &List::C_FindObjectsInit>;
  shown.C_GenerateKeyPair = staged_as<Call::generate, &List::C_GenerateKeyPair>;
  shown.C_CreateObject = staged_as<Call::create, &List::C_CreateObject>;
  shown.C_DestroyObject = staged_as<Call::destroy, &List::C_DestroyObject>;
  shown.C_GetAttributeValue = staged_as<Call::read, &List::C_GetAttributeValue>;
  shown.C_GetTokenInfo = &token_info;
  shown.C_DecryptInit = &decrypt_init;
  shown.C_Decrypt = &decrypt;
  shown.C_SignInit = &sign_init;
}

}  // namespace

extern "C" {

CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  static void* const library = ::dlopen(SOFTHSM_MODULE, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return CKR_GENERAL_ERROR;
  const auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* softhsm = nullptr;
  if (const auto code = get(&softhsm); code != CKR_OK) return code;
  real = *softhsm;
  stage_all();
  *list = &shown;
  return CKR_OK;
}

Stage* staged_token() { return &staged; }
}
