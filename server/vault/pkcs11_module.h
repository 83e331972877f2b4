#pragma once
// A PKCS #11 module: a shared library that speaks for tokens, loaded through p11-kit and started.
// Starting it again looks for its tokens anew. One thread; the calls of a started module, any.

#include <p11-kit/pkcs11.h>
#include <sys/types.h>

#include <string>

#include "server/vault/files.h"

namespace vault {

struct FoundToken {
  CK_SLOT_ID slot;
  CK_FLAGS flags;
};

class Pkcs11Module {
 public:
  // Throws unavailable, with a hint.
  explicit Pkcs11Module(const Path&);
  // Also in a child of the process that made it, where whatever it inherited ends.
  ~Pkcs11Module();
  Pkcs11Module(const Pkcs11Module&) = delete;
  Pkcs11Module& operator=(const Pkcs11Module&) = delete;

  CK_FUNCTION_LIST* operator->() const { return calls_; }

  // False in a child, where its calls are not to be used.
  bool is_of_this_process() const;

  // Throws unavailable: there is no token of that label, or there are several.
  FoundToken find(const std::string& label) const;

 private:
  const Path path_;
  const pid_t process_;
  CK_FUNCTION_LIST* calls_;
  bool started_;  // by this; otherwise by somebody else in this process, whose it is to end
};

}  // namespace vault
