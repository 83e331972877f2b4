#pragma once
// The smart host cannot be had, or does not let us in: says nothing of a message.

#include <utility>

#include "base/error.h"
#include "server/smtp/reply.h"

namespace server::outgoing {

// `reply` is what recipients are told of it, a 4yz.
class HostFailure : public Error {
 public:
  explicit HostFailure(smtp::Reply reply)
      : Error(Fault::unavailable, reply.text), reply_(std::move(reply)) {}
  const smtp::Reply& reply() const { return reply_; }

 private:
  smtp::Reply reply_;
};

}  // namespace server::outgoing
