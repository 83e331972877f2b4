#pragma once
// What the vault's owner does with it besides its keys, on its own Unix socket: clients and faults.
//
//   GET, POST /clients           PATCH, DELETE /clients/NAME      POST /clients/NAME/token
//   POST, DELETE /clients/NAME/secrets                            POST /clients/NAME/certificates
//   GET /faults                  PUT, DELETE /faults/TARGET

#include <optional>

#include "server/http/message.h"
#include "server/http/target.h"
#include "server/vault/audit.h"
#include "server/vault/clients.h"
#include "server/vault/faults.h"

namespace vault {

class Management {
 public:
  Management(Clients& clients, Faults& faults, const Clock& clock)
      : clients_(clients), faults_(faults), clock_(clock) {}

  // Nothing: the path is none of these. Throws Refusal, Error. Any thread; for the owner alone.
  std::optional<http::Response> answer(const http::Request&, const http::Target&, AuditEntry&);

 private:
  http::Response all_clients();
  http::Response add_client(const http::Request&, AuditEntry&);
  http::Response change_client(const http::Request&, const http::Target&);
  http::Response all_faults() const;

  Clients& clients_;
  Faults& faults_;
  const Clock& clock_;
};

}  // namespace vault
