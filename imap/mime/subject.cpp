#include "imap/mime/subject.h"

#include <algorithm>

#include "imap/mime/fold.h"
#include "imap/mime/lexer.h"
#include "imap/mime/words.h"

namespace imap::mime {
namespace {

constexpr std::size_t id_length = 1000;  // octets; a longer one is none
constexpr std::size_t reference_limit = 500;

void trim(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
}

// subj-blob: "[" anything but brackets "]" and blanks.
bool take_blob(std::string_view& text) {
  if (!text.starts_with('[')) return false;
  const auto end = text.find_first_of("[]", 1);
  if (end == std::string_view::npos || text[end] != ']') return false;
  text.remove_prefix(end + 1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

// subj-refwd: ("re" / "fw" / "fwd") blanks [blob] ":".
bool take_refwd(std::string_view& text) {
  auto rest = text;
  if (rest.starts_with("fwd"))
    rest.remove_prefix(3);
  else if (rest.starts_with("re") || rest.starts_with("fw"))
    rest.remove_prefix(2);
  else
    return false;
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  take_blob(rest);
  if (!rest.starts_with(':')) return false;
  rest.remove_prefix(1);
  text = rest;
  return true;
}

// subj-leader: blobs and then a refwd.
bool take_leader(std::string_view& text) {
  auto rest = text;
  while (take_blob(rest)) {
  }
  if (!take_refwd(rest)) return false;
  text = rest;
  return true;
}

bool take_trailers(std::string_view& text) {
  bool taken = false;
  trim(text);
  while (text.ends_with("(fwd)")) {
    text.remove_suffix(5);
    trim(text);
    taken = true;
  }
  return taken;
}

bool take_all_leaders(std::string_view& text) {
  bool reply = false;
  for (bool again = true; again;) {
    trim(text);
    again = take_leader(text);
    reply |= again;
    if (again) continue;
    auto rest = text;
    // A blob goes only if something is left (2.1 step 4).
    again = take_blob(rest) && !rest.empty();
    if (again) text = rest;
  }
  return reply;
}

// In text whose ASCII is in lower case.
BaseSubject base_of(std::string_view text) {
  BaseSubject base;
  while (true) {
    base.reply |= take_trailers(text);
    base.reply |= take_all_leaders(text);
    if (!text.starts_with("[fwd:") || !text.ends_with(']')) break;
    text = text.substr(5, text.size() - 6);
    base.reply = true;
  }
  trim(text);
  base.text = text;
  return base;
}

std::string with_single_blanks(std::string_view text) {
  std::string out;
  for (const char c : lower_ascii(text)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (!blank || (!out.empty() && out.back() != ' ')) out += blank ? ' ' : c;
  }
  return out;
}

}  // namespace

BaseSubject base_subject(std::string_view field_value) {
  return base_of(folded(decode_words(field_value)));
}

std::string written_base_subject(std::string_view field_value) {
  return base_of(with_single_blanks(decode_words(field_value))).text;
}

std::vector<std::string> message_ids(std::string_view field_value) {
  std::vector<std::string> out;
  Lexer lexer(field_value);
  while (out.size() < reference_limit) {
    lexer.skip_to("<");
    if (!lexer.take('<')) break;
    std::string id;
    while (!lexer.at_end() && lexer.peek() != '>' && lexer.peek() != '<') {
      lexer.skip_cfws();
      if (lexer.peek() == '"')
        id += lexer.quoted();
      else
        id += lexer.word("<>");
    }
    std::replace(id.begin(), id.end(), '\0', '?');
    if (lexer.take('>') && !id.empty() && id.size() <= id_length) out.push_back(std::move(id));
  }
  return out;
}

std::string thread_references(const Header& header) {
  std::string out;
  if (const auto* field = header.find("References"))
    for (const auto& id : message_ids(field->value)) (out += id) += '\n';
  if (!out.empty()) return out;
  if (const auto* field = header.find("In-Reply-To"))
    if (const auto ids = message_ids(field->value); !ids.empty()) out = ids.front() + '\n';
  return out;
}

}  // namespace imap::mime
