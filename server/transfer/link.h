#pragma once
// One request to the server, as the commands make it: over the admin socket, or in a test straight
// to the routes.

#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace server::transfer {

class Link {
 public:
  using Sink = std::function<void(std::string_view piece)>;

  virtual ~Link() = default;
  // The body of a good answer goes to `sink` as it comes in. Throws the Error that the server
  // answered, and unavailable when it does not answer to the end; what `sink` throws ends it too.
  virtual void request(std::string_view method, const std::string& target, std::string_view body,
                       const Sink& sink) = 0;
};

// A request whose answer is JSON. Throws invalid when it is something else.
boost::json::object ask(Link&, std::string_view method, const std::string& target,
                        std::string_view body);

// "/v1/transfer/ada%40example.org/WHAT", with ?folder= if it is not empty.
std::string transfer_target(const std::string& account, std::string_view what,
                            const std::string& folder);

// What the person who runs a command is told while it runs.
struct Observer {
  std::function<void(std::uint64_t octets)> all;                           // how much there is
  std::function<void(std::uint64_t messages, std::uint64_t octets)> done;  // more of it
  std::function<void(const std::string& what, const std::string& why)> skipped;
};

}  // namespace server::transfer
