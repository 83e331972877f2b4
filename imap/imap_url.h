#pragma once
// URLs of messages and their parts (RFC 5092; who may use them: RFC 4467), read into their parts.
// Whole servers, folders and searches have URLs, too; nothing here is done with those.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "imap/fetch_item.h"

namespace imap {

inline constexpr std::size_t url_limit = 8 * 1024;  // octets
inline constexpr std::size_t urls_limit = 100;      // of GENURLAUTH or URLFETCH, at once

// ";URLAUTH=user+ada:INTERNAL:91354a47..." and the ";EXPIRE=" before it.
struct UrlAuthorization {
  enum class Access { anonymous, authenticated, user, submit };

  std::optional<UnixTime> expires;
  Access access = Access::anonymous;
  std::string user;       // of user and submit
  std::string mechanism;  // upper case; empty: nothing was authorized yet
  std::string token;      // lower case hexadecimal
};

struct ImapUrl {
  // Of an absolute one ("imap://user@host/..."); a relative one has none.
  std::optional<std::string> server;  // host and port as they stand
  std::string user;

  // UTF-8. None: the URL is relative to a folder and names none.
  std::optional<std::string> mailbox;
  bool from_root = false;  // "/Drafts": no folder comes before it
  std::optional<std::uint32_t> uid_validity;
  std::optional<std::uint32_t> uid;
  // Without one in the URL the whole message.
  FetchItem section{.kind = FetchItem::Kind::section, .name = "BODY[]"};
  std::optional<UrlAuthorization> authorization;

  // All that a token answers for: the URL without mechanism and token (RFC 4467 section 5).
  std::string rump;

  bool names_message() const { return mailbox.has_value() && uid.has_value(); }
  // A message, whose and for whom (RFC 4467 section 9, authimapurlrump).
  bool can_be_authorized() const {
    return server && !user.empty() && names_message() && authorization.has_value();
  }
};

// Of GENURLAUTH and RESETKEY: there is INTERNAL alone. Throws BadSyntax for what is no mechanism's
// name (RFC 4467 section 9).
bool is_url_mechanism(std::string_view name);
inline constexpr auto unknown_url_mechanism = "URLs are authorized by the mechanism INTERNAL alone";

// None for what is no such URL.
std::optional<ImapUrl> parse_imap_url(std::string_view);

// RFC 3986 5.2 for folders: what the URL means when `base` is selected. With an empty base nothing
// is selected.
void resolve(ImapUrl&, std::string_view base);

// As it may stand in a response code: visible characters without quotes, brackets and backslashes.
std::string url_shown(std::string_view);

}  // namespace imap
