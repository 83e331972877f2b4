// Any octets as a message: scanned, described, made searchable; every range lies within the mail
// and every number is that of its octets. Encrypted mail with a line of text behind it is readable.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "imap/mime/charset.h"
#include "imap/mime/fold.h"
#include "imap/mime/opaque.h"
#include "imap/mime/prepare.h"
#include "imap/mime/structure.h"
#include "imap/mime/summary.h"
#include "imap/mime/text.h"

using namespace imap::mime;

namespace {

void must(bool fact) {
  if (!fact) std::abort();
}

void check_part(const std::string& mail, const Part& part) {
  must(part.header.offset + part.header.length == part.body.offset);
  must(part.body.offset + part.body.length <= mail.size());
  const auto body = std::string_view(mail).substr(part.body.offset, part.body.length);
  must(std::count(body.begin(), body.end(), '\n') == part.body_lines);
}

// A line for each part, and for each header field of one (imap/mime/text.h).
void check_text(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(mime_field_mark)) line.erase(0, 1);
    must(folded(line) == line);
  }
}

void check_sections(const SummaryView& view, std::size_t size) {
  std::vector<std::uint32_t> path;
  for (int depth = 0; depth < 8; ++depth) {
    for (const auto section : {Section::all, Section::header, Section::text, Section::mime}) {
      const auto range = find_section(view, path, section);
      must(!range || range->offset + range->length <= size);
    }
    path.push_back(depth % 3 == 1 ? 2 : 1);
  }
}

// A foreign summary may be refused but does no harm.
void check_damaged(std::string summary, const std::uint8_t* data, std::size_t size) {
  for (std::size_t i = 0; i + 1 < size && i < 16; i += 2)
    summary[(data[i] * 7u) % summary.size()] = static_cast<char>(data[i + 1]);
  try {
    const SummaryView view(summary);
    check_sections(view, SIZE_MAX);
    view.parts();
    rev1_structure(view.bodystructure());
  } catch (const std::exception&) {
  }
}

void check_opaque(const std::string& mail) {
  if (opacity(scan(mail)) == Opaque::no) return;
  const auto more =
      mail + "\r\nThe heptagon is buried under the oak, seven paces to the north.\r\n";
  must(opacity(scan(more)) == Opaque::no);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string mail(reinterpret_cast<const char*>(data), size);
  const auto message = prepare(mail, {}, 0, 0);
  must(message.octets == mail);
  must(is_utf8(message.header_text) && is_utf8(message.body_text));
  check_text(message.body_text);
  check_opaque(mail);
  const SummaryView view(message.summary);
  must(view.size() == mail.size());
  must(is_utf8(view.preview()));
  must(view.envelope().find('\0') == std::string_view::npos);
  must(view.bodystructure().find('\0') == std::string_view::npos);
  must(rev1_structure(view.bodystructure()).size() <= view.bodystructure().size());
  for (const auto& part : view.parts()) check_part(mail, part);
  check_sections(view, mail.size());
  check_damaged(message.summary, data, size);
  return 0;
}
