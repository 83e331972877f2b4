#pragma once
// The vault as a process: TLS for clients, a Unix socket for its own command line.

#include <string>

#include "server/http/server.h"
#include "server/vault/directory.h"

namespace vault {

struct Serving {
  std::string listen;  // host:port; port 0 finds a free one
  std::optional<Secret> passphrase;
  ApiLimits limits = {};
  bool allow_faults = false;
};

// An open vault and its listeners, on an io_context that one thread runs.
class Service {
 public:
  // Throws what OpenVault and http::Server throw.
  Service(boost::asio::io_context&, const Directory&, const Serving&);
  std::string url() const { return url_; }
  Task<> stop();
  // The threads end with this; the context must have been run to its end.
  ~Service() { pool_.join(); }

 private:
  Task<> keep_house();
  void show_certificate(bool bad);

  boost::asio::io_context& context_;
  const Directory directory_;
  BlockingPool pool_;
  OpenVault vault_;
  http::Server server_;
  boost::asio::steady_timer timer_;
  bool stopping_ = false;
  std::string url_;
};

// Until SIGTERM or SIGINT. `ready` is called once with the URL when clients can connect.
void serve(const Directory&, const Serving&,
           const std::function<void(const std::string& url)>& ready);

}  // namespace vault
