#include "server/smtp/reply.h"

#include <algorithm>

namespace server::smtp {
namespace {

// RFC 5321 4.2: texts are printable ASCII; what a client sent must not come back as a line end.
std::string printable(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace

std::string Reply::wire() const {
  if (code == 0) return {};
  const auto lead = std::to_string(code);
  const auto mark = status.empty() ? std::string() : status + ' ';
  std::string out;
  std::string_view rest = text;
  for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    out += lead + '-' + mark + printable(rest.substr(0, end)) + "\r\n";
    rest.remove_prefix(end + 1);
  }
  return out + lead + ' ' + mark + printable(rest) + "\r\n";
}

Reply reply(int code, std::string_view status, std::string_view text) {
  return {code, std::string(status), std::string(text)};
}

// Details stay in the log: a stranger on port 25 learns neither key state nor disk state.
Reply reply_for(const Error& error) {
  switch (error.fault()) {
    case Fault::invalid:
      return reply(501, "5.5.4", error.what());
    case Fault::not_found:
      return reply(550, "5.1.1", "no such user here");
    case Fault::over_quota:
      return reply(552, "5.2.2", "the mailbox is full");
    case Fault::too_big:
      return reply(552, "5.3.4", "the message is too big");
    case Fault::exists:
    case Fault::denied:
    case Fault::read_only:
    case Fault::limit:
    case Fault::corrupt:
    case Fault::unavailable:
      break;
  }
  return reply(451, "4.3.0", "cannot be done now, try again later");
}

Reply reply_for(const DeliveryResult& result) {
  switch (result.outcome) {
    case Delivered::ok:
      return reply(250, "2.1.5", result.text);
    // RFC 3463 3.3: a persistent transient failure; RFC 5321 4.2.3.
    case Delivered::full:
      return reply(452, "4.2.2", result.text);
    case Delivered::try_later:
      return reply(451, "4.3.0", result.text);
    case Delivered::failed:
      return reply(554, "5.2.0", result.text);
  }
  return reply(451, "4.3.0", result.text);
}

}  // namespace server::smtp
