#include "imap/mime/structure.h"

#include <vector>

#include "imap/mime/charset.h"
#include "imap/mime/params.h"
#include "imap/mime/wire.h"

namespace imap::mime {
namespace {

constexpr std::string_view no_envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";

class Writer {
 public:
  Writer(const Scan& scanned, Extensions extensions, const Detail& detail)
      : scan_(scanned), with_(extensions == Extensions::with), detail_(detail) {}

  std::string run() {
    add(scan_.entities.front());
    return std::move(out_);
  }

 private:
  const Entity& at(std::int32_t index) const {
    return scan_.entities[static_cast<std::size_t>(index)];
  }

  void string(std::string_view text) { add_string(out_, cut_utf8(text, detail_.octets)); }

  void add(const Entity& entity) {
    out_ += '(';
    if (entity.part.kind == Kind::multipart)
      multipart(entity);
    else
      single(entity);
    out_ += ')';
  }

  void multipart(const Entity& entity) {
    for (auto child = entity.first_child; child != no_entity; child = at(child).next_sibling)
      add(at(child));
    out_ += ' ';
    string(entity.type.subtype);
    if (!with_) return;
    out_ += ' ';
    params(entity.type.params);
    out_ += ' ';
    common_extensions(entity.header);
  }

  // body-fields, then what the type asks for (RFC 3501 9: body-type-text, -msg, -basic).
  void single(const Entity& entity) {
    const auto type = shown_type(entity);
    string(type.type);
    out_ += ' ';
    string(type.subtype);
    out_ += ' ';
    params(type.params);
    out_ += ' ';
    text_field(entity.header, "Content-ID");
    out_ += ' ';
    text_field(entity.header, "Content-Description");
    out_ += ' ';
    encoding(entity.header);
    number(entity.part.body.length);
    if (entity.part.kind == Kind::message) message(entity);
    if (entity.part.kind == Kind::message || same_name(type.type, "text"))
      number(entity.part.body_lines);
    if (!with_) return;
    out_ += ' ';
    text_field(entity.header, "Content-MD5");
    out_ += ' ';
    common_extensions(entity.header);
  }

  // A type must not promise more than what follows: a multipart has parts and a message/rfc822 an
  // envelope.
  static ContentType shown_type(const Entity& entity) {
    const auto plain = [] {
      return ContentType{"text", "plain", {{"charset", "us-ascii", false}}};
    };
    if (entity.part.kind == Kind::message) return entity.type;
    const bool multipart = same_name(entity.type.type, "multipart");
    const bool message = entity.type.is("message", "rfc822") || entity.type.is("message", "global");
    if ((multipart && entity.opaque) || message)
      return {"application", "octet-stream", entity.type.params};
    if (multipart || !entity.typed) return plain();
    return entity.type;
  }

  void message(const Entity& entity) {
    out_ += ' ';
    const auto& inner = at(entity.first_child);
    out_ +=
        inner.header.fields().empty() ? std::string(no_envelope) : envelope(inner.header, detail_);
    out_ += ' ';
    add(inner);
  }

  void number(std::uint64_t value) { (out_ += ' ') += std::to_string(value); }

  void text_field(const Header& header, std::string_view name) {
    const auto* field = header.find(name);
    add_nstring(out_,
                field ? cut_utf8(unfolded(field->value), detail_.octets) : std::string_view());
  }

  void encoding(const Header& header) {
    const auto* field = header.find("Content-Transfer-Encoding");
    const auto name = field ? parse_parameterized(field->value).value : std::string();
    string(name.empty() ? std::string_view("7BIT") : name);
  }

  // RFC 2231 values as they were sent, under their name with a '*'.
  void params(const std::vector<Param>& list) {
    if (list.empty()) {
      out_ += "NIL";
      return;
    }
    out_ += '(';
    for (const auto& param : list) {
      if (out_.back() != '(') out_ += ' ';
      string(param.extended ? param.name + '*' : param.name);
      out_ += ' ';
      string(param.value);
    }
    out_ += ')';
  }

  void common_extensions(const Header& header) {
    disposition(header);
    out_ += ' ';
    language(header);
    out_ += ' ';
    text_field(header, "Content-Location");
  }

  void disposition(const Header& header) {
    const auto* field = header.find("Content-Disposition");
    const auto parsed = field ? parse_parameterized(field->value) : Parameterized();
    if (parsed.value.empty()) {
      out_ += "NIL";
      return;
    }
    out_ += '(';
    string(parsed.value);
    out_ += ' ';
    params(parsed.params);
    out_ += ')';
  }

  // RFC 3282: a list of tags.
  void language(const Header& header) {
    const auto* field = header.find("Content-Language");
    std::vector<std::string> tags;
    std::string rest = field ? unfolded(field->value) : std::string();
    for (std::size_t at = 0; at <= rest.size() && tags.size() < param_limit;) {
      const auto comma = std::min(rest.find(',', at), rest.size());
      auto tag = parse_parameterized(std::string_view(rest).substr(at, comma - at)).value;
      if (!tag.empty()) tags.push_back(std::move(tag));
      at = comma + 1;
    }
    if (tags.empty()) {
      out_ += "NIL";
    } else if (tags.size() == 1) {
      string(tags.front());
    } else {
      out_ += '(';
      for (const auto& tag : tags) {
        if (out_.back() != '(') out_ += ' ';
        string(tag);
      }
      out_ += ')';
    }
  }

  const Scan& scan_;
  bool with_;
  Detail detail_;
  std::string out_;
};

}  // namespace

std::string structure(const Scan& scanned, Extensions extensions, const Detail& detail) {
  return Writer(scanned, extensions, detail).run();
}

}  // namespace imap::mime
