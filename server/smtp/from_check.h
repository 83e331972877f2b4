#pragma once

namespace server::smtp {

// What becomes of submitted mail whose From field names others than its sender ([submission] from).
enum class FromCheck {
  sender,  // a Sender field says who sent it (RFC 6409 8.1)
  own,     // refused
  any,     // nothing is looked at
};

}  // namespace server::smtp
