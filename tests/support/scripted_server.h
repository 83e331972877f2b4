#pragma once
// An HTTP server on loopback that says and does what a test wants, also what no well-made server
// does. A thread a connection.

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/loopback_server.h"

namespace test_support {

struct Asked {
  std::string method, target, head, body;
  std::string header(const std::string& name) const;  // in any letter case; empty: none
};

struct Says {
  enum class Manner {
    answers,
    stays_silent,   // until the client leaves
    cuts_before,    // the connection, without an answer
    cuts_within,    // the answer
    talks_rubbish,  // no HTTP
  };
  unsigned status = 200;
  std::string body;
  std::string type = "application/json; charset=utf-8";
  std::string head;  // more header lines, each ended by CRLF
  Manner manner = Manner::answers;
};

class ScriptedServer {
 public:
  using Script = std::function<Says(const Asked&)>;
  enum class Transport { tls, plain };

  explicit ScriptedServer(Script script)
      : ScriptedServer(std::move(script), Transport::tls, {"127.0.0.1"}) {}
  // `hosts` are those of its certificate.
  ScriptedServer(Script, Transport, const std::vector<std::string>& hosts);

  std::string url() const;
  unsigned short port() const { return server_.port(); }
  std::filesystem::path ca() const;
  std::filesystem::path directory() const { return directory_.path(); }  // goes with the server

  std::vector<Asked> asked() const;
  std::size_t connections() const { return server_.connections(); }

 private:
  void serve(LoopbackPeer&);
  bool answer(LoopbackPeer&, const Asked&);

  const Script script_;
  const Transport transport_;
  const OwnDirectory directory_;
  std::shared_ptr<SSL_CTX> context_;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  LoopbackServer server_;  // ends first
};

}  // namespace test_support
