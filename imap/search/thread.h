#pragma once
// Messages as conversations (RFC 5256 section 3). Pure; deep threads cost memory, not stack.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace imap::search {

enum class Threading : std::uint8_t {
  ordered_subject,
  references,
  // As REFERENCES, but nothing is joined by its subject, and threads come in the order of their
  // latest arrival (draft-ietf-morg-inthread).
  refs,
};

// Its texts outlive it.
struct Member {
  std::uint32_t number = 0;       // as it is answered: sequence number or UID. They rise
  UnixTime sent = 0;              // INTERNALDATE where there is no Date (RFC 5256 2.2)
  UnixTime arrived = 0;           // INTERNALDATE
  std::string_view id{};          // normalised (mime/subject.h); empty: none
  std::string_view references{};  // likewise, each followed by LF; the parent last
  std::string_view base_subject{};
  bool is_reply = false;  // or forwarded
};

// What follows "* THREAD ": "(2)(3 6 (4 23)(44 7 96))". Empty for no members.
std::string threads(std::vector<Member>, Threading);

}  // namespace imap::search
