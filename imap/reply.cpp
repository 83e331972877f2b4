#include "imap/reply.h"

#include "crypto/cms.h"

namespace imap {

namespace {

constexpr std::size_t text_limit = 500;  // octets

std::string text_of(const Error& error) { return one_line(error.what()); }

// Later is no better, where only an admin can mend it.
Reply unavailable(const Error& error) {
  if (dynamic_cast<const crypto::CannotEncrypt*>(&error))
    return no(
        "[CONTACTADMIN] The certificates of this mailbox cannot encrypt mail: ask your "
        "administrator to set a new one");
  return no("[UNAVAILABLE] Not possible just now: try again later");
}

}  // namespace

Reply ok(std::string text) { return {"OK " + std::move(text)}; }
Reply no(std::string text) { return {"NO " + std::move(text)}; }
Reply bad(std::string text) { return {"BAD " + std::move(text)}; }
Reply already_said() { return {}; }

std::string one_line(std::string_view text) {
  std::string result(text.substr(0, text_limit));
  for (char& c : result)
    if (c < ' ' || c > '~') c = '?';
  return result;
}

Reply no(const Error& error) {
  switch (error.fault()) {
    case Fault::invalid:
      return no("[CANNOT] " + text_of(error));
    case Fault::not_found:
      return no("[NONEXISTENT] " + text_of(error));
    case Fault::exists:
      return no("[ALREADYEXISTS] " + text_of(error));
    case Fault::read_only:
      return no("[NOPERM] " + text_of(error));
    case Fault::over_quota:
      return no("[OVERQUOTA] " + text_of(error));
    case Fault::too_big:
      return no("[TOOBIG] " + text_of(error));
    case Fault::limit:
      return no("[LIMIT] " + text_of(error));
    case Fault::denied:
      return no("[CONTACTADMIN] The key of this mailbox is refused: ask your administrator");
    case Fault::corrupt:
      return no("[CORRUPTION] Stored data failed its check: tell your administrator");
    case Fault::unavailable:
      return unavailable(error);
  }
  return no("[SERVERBUG] Internal failure");
}

}  // namespace imap
