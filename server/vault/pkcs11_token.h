#pragma once
// The token of a vault: opened when it is first needed, opened anew when it was away. Any thread;
// also in a child of the process that made it.
//
// What it throws to its users is Error: unavailable while the token cannot be used, which says
// nothing of a key. Whether it can be used is logged when that changes.

#include <chrono>
#include <memory>
#include <shared_mutex>
#include <type_traits>

#include "base/error.h"
#include "server/vault/pkcs11_error.h"
#include "server/vault/pkcs11_rsa.h"

namespace vault {

// Makes the marker of a new vault in its token: a key that is used for nothing but to tell that
// this is the token, and how it decrypts. Its id. Throws unavailable, invalid, with hints.
ObjectId prepare_token(const TokenSettings&);

class Pkcs11Token {
 public:
  explicit Pkcs11Token(TokenSettings settings)
      : settings_(std::move(settings)), pin_(settings_.pin_file) {}

  const ObjectId& marker() const { return settings_.marker; }

  // work(Session&, Oaep), done once more when the token did not answer the first time.
  template <class Work>
  std::invoke_result_t<Work&, Session&, Oaep> use(Work work) try {
    unsigned long opening = 0;
    try {
      return once(work, opening);
    } catch (const TokenError& error) {
      if (error.trouble != Trouble::unreachable && error.trouble != Trouble::unclear) throw;
    }
    close(opening);
    return once(work, opening);
  } catch (const TokenError& error) {
    throw failure(error);
  }

  // Now; opens it when it is not.
  bool reachable();

 private:
  template <class Work>
  std::invoke_result_t<Work&, Session&, Oaep> once(Work& work, unsigned long& opening) {
    const auto lock = opened();
    opening = openings_;
    Session session(*open_);
    return work(session, oaep_);
  }

  bool is_open() const { return open_ && open_->is_of_this_process(); }
  std::shared_lock<std::shared_mutex> opened();
  void open();
  void open_now();
  void close(unsigned long opening);
  Error failure(const TokenError&) const;

  const TokenSettings settings_;
  std::shared_mutex mutex_;  // guards what follows; shared while the token is used
  Pin pin_;
  std::unique_ptr<OpenToken> open_;
  Oaep oaep_ = Oaep::in_token;
  unsigned long openings_ = 0;
  std::optional<Error> failed_;  // why the last opening did
  std::chrono::steady_clock::time_point try_again_;
};

}  // namespace vault
