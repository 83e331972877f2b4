#pragma once
// An HTTP server on loopback that says and does what a test wants, also what no well-made server
// does. A thread a connection.

#include <openssl/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const;
  unsigned short port() const { return port_; }
  std::filesystem::path ca() const;
  std::filesystem::path directory() const { return directory_; }  // goes with the server

  std::vector<Asked> asked() const;
  std::size_t connections() const;

 private:
  class Peer;
  void accept_all();
  void serve(int socket);
  void converse(Peer&);
  bool answer(Peer&, const Asked&);

  const Script script_;
  const Transport transport_;
  std::filesystem::path directory_;
  std::shared_ptr<SSL_CTX> context_;
  int listener_ = -1;
  unsigned short port_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<Asked> asked_;
  std::vector<int> open_;
  std::size_t connections_ = 0;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace test_support
