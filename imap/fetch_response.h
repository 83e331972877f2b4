#pragma once
// "* 12 FETCH (...)": one message's answer, put together from its entry, its summary and octets.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "imap/message_section.h"
#include "imap/mime/summary.h"
#include "storage/entry.h"
#include "storage/tree.h"

namespace imap {

// A message that FETCH names.
struct FetchSubject {
  std::uint32_t number = 0;
  storage::Entry entry{};
  bool recent = false;
  // The FETCH has set \Seen: its flags are told though not asked for (RFC 3501 6.4.5).
  enum class Flags : std::uint8_t { as_asked, tell } flags = Flags::as_asked;
  // UIDFETCH instead of FETCH (RFC 9586 section 3).
  enum class Named : std::uint8_t { by_number, by_uid } named = Named::by_number;
  // BODY and BODYSTRUCTURE as RFC 3501 has them, or RFC 9051.
  enum class Structure : std::uint8_t { rev1, rev2 } structure = Structure::rev2;
};

// What belongs into the text at `at`: with it, it would be more than held_limit. Its literal's size
// is there already.
struct Hole {
  std::size_t at = 0;
  Content content;
  enum class Read : std::uint8_t { not_yet, once } read = Read::not_yet;  // to its end, and sound
};

class FetchWriter {
 public:
  using Read = ReadOctets;

  // Items and tree must outlive it.
  FetchWriter(const std::vector<FetchItem>&, const storage::Tree&);
  // Parts are decoded from that place on, where it leads to what is asked for.
  void go_on_from(std::shared_ptr<DecodingPlace> place) { place_ = std::move(place); }

  // Appends the whole answer, CRLF and all. `summary` may be null when no item needs it. Throws
  // UnknownEncoding, and what reading throws; then `out` holds half an answer.
  std::vector<Hole> write(std::string& out, const FetchSubject&, const mime::SummaryView* summary,
                          const Read&);

 private:
  struct Message;
  void add_value(Message&, const FetchItem&);
  void add_flags(std::string& out, const FetchSubject&);

  const std::vector<FetchItem>& items_;
  const storage::Tree& tree_;
  bool asks_for_flags_;
  std::shared_ptr<DecodingPlace> place_ = std::make_shared<DecodingPlace>();
  // The last flags and their text: in a scan most messages have the same.
  storage::Flags flags_{};
  bool recent_ = false;
  std::string flags_text_;
};

}  // namespace imap
