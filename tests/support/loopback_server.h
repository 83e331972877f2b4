#pragma once
// A server on loopback, a thread a connection, and one connection of it, plain or TLS: what
// scripted servers have in common.

#include <openssl/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"

namespace test_support {

// Reading and writing end when the client is gone.
class LoopbackPeer {
 public:
  explicit LoopbackPeer(int socket) : socket_(socket) {}

  bool start_tls(SSL_CTX*);
  bool is_tls() const { return ssl_ != nullptr; }
  Bytes exporter() const;  // RFC 9266
  bool read(std::string& more);
  void write(const std::string&);

 private:
  struct Free {
    void operator()(SSL*) const;
  };
  int socket_;
  std::unique_ptr<SSL, Free> ssl_;
};

class LoopbackServer {
 public:
  // Serves from now on, until its end. What `serve` uses outlives it.
  explicit LoopbackServer(std::function<void(LoopbackPeer&)> serve);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  unsigned short port() const { return port_; }
  std::size_t connections() const;

 private:
  void accept_all();
  void serve(int socket);

  const std::function<void(LoopbackPeer&)> serve_;
  int listener_ = -1;
  unsigned short port_ = 0;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<int> open_;
  std::size_t connections_ = 0;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// A directory that goes with it.
class OwnDirectory {
 public:
  OwnDirectory();
  ~OwnDirectory() { std::filesystem::remove_all(path_); }
  OwnDirectory(const OwnDirectory&) = delete;
  OwnDirectory& operator=(const OwnDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A certificate for these names, made as certificate.pem and key.pem in the directory.
std::shared_ptr<SSL_CTX> context_with_certificate(const std::filesystem::path& directory,
                                                  const std::vector<std::string>& names);

}  // namespace test_support
