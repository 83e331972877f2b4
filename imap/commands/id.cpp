// RFC 2971. Of what the client says of itself its name and version are kept, for quirks.h alone.

#include "imap/commands/commands.h"

namespace imap::commands {

namespace {

constexpr int pairs_limit = 30;            // RFC 2971 3.3
constexpr std::size_t field_limit = 30;    // octets
constexpr std::size_t value_limit = 1024;  // octets

struct Named {
  std::string name, version;
};

Named read_pairs(Request& request) {
  Named client;
  for (int pairs = 0; !request.try_char(')'); ++pairs) {
    if (pairs == pairs_limit) throw BadSyntax("ID takes at most 30 fields");
    const auto field = request.string();
    request.space();
    auto value = request.nstring();
    if (field.size() > field_limit || (value && value->size() > value_limit))
      throw BadSyntax("a field or value of ID is too long");
    request.try_space();
    if (!value) continue;
    if (upper_ascii(field) == "NAME") client.name = std::move(*value);
    if (upper_ascii(field) == "VERSION") client.version = std::move(*value);
  }
  return client;
}

}  // namespace

Task<Reply> id(Session& session, Request& request) {
  Named client;
  request.space();
  if (request.try_char('(')) {
    client = read_pairs(request);
  } else if (request.nstring()) {
    throw BadSyntax("ID takes a list or NIL");
  }
  request.end();
  session.identify(std::move(client.name), std::move(client.version));
  session.say(R"(ID ("name" "Sealpost" "version" "0.1.0"))");
  co_return ok("ID completed");
}

}  // namespace imap::commands
