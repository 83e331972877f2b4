#pragma once
// The operations of the contract on keys, for a caller who may: one request in, one answer out.

#include <string>

#include "server/http/message.h"
#include "server/vault/audit.h"
#include "server/vault/route.h"
#include "server/vault/store.h"
#include "server/vault/wire.h"

namespace vault {

class KeyOperations {
 public:
  KeyOperations(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Notes in the entry which version was used. Throws Refusal, and Error as the store does. Any
  // thread.
  http::Response perform(const Route&, const http::Request&, const http::Target&, AuditEntry&);

 private:
  struct Call;

  http::Response perform(const Call&);
  http::Response create(const Call&);
  http::Response import(const Call&);
  http::Response list(const Call&);
  http::Response restore(const Call&);
  http::Response use(const Call&);
  http::Response rotation(const Call&, const RotationPolicy&) const;
  http::Response bundle(const Call&, const KeySnapshot&) const;
  KeySnapshot found(const Call&) const;
  void check_usable(const KeyVersion&, Operation) const;
  void check_type(const std::string& asked) const;

  Store& store_;
  const Clock& clock_;
};

// "https://host:port" as the client has it: it takes kids apart and compares. Throws Refusal 400.
std::string origin_of(const http::Request&);

}  // namespace vault
