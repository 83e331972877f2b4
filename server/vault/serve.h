#pragma once
// The vault as a process: TLS for clients, a Unix socket for its own command line.

#include <string>

#include "server/http/server.h"
#include "server/vault/directory.h"

namespace vault {

// An open vault and its listeners, on an io_context that one thread runs.
class Service {
 public:
  // `listen` is host:port; port 0 finds a free one. Throws what OpenVault and http::Server throw.
  Service(boost::asio::io_context&, const Directory&, const std::string& listen,
          const std::optional<Secret>& passphrase);
  std::string url() const { return url_; }
  Task<> stop() { return server_.stop(); }
  // The threads end with this; the context must have been run to its end.
  ~Service() { pool_.join(); }

 private:
  BlockingPool pool_;
  OpenVault vault_;
  http::Server server_;
  std::string url_;
};

// Until SIGTERM or SIGINT. `ready` is called once with the URL when clients can connect.
void serve(const Directory&, const std::string& listen, const std::optional<Secret>& passphrase,
           const std::function<void(const std::string& url)>& ready);

}  // namespace vault
