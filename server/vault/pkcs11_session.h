#pragma once
// A token that is open: its module, the login, and sessions for as many threads as ask at once.

#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "server/vault/pkcs11_module.h"
#include "server/vault/secret.h"

namespace vault {

// Tells it apart in its token: CKA_ID.
using ObjectId = Bytes;

// Where the token is, as the vault's settings have it.
struct TokenSettings {
  Path module;
  std::string label;
  Path pin_file;
  ObjectId marker;  // of the key that says: this is the token of this vault
};

// The file with the PIN, and which PIN the token did not take: it is never given it again. One
// thread.
class Pin {
 public:
  explicit Pin(Path file) : file_(std::move(file)) {}
  // Throws not_found, invalid (empty, or others may read it), unavailable (was refused).
  Secret read() const;
  void refused(Secret pin) { refused_ = std::move(pin); }

 private:
  const Path file_;
  Secret refused_;
};

// Any thread, once made. Ends after all its sessions.
class OpenToken {
 public:
  // Throws unavailable with a hint, what Pin::read does, and TokenError.
  OpenToken(const TokenSettings&, Pin&);
  ~OpenToken();
  OpenToken(const OpenToken&) = delete;
  OpenToken& operator=(const OpenToken&) = delete;

  // False in a child of the process that opened it, where no session is worth anything.
  bool is_of_this_process() const { return module_.is_of_this_process(); }

 private:
  friend class Session;
  void log_in(const TokenSettings&, Pin&, CK_FLAGS);
  CK_SESSION_HANDLE new_session();
  CK_SESSION_HANDLE take();
  void give_back(CK_SESSION_HANDLE);

  const Pkcs11Module module_;
  CK_SLOT_ID slot_;
  CK_SESSION_HANDLE first_;  // stays open: with its last session a login ends
  std::mutex mutex_;         // guards what follows
  std::vector<CK_SESSION_HANDLE> idle_;
  std::map<ObjectId, CK_OBJECT_HANDLE> keys_;
};

// Of one thread, for one piece of work. One that ends in an exception is not used again.
class Session {
 public:
  explicit Session(OpenToken& token);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  CK_FUNCTION_LIST* operator->() const { return token_.module_.operator->(); }
  CK_SESSION_HANDLE handle() const { return handle_; }

  // The private key of that id, as it was found earlier. forget() has it looked for again.
  std::optional<CK_OBJECT_HANDLE> find_key(const ObjectId&);
  void forget(const ObjectId&);

 private:
  OpenToken& token_;
  const CK_SESSION_HANDLE handle_;
  const int exceptions_;
};

}  // namespace vault
