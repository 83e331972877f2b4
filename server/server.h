#pragma once
// The server: all parts, joined. Binds its ports, becomes its user, opens the store, serves until
// SIGTERM or SIGINT.

#include <list>

#include "imap/session.h"
#include "server/admin/api.h"
#include "server/admin/ledger.h"
#include "server/admin/what_if.h"
#include "server/config.h"
#include "server/connections.h"
#include "server/io_threads.h"
#include "server/listener.h"
#include "server/parts.h"
#include "server/smtp/session.h"
#include "server/transfer/transfer.h"

namespace server {

class Server {
 public:
  // All ports are bound and the store is open when this returns; throws what stood in the way.
  explicit Server(const Config&);
  ~Server();

  // On the calling thread, until a signal says to stop: then no new connections, sessions say
  // goodbye, and what is being delivered is finished; what takes longer than 4 s is cut.
  void run();

 private:
  static constexpr unsigned key_threads = 8;
  enum class Protocol { imap, imaps, smtp, submission, submissions, lmtp };
  struct Door {
    Door(Protocol spoken, boost::asio::io_context& control, const ListenAddress& address)
        : protocol(spoken), listener(control, address) {}
    Protocol protocol;
    Listener listener;
  };

  void bind_all();
  void bind(Protocol, const std::vector<ListenAddress>&);
  void make_backends();
  void open_doors();
  void open_admin();
  Service service(Protocol);
  std::vector<std::string> vault_urls() const;
  Task<> serve_until_told();
  Task<> stop();
  Task<> close_idle_mailboxes();
  Task<> look_after_keys();
  Task<> file_arrivals();
  Task<> look_after_logins();
  Task<> look_after_tokens();
  Task<> renew(policy::DepVersion);

  const Config config_;
  boost::asio::io_context control_{1};
  std::unique_ptr<imap::TlsContext> tls_;
  Connections connections_;
  std::list<Door> doors_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<imap::Backend> imap_;
  std::unique_ptr<smtp::Backend> smtp_;
  std::set<uid_t> admin_users_;
  std::unique_ptr<transfer::Routes> transfer_;
  std::unique_ptr<admin::WhatIf> what_if_;
  std::unique_ptr<admin::LedgerRoutes> ledger_;
  std::unique_ptr<admin::Api> api_;
  // A coroutine that waits on the pool is destroyed with it, and belongs to an io_context: so the
  // pool goes first, then the threads with theirs, then what sessions refer to.
  IoThreads threads_;
  BlockingPool pool_;
  BlockingPool key_pool_{key_threads};  // asks vaults ahead of time: others need not wait for them
  std::unique_ptr<http::Server> admin_;
};

}  // namespace server
