#include "server/vault/pkcs11_module.h"

#include <p11-kit/p11-kit.h>
#include <unistd.h>

#include <vector>

#include "base/error.h"
#include "server/vault/pkcs11_error.h"

namespace vault {
namespace {

std::string label_of(const CK_TOKEN_INFO& token) {
  std::string label(reinterpret_cast<const char*>(token.label), sizeof token.label);
  label.erase(label.find_last_not_of(' ') + 1);  // blanks fill it up
  return label;
}

Error not_usable(const Path& path, const char* reason) {
  return {Fault::unavailable,
          "cannot use the PKCS #11 module " + path.string() + ": " +
              (reason ? reason : "no reason is given"),
          "install the software of the token; pkcs11-tool --module " + path.string() +
              " --list-slots shows whether it works"};
}

CK_RV start(CK_FUNCTION_LIST* calls) {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  return calls->C_Initialize(&arguments);
}

}  // namespace

// Unmanaged, since a managed module that was running before a fork cannot be ended after it.
// Never unloaded: what modules leave in threads and in OpenSSL must not lose its code.
Pkcs11Module::Pkcs11Module(const Path& path)
    : path_(path),
      process_(::getpid()),
      calls_(p11_kit_module_load(path.c_str(), P11_KIT_MODULE_UNMANAGED)) {
  if (calls_ == nullptr) throw not_usable(path, p11_kit_message());
  const auto code = start(calls_);
  started_ = code == CKR_OK;
  if (started_ || code == CKR_CRYPTOKI_ALREADY_INITIALIZED) return;
  throw not_usable(path, p11_kit_strerror(code));
}

// A module that does not notice a fork goes on in a child with the tokens as its parent knew them,
// until the child ends it; for which it has to start it.
Pkcs11Module::~Pkcs11Module() {
  if (!is_of_this_process()) start(calls_);
  if (started_) calls_->C_Finalize(nullptr);
}

bool Pkcs11Module::is_of_this_process() const { return process_ == ::getpid(); }

FoundToken Pkcs11Module::find(const std::string& label) const {
  std::vector<CK_SLOT_ID> slots(256);
  CK_ULONG count = slots.size();
  check(calls_->C_GetSlotList(CK_TRUE, slots.data(), &count), "C_GetSlotList");
  slots.resize(count);
  std::vector<FoundToken> found;
  std::string others;
  for (const auto slot : slots) {
    CK_TOKEN_INFO info;
    if (calls_->C_GetTokenInfo(slot, &info) != CKR_OK || !(info.flags & CKF_TOKEN_INITIALIZED))
      continue;
    if (label_of(info) == label)
      found.push_back({slot, info.flags});
    else
      others += (others.empty() ? "; others are there: " : ", ") + label_of(info);
  }
  if (found.size() == 1) return found.front();
  throw Error(
      Fault::unavailable,
      (found.empty() ? "there is no token labelled " : "there are several tokens labelled ") +
          label + " behind " + path_.string() + others,
      "connect it, or start the service that offers it; pkcs11-tool --module " + path_.string() +
          " --list-slots shows what is there");
}

}  // namespace vault
