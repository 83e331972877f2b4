#pragma once
// The structure of a message in one pass over its octets: no recursion, no copy of a body, and
// every number is an offset into exactly these octets. Mail with CRLF, bare LF or both is read
// alike. This, and nothing else, decides what IMAP's part numbers, sizes and line counts are.
//
// A boundary counts only at the start of a line, followed by blanks at most; the innermost is
// tried first, an outer one closes what is open inside it, and the end closes everything (RFC 2046
// 5.1). message/rfc822 and message/global are entered unless a transfer encoding hides them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "imap/mime/header.h"
#include "imap/mime/params.h"
#include "imap/mime/summary.h"

namespace imap::mime {

// Beyond a limit an entity is an opaque leaf, and the last part takes what is left.
struct Limits {
  std::size_t depth = 100;
  std::size_t parts = 10'000;
  std::size_t header = 1024 * 1024;           // of one entity; more is not read
  std::size_t all_headers = 2 * 1024 * 1024;  // of the whole message
  std::size_t boundary = 256;
};

inline constexpr std::int32_t no_entity = -1;

struct Entity {
  Part part;
  Header header;
  ContentType type;
  bool typed = false;   // has a Content-Type that makes sense
  bool opaque = false;  // over a limit, or hidden by a transfer encoding
  std::int32_t first_child = no_entity, last_child = no_entity, next_sibling = no_entity;
};

struct Scan {
  std::string_view octets;
  std::vector<Entity> entities;  // in order of appearance; never empty; the first is the message
  bool limited = false;

  std::string_view body(const Entity& entity) const {
    return octets.substr(entity.part.body.offset, entity.part.body.length);
  }
};

// The octets must outlive the Scan.
Scan scan(std::string_view octets, const Limits& = {});

}  // namespace imap::mime
