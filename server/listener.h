#pragma once
// A bound address, and the sessions of those who connect to it.

#include <functional>
#include <memory>
#include <string>

#include "base/task.h"
#include "imap/stream.h"
#include "server/connections.h"
#include "server/io_threads.h"
#include "server/listen_address.h"

namespace server {

// A session of any protocol, as a listener runs it.
class Serving {
 public:
  virtual ~Serving() = default;
  virtual Task<> run() = 0;  // never throws
  virtual void stop() = 0;   // from the session's executor
};

template <class Session>
class ServingSession final : public Serving {
 public:
  template <class... Arguments>
  explicit ServingSession(Arguments&&... arguments)
      : session_(std::forward<Arguments>(arguments)...) {}
  Task<> run() override { return session_.run(); }
  void stop() override { session_.stop(); }

 private:
  Session session_;
};

struct Service {
  std::string name;                     // for the log: "imaps"
  const imap::TlsContext* tls_first{};  // handshake before anything else; null: plain
  std::string full;                     // what one is told for whom there is no place
  std::function<std::unique_ptr<Serving>(imap::Stream)> make;
};

class Listener {
 public:
  // Bound when this returns; who connects before start() is refused. Throws unavailable when the
  // address is taken or not ours. A socket file left over from a dead process is replaced.
  Listener(boost::asio::io_context& control, const ListenAddress&);
  ~Listener();  // the socket file goes too

  // Listens; accepts on the control thread, serves on `threads`. The service, the threads and the
  // connections outlive all sessions.
  void start(const Service&, IoThreads& threads, Connections&);
  void stop();  // from the control thread: accepts no more

  ListenAddress address() const;  // with the port that was found for port 0

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace server
