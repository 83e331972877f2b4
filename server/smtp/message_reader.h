#pragma once
// What takes the octets of a message as they come, in pieces of any size.

#include <cstdint>
#include <string_view>

namespace server::smtp {

class MessageReader {
 public:
  // Takes what belongs to the message, or to the chunk of it that is read; returns how many octets
  // that was. Fewer than given: the end was reached, and what follows is the next command.
  virtual std::size_t feed(std::string_view octets) = 0;
  virtual bool done() const = 0;
  virtual std::uint64_t size() const = 0;  // of what has come of the message; also when too big

 protected:
  MessageReader() = default;
  MessageReader(const MessageReader&) = default;
  MessageReader& operator=(const MessageReader&) = default;
  ~MessageReader() = default;
};

}  // namespace server::smtp
