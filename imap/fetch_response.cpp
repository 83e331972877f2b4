#include "imap/fetch_response.h"

#include <charconv>

#include "imap/date_text.h"
#include "imap/mime/structure.h"
#include "imap/mime/wire.h"
#include "imap/modseq.h"
#include "imap/object_id.h"
#include "imap/view.h"

namespace imap {
namespace {

using Kind = FetchItem::Kind;

void add_number(std::string& out, std::uint64_t number) {
  char text[20];
  out.append(text, std::to_chars(std::begin(text), std::end(text), number).ptr);
}

void begin_literal(std::string& out, std::uint64_t size) {
  out += '{';
  add_number(out, size);
  out += "}\r\n";
}

void add_octets(std::string& out, std::string_view octets) {
  if (octets.empty()) {
    out += "\"\"";
    return;
  }
  begin_literal(out, octets.size());
  out += octets;
}

}  // namespace

struct FetchWriter::Message {
  std::string& out;
  const FetchSubject& subject;
  Readable message;
  DecodingPlace& place;
  std::vector<Hole> holes{};

  // With what is held already.
  bool is_held(std::uint64_t length) const { return out.size() + length <= held_limit; }

  void add_structure(std::string_view text) {
    if (subject.structure == FetchSubject::Structure::rev1 && mime::may_have_global(text))
      out += mime::rev1_structure(text);
    else
      out += text;
  }

  void add_section(const FetchItem& item) {
    const auto value = section_of(message, item);
    if (!value) {
      out += "NIL";
    } else if (const auto* text = std::get_if<std::string>(&*value)) {
      add_octets(out, *text);
    } else {
      add_content(std::get<Content>(*value));
    }
  }

  void add_content(const Content& content) {
    if (is_held(content.length)) return add_octets(out, all_of(message.read, content));
    begin_literal(out, content.length);
    holes.push_back({out.size(), content});
  }

  // RFC 3516 4.3: a literal8 where there is NUL, and only there.
  void add_binary(const FetchItem& item) {
    auto content = decoded_section_of(message, item);
    if (!content) {
      out += "NIL";
      return;
    }
    const auto found = content->encoding == mime::Encoding::identity
                           ? measured(message.read, *content)
                           : measured(message.read, *content, message.entry.message, place);
    if (found.has_nul) out += '~';
    if (is_held(found.size)) return add_octets(out, found.held);
    begin_literal(out, found.size);
    content->length = found.size;
    holes.push_back({out.size(), *content, Hole::Read::once});
  }

  void add_binary_size(const FetchItem& item) {
    const auto content = decoded_section_of(message, item);
    add_number(out, content ? measured(message.read, *content).size : 0);
  }
};

FetchWriter::FetchWriter(const std::vector<FetchItem>& items, const storage::Tree& tree)
    : items_(items),
      tree_(tree),
      asks_for_flags_(asks_for(items, Kind::flags)),
      flags_text_(imap::flags_text(flags_, tree_, recent_)) {}

std::vector<Hole> FetchWriter::write(std::string& out, const FetchSubject& subject,
                                     const mime::SummaryView* summary, const Read& read) {
  Message message{out, subject, {subject.entry, summary, read}, *place_};
  out += "* ";
  const bool by_uid = subject.named == FetchSubject::Named::by_uid;
  add_number(out, by_uid ? subject.entry.uid.value : subject.number);
  out += by_uid ? " UIDFETCH " : " FETCH ";
  char before = '(';
  if (subject.flags == FetchSubject::Flags::tell && !asks_for_flags_) {
    out += "(FLAGS ";
    add_flags(out, subject);
    before = ' ';
  }
  for (const auto& item : items_) {
    out += before;
    if (item.kind != Kind::modseq) out += item.name + ' ';
    add_value(message, item);
    before = ' ';
  }
  out += ")\r\n";
  return std::move(message.holes);
}

void FetchWriter::add_value(Message& message, const FetchItem& item) {
  const auto& entry = message.subject.entry;
  auto& out = message.out;
  switch (item.kind) {
    case Kind::flags:
      return add_flags(out, message.subject);
    case Kind::uid:
      return add_number(out, entry.uid.value);
    case Kind::internal_date:
      return add_date_time(out, entry.internal_date, entry.zone);
    case Kind::save_date:
      return add_date_time(out, entry.saved, 0);
    case Kind::size:
      return add_number(out, entry.size);
    case Kind::envelope:
      out += message.message.known().envelope();
      return;
    case Kind::body:
      return message.add_structure(message.message.known().body());
    case Kind::bodystructure:
      return message.add_structure(message.message.known().bodystructure());
    case Kind::modseq:
      out += modseq_item(entry.modseq);
      return;
    case Kind::email_id:
      out += '(' + email_id(message.message.known(), entry) + ')';
      return;
    case Kind::thread_id:
      out += '(' + thread_id(message.message.known(), entry) + ')';
      return;
    case Kind::preview:
      return mime::add_string(out, message.message.known().preview());
    case Kind::section:
      return message.add_section(item);
    case Kind::binary:
      return message.add_binary(item);
    case Kind::binary_size:
      return message.add_binary_size(item);
  }
}

void FetchWriter::add_flags(std::string& out, const FetchSubject& subject) {
  if (subject.entry.flags != flags_ || subject.recent != recent_) {
    flags_ = subject.entry.flags;
    recent_ = subject.recent;
    flags_text_ = imap::flags_text(flags_, tree_, recent_);
  }
  out += flags_text_;
}

}  // namespace imap
