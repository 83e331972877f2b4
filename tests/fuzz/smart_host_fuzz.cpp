// What a smart host says, through the reader of replies and the parser of offers. What must hold:
// no crash, a reply's texts are printable, its code is of three digits, and a message goes over the
// wire the same however it is cut into pieces.

#include <cstdlib>

#include "server/outgoing/dot_stuffing.h"
#include "server/outgoing/host_offers.h"
#include "server/outgoing/reply_reader.h"

namespace {

using namespace server::outgoing;

void check(bool holds) {
  if (!holds) std::abort();
}

void read_replies(std::string_view octets) {
  ReplyReader reader;
  while (!octets.empty()) {
    const auto end = std::min(octets.find('\n'), octets.size());
    if (const auto reply = reader.feed(octets.substr(0, end))) {
      check(reply->code >= 200 && reply->code < 600);
      for (const char c : reply->text + reply->status) check(c == '\n' || (c >= ' ' && c < 0x7f));
      parse_offers(*reply);
    }
    octets.remove_prefix(std::min(end + 1, octets.size()));
  }
}

std::string stuffed(std::string_view octets, std::size_t step) {
  DotStuffing content(octets);
  std::string out;
  while (!content.done()) out += content.next(step);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  try {
    read_replies(octets);
  } catch (const Error& error) {
    check(error.fault() == Fault::unavailable);
  }
  const auto whole = stuffed(octets, size + 1);
  check(whole == stuffed(octets, 1) && whole == stuffed(octets, 7));
  check(whole.ends_with("\r\n") || octets.ends_with("\n") || octets.empty());
  return 0;
}
