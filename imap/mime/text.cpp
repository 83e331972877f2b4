#include "imap/mime/text.h"

#include <algorithm>

#include "imap/mime/armour.h"
#include "imap/mime/charset.h"
#include "imap/mime/fold.h"
#include "imap/mime/html.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/words.h"

namespace imap::mime {
namespace {

constexpr std::size_t preview_characters = 200;  // RFC 8970 3.1
constexpr std::size_t preview_source = 16 * 1024;

// Fields whose parameters may hold text that RFC 2231 hides from a search.
bool has_parameters(const Field& field) {
  return same_name(field.name, "Content-Type") || same_name(field.name, "Content-Disposition");
}

void add_parameters(std::string& line, std::string_view value) {
  for (const auto& param : parse_parameterized(value).params) {
    const auto decoded = Parameterized{{}, {param}}.decoded(param.name);
    if (line.find(decoded) == std::string::npos) (line += ' ') += decoded;
  }
}

bool has_addresses(const Field& field) {
  static constexpr std::string_view names[] = {"From", "Sender", "Reply-To", "To", "Cc", "Bcc"};
  return std::ranges::any_of(names, [&](auto name) { return same_name(field.name, name); });
}

// As ENVELOPE has them: without the backslashes of quoted pairs (RFC 5322 3.2.4).
std::string without_quoted_pairs(std::string_view value) {
  std::string out;
  for (std::size_t n = 0; n < value.size(); ++n) {
    if (value[n] == '\\' && n + 1 < value.size()) ++n;
    out += value[n];
  }
  return out;
}

void add_field(std::string& out, const Field& field) {
  std::string line;
  (line += field.name) += ": ";
  line += decode_words(field.value);
  if (has_parameters(field) && field.value.find('*') != std::string_view::npos)
    add_parameters(line, field.value);
  if (has_addresses(field) && field.value.find('\\') != std::string_view::npos)
    (line += ' ') += decode_words(without_quoted_pairs(field.value));
  line = folded(line);
  while (line.ends_with(' ')) line.pop_back();
  if (line.ends_with(':')) line += ' ';
  (out += line) += '\n';
}

Parameterized disposition_of(const Entity& entity) {
  const auto* field = entity.header.find("Content-Disposition");
  return field ? parse_parameterized(field->value) : Parameterized();
}

// Words of a preview: quoted lines of a reply and blank ones are passed over.
std::string shortened(std::string_view text) {
  std::string out;
  text = cut_utf8(text, preview_source);
  while (!text.empty() && out.size() < preview_characters * 4) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with('>')) continue;
    for (const char c : line) {
      const bool blank = static_cast<unsigned char>(c) <= ' ' || c == 127;
      if (!blank)
        out += c;
      else if (!out.empty() && out.back() != ' ')
        out += ' ';
    }
    if (!out.empty() && out.back() != ' ') out += ' ';
  }
  out = first_characters(out, preview_characters);
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

class Reader {
 public:
  explicit Reader(const Scan& scanned) : scan_(scanned) {}

  BodyText run() {
    for (const auto& entity : scan_.entities) add(entity);
    return std::move(out_);
  }

 private:
  void add(const Entity& entity) {
    const bool first = &entity == &scan_.entities.front();
    const bool of_message = !first && parent_of(entity).part.kind == Kind::message;
    if (of_message)
      add_text(folded(header_text(entity.header)));
    else if (!first)
      add_fields(entity.header);
    if (entity.part.kind != Kind::leaf) return;
    const auto disposition = disposition_of(entity);
    const bool attached = same_name(disposition.value, "attachment");
    add_name(entity, disposition);
    const bool shown = !entity.typed || same_name(entity.type.type, "text") ||
                       same_name(entity.type.type, "multipart");
    if (attached || (!shown && !first)) out_.attachments = true;
    // Reports and the like are text (RFC 9051 6.4.4: of types TEXT and MESSAGE no part is left
    // out).
    const bool searched = shown || same_name(entity.type.type, "message");
    if (searched && !entity.opaque) add_leaf(entity, shown && !attached);
  }

  void add_fields(const Header& header) {
    const auto lines = header_text(header);
    for (std::string_view rest = lines; !rest.empty();) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      add_text(mime_field_mark + std::string(line));
    }
  }

  const Entity& parent_of(const Entity& entity) const {
    return scan_.entities[static_cast<std::size_t>(entity.part.parent)];
  }

  void add_name(const Entity& entity, const Parameterized& disposition) {
    const auto file = disposition.decoded("filename");
    const auto name = Parameterized{{}, entity.type.params}.decoded("name");
    if (file.empty() && name.empty()) return;
    add_text(folded(file));
    if (name != file) add_text(folded(name));
    if (!same_name(entity.type.type, "text")) out_.attachments = true;
  }

  void add_leaf(const Entity& entity, bool may_preview) {
    if (left() == 0) return;
    const Parameterized type{{}, entity.type.params};
    auto text = to_utf8(decoded_body(scan_.body(entity), entity.part.encoding, left()),
                        type.decoded("charset"));
    std::string behind;
    if (same_name(entity.type.type, "text") && same_name(entity.type.subtype, "html")) {
      auto html = text_of_html(text);
      text = std::move(html.shown);
      behind = std::move(html.behind);
    }
    text = without_armour(std::move(text));
    if (may_preview && out_.preview.empty()) out_.preview = shortened(text);
    used_ += text.size() + behind.size();
    add_text(folded(text));
    if (!behind.empty()) add_text(folded(behind));
  }

  void add_text(std::string_view text) {
    if (out_.text.size() + text.size() > body_text_limit) text = cut_utf8(text, room());
    if (text.starts_with(' ') && !out_.text.empty()) text.remove_prefix(1);
    if (text.ends_with(' ')) text.remove_suffix(1);
    if (text.empty()) return;
    if (!out_.text.empty()) out_.text += '\n';
    out_.text += text;
  }

  std::size_t left() const { return used_ < body_text_limit ? body_text_limit - used_ : 0; }
  std::size_t room() const {
    return out_.text.size() < body_text_limit ? body_text_limit - out_.text.size() : 0;
  }

  const Scan& scan_;
  BodyText out_;
  std::size_t used_ = 0;
};

}  // namespace

std::string header_text(const Header& header) {
  std::string out;
  for (const auto& field : header.fields()) {
    add_field(out, field);
    if (out.size() > header_text_limit) break;
  }
  return out;
}

BodyText body_text(const Scan& scanned) { return Reader(scanned).run(); }

}  // namespace imap::mime
