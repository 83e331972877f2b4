#pragma once
// One HTTP request and its answer, as plain data.

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

struct Header {
  std::string name, value;
};

// Who is at the other end. The kernel says who opened a Unix socket (SO_PEERCRED), so that may be
// trusted; an address may not.
struct Peer {
  struct Process {
    uid_t user;
    gid_t group;
    pid_t id;
  };
  std::string address;             // "127.0.0.1:40000"; "unix" on a Unix socket
  std::optional<Process> process;  // Unix sockets only
};

struct Request {
  std::string method;           // "GET"; as sent
  std::string target;           // "/keys/a//wrapkey?api%2Dversion=7.4": as sent, see target.h
  std::vector<Header> headers;  // as sent, in order
  std::string body;             // whole; at most Limits::body; wiped when answered
  Peer peer;

  // The first of that name, in any letter case.
  std::optional<std::string_view> header(std::string_view name) const;
};

// The next piece of a long answer; none: that was all. An empty piece: nothing yet, ask again in a
// moment (no thread waits meanwhile). Called on the blocking pool, one call at a time. If it
// throws, the connection is cut, so that a client sees that the answer is not whole.
using BodySource = std::function<std::optional<std::string>()>;

struct Response {
  unsigned status = 200;
  std::string content_type;            // empty: none is sent
  std::vector<Header> headers;         // besides Content-Type, Content-Length, Connection
  std::string body;                    // wiped when sent
  BodySource more = {};                // if set, the answer is `body`, then these pieces, chunked
  std::chrono::milliseconds delay{0};  // before the first octet of it; no thread waits
  bool cut = false;                    // the connection ends without any answer
};

}  // namespace http
