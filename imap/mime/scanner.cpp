#include "imap/mime/scanner.h"

#include <algorithm>
#include <cstring>

#include "imap/mime/lexer.h"

namespace imap::mime {
namespace {

Encoding encoding_of(const Header& header) {
  const auto* field = header.find("Content-Transfer-Encoding");
  if (!field) return Encoding::identity;
  const auto name = lower_ascii(parse_parameterized(field->value).value);
  if (name.empty() || name == "7bit" || name == "8bit" || name == "binary")
    return Encoding::identity;
  if (name == "base64") return Encoding::base64;
  if (name == "quoted-printable") return Encoding::quoted_printable;
  return Encoding::unknown;
}

bool is_message(const ContentType& type) {
  return type.is("message", "rfc822") || type.is("message", "global");
}

std::string_view without_blanks_at_end(std::string_view line) {
  while (!line.empty() &&
         (line.back() == '\n' || line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
    line.remove_suffix(1);
  return line;
}

class Scanner {
 public:
  Scanner(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {
    out_.octets = text;
  }

  Scan run() {
    begin(no_entity);
    while (at_ < text_.size()) {
      if (!in_header_ && active_ == 0) {
        skip_rest();
        break;
      }
      line();
    }
    close_down_to(0, at_, lines_);
    settle();
    return std::move(out_);
  }

 private:
  struct Open {
    std::int32_t entity;
    std::uint64_t first_line;  // line feeds before the header, then before the body
    std::string boundary;      // of a multipart until its close delimiter
  };

  Entity& entity(std::int32_t index) { return out_.entities[static_cast<std::size_t>(index)]; }

  void begin(std::int32_t parent) {
    const auto index = static_cast<std::int32_t>(out_.entities.size());
    auto& made = out_.entities.emplace_back();
    made.part.parent = parent;
    made.part.header.offset = at_;
    if (parent != no_entity) {
      auto& above = entity(parent);
      if (above.last_child == no_entity)
        above.first_child = index;
      else
        entity(above.last_child).next_sibling = index;
      above.last_child = index;
    }
    open_.push_back({index, lines_, {}});
    in_header_ = true;
  }

  void skip_rest() {
    lines_ += static_cast<std::uint64_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.end(), '\n'));
    at_ = text_.size();
  }

  void line() {
    const auto* start = text_.data() + at_;
    const auto* end = static_cast<const char*>(std::memchr(start, '\n', text_.size() - at_));
    const bool ended = end != nullptr;
    const auto length = ended ? static_cast<std::size_t>(end - start) + 1 : text_.size() - at_;
    const std::string_view whole(start, length);
    if (active_ > 0 && whole.starts_with("--") && boundary_line(whole)) return;
    at_ += length;
    lines_ += ended;
    const bool empty = whole == "\r\n" || whole == "\n";
    if (in_header_ && empty) end_header(at_, lines_);
  }

  // True when the line was a delimiter: then it has been taken.
  bool boundary_line(std::string_view whole) {
    const auto text = without_blanks_at_end(whole).substr(2);
    for (auto level = open_.size(); level-- > 0;) {
      const auto& boundary = open_[level].boundary;
      if (boundary.empty() || !text.starts_with(boundary)) continue;
      const auto tail = text.substr(boundary.size());
      if (!tail.empty() && tail != "--") continue;
      if (tail.empty() && out_.entities.size() >= limits_.parts) {
        stop_looking();
        return false;
      }
      delimiter(level, whole, !tail.empty());
      return true;
    }
    return false;
  }

  // The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1).
  void delimiter(std::size_t level, std::string_view whole, bool closes) {
    std::size_t end = at_;
    std::uint64_t lines = lines_;
    if (end > 0 && text_[end - 1] == '\n') {
      end -= end > 1 && text_[end - 2] == '\r' ? 2 : 1;
      --lines;
    }
    close_down_to(level + 1, end, lines);
    at_ += whole.size();
    lines_ += whole.ends_with('\n');
    in_header_ = false;
    const auto parent = open_[level].entity;
    if (closes) {
      open_[level].boundary.clear();
      --active_;
    } else {
      begin(parent);
    }
  }

  void stop_looking() {
    for (auto& open : open_) open.boundary.clear();
    active_ = 0;
    out_.limited = true;
  }

  void close_down_to(std::size_t level, std::uint64_t end, std::uint64_t lines) {
    while (open_.size() > level) {
      auto& part = entity(open_.back().entity).part;
      if (in_header_) {
        end_header(std::max(end, part.header.offset), std::max(lines, open_.back().first_line));
        continue;  // which may have opened the message inside
      }
      const auto& open = open_.back();
      part.body.length = std::max(end, part.body.offset) - part.body.offset;
      part.body_lines =
          static_cast<std::uint32_t>(std::max(lines, open.first_line) - open.first_line);
      active_ -= !open.boundary.empty();
      open_.pop_back();
    }
  }

  void end_header(std::uint64_t end, std::uint64_t lines) {
    in_header_ = false;
    auto& open = open_.back();
    auto& made = entity(open.entity);
    auto& part = made.part;
    part.header.length = end - part.header.offset;
    part.header_lines = static_cast<std::uint32_t>(lines - open.first_line);
    part.body.offset = end;
    open.first_line = lines;
    read_header(made);
    if (made.opaque || (made.part.kind != Kind::leaf && open_.size() >= limits_.depth)) {
      out_.limited = true;
      made.opaque = true;
      part.kind = Kind::leaf;
    }
    if (part.kind == Kind::multipart) enter_multipart(made);
    if (part.kind == Kind::message) enter_message(made, end, lines);
  }

  void read_header(Entity& made) {
    const auto range = made.part.header;
    const auto length = std::min<std::uint64_t>(range.length, limits_.header);
    const bool first = made.part.parent == no_entity;
    headers_ += length;
    made.opaque = range.length > length || (!first && headers_ > limits_.all_headers);
    if (first || headers_ <= limits_.all_headers)
      made.header = Header(text_.substr(range.offset, length));
    set_type(made);
    made.part.encoding = encoding_of(made.header);
    if (is_message(made.type)) {
      const auto encoding = made.part.encoding;
      if (encoding == Encoding::identity || encoding == Encoding::unknown)
        made.part.kind = Kind::message;
    } else if (same_name(made.type.type, "multipart")) {
      made.part.kind = Kind::multipart;
    }
  }

  void set_type(Entity& made) {
    const auto* field = made.header.find("Content-Type");
    if (field) {
      const auto parsed = parse_parameterized(field->value);
      made.type = content_type(parsed);
      made.typed = parsed.value.find('/') != std::string::npos;
      return;
    }
    const auto parent = made.part.parent;
    const bool in_digest = parent != no_entity && entity(parent).type.is("multipart", "digest");
    made.type = in_digest ? ContentType{"message", "rfc822", {}} : ContentType{"text", "plain", {}};
    made.typed = in_digest;
  }

  void enter_multipart(Entity& made) {
    for (const auto& param : made.type.params) {
      if (!same_name(param.name, "boundary") || param.extended) continue;
      const std::string boundary(without_blanks_at_end(param.value));
      if (boundary.empty() || boundary.size() > limits_.boundary) break;
      open_.back().boundary = boundary;
      ++active_;
      return;
    }
  }

  // The message inside begins where the header of its part ended, also when nothing follows.
  void enter_message(Entity& made, std::uint64_t end, std::uint64_t lines) {
    const auto index = static_cast<std::int32_t>(&made - out_.entities.data());
    const auto at = at_;
    const auto lines_here = lines_;
    at_ = end;
    lines_ = lines;
    begin(index);
    at_ = at;
    lines_ = lines_here;
  }

  // A multipart in which no part was found is a leaf: it has no part numbers below it.
  void settle() {
    for (auto& made : out_.entities)
      if (made.part.kind != Kind::leaf && made.first_child == no_entity)
        made.part.kind = Kind::leaf;
  }

  std::string_view text_;
  Limits limits_;
  Scan out_;
  std::vector<Open> open_;
  std::size_t at_ = 0;
  std::uint64_t lines_ = 0;
  std::size_t active_ = 0;  // boundaries that are looked for
  std::uint64_t headers_ = 0;
  bool in_header_ = false;
};

}  // namespace

Scan scan(std::string_view octets, const Limits& limits) { return Scanner(octets, limits).run(); }

}  // namespace imap::mime
