#include "imap/mime/mimetic_bridge.h"

#include <mimetic/codec/base64.h>
#include <mimetic/codec/qp.h>
#include <mimetic/mimeentity.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "base/error.h"
#include "imap/mime/charset.h"
#include "imap/mime/scanner.h"

namespace imap::mime {
namespace {

constexpr auto in_base64 = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// Where codecs write: a string of a size that was reckoned beforehand, never past its end.
struct Room {
  explicit Room(std::string& text, std::size_t from = 0)
      : at(text.data() + from), end(text.data() + text.size()) {}
  char* at;
  char* end;
};

// Copies write on where the others stopped: the codecs copy their output iterator at times.
class Sink {
 public:
  explicit Sink(Room& room) : room_(&room) {}
  Sink& operator*() { return *this; }
  Sink& operator++() { return *this; }
  Sink operator++(int) { return *this; }
  Sink& operator=(unsigned char c) {
    if (room_->at < room_->end) *room_->at++ = static_cast<char>(c);
    return *this;
  }

 private:
  Room* room_;
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool is_escape(std::string_view text) {
  return text.size() >= 3 && is_hex(text[1]) && is_hex(text[2]);
}

// The decoder forgets line ends, and makes '=' of a blank that it holds back at the end: it is
// given the escapes and nothing else.
void decode_line(std::string& out, std::string_view line) {
  const auto start = out.size();
  out.resize(start + line.size());
  Room room(out, start);
  Sink sink(room);
  mimetic::QP::Decoder decoder;
  while (!line.empty()) {
    const auto plain = std::min(line.find('='), line.size());
    room.at = std::copy_n(line.data(), plain, room.at);
    line.remove_prefix(plain);
    if (is_escape(line)) {
      for (const char c : line.substr(0, 3)) decoder.process(static_cast<unsigned char>(c), sink);
      line.remove_prefix(3);
    } else if (!line.empty()) {
      *room.at++ = '=';
      line.remove_prefix(1);
    }
  }
  out.resize(static_cast<std::size_t>(room.at - out.data()));
}

std::string_view line_end_of(std::string_view line) {
  if (line.ends_with("\r\n")) return "\r\n";
  return line.ends_with('\n') ? "\n" : "";
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 40);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

// What mimetic does not check: it would write a second field.
void check(const NewField& field) {
  const auto& name = field.name;
  const bool bad_name = name.empty() || std::any_of(name.begin(), name.end(), [](char c) {
                          return c <= ' ' || c >= 127 || c == ':';
                        });
  const auto& value = field.value;
  const bool bad_value = value.size() > 64 * 1024 ||
                         std::any_of(value.begin(), value.end(),
                                     [](char c) { return (c < ' ' && c != '\t') || c == 127; });
  if (bad_name || bad_value || !is_utf8(value))
    throw Error(Fault::invalid, "a header field of a notice is not UTF-8 on one line");
}

void add_fields(mimetic::MimeEntity& entity, const std::vector<NewField>& fields) {
  for (const auto& field : fields) {
    check(field);
    mimetic::Field made;
    made.name(field.name);
    made.value(field.value);
    entity.header().push_back(made);
  }
}

std::string written(const mimetic::MimeEntity& entity) {
  std::ostringstream out;
  out << entity;
  return with_crlf(out.str());
}

bool has_long_line(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    length = c == '\n' ? 0 : length + 1;
    if (length > 900) return true;
  }
  return false;
}

}  // namespace

std::string decode_base64(std::string_view coded, std::size_t limit) {
  std::string out(coded.size() / 4 * 3 + 3, '\0');
  Room room(out);
  Sink sink(room);
  mimetic::Base64::Decoder decoder;
  for (const char c : coded) {
    if (c == '=') break;
    const auto byte = static_cast<unsigned char>(c);
    if (in_base64[byte]) decoder.process(byte, sink);
    if (static_cast<std::size_t>(room.at - out.data()) >= limit) break;
  }
  decoder.flush(sink);
  out.resize(std::min(static_cast<std::size_t>(room.at - out.data()), limit));
  return out;
}

std::string decode_quoted_printable(std::string_view coded, std::size_t limit) {
  std::string out;
  out.reserve(std::min(coded.size(), limit));
  while (!coded.empty() && out.size() < limit) {
    auto line = coded.substr(0, coded.find('\n'));
    if (line.size() < coded.size()) line = coded.substr(0, line.size() + 1);
    coded.remove_prefix(line.size());
    const auto end = line_end_of(line);
    line.remove_suffix(end.size());
    // RFC 2045 6.7 (3): blanks at the end were added on the way.
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    const bool soft = line.ends_with('=');
    if (soft) line.remove_suffix(1);
    decode_line(out, line);
    if (!soft) out += end;
  }
  if (out.size() > limit) out.resize(limit);
  return out;
}

std::string decoded_body(std::string_view body, Encoding encoding, std::size_t limit) {
  switch (encoding) {
    case Encoding::base64:
      return decode_base64(body, limit);
    case Encoding::quoted_printable:
      return decode_quoted_printable(body, limit);
    case Encoding::identity:
    case Encoding::unknown:
      break;
  }
  return std::string(body.substr(0, limit));
}

std::string encode_base64_lines(std::string_view octets) {
  std::string out(octets.size() / 3 * 4 + octets.size() / 50 + 16, '\0');
  Room room(out);
  Sink sink(room);
  mimetic::Base64::Encoder encoder;
  for (const char c : octets) encoder.process(static_cast<unsigned char>(c), sink);
  encoder.flush(sink);
  out.resize(static_cast<std::size_t>(room.at - out.data()));
  if (!out.empty() && out.back() != '\n') out += '\n';
  return with_crlf(out);
}

std::string text_entity(std::string_view type, std::string_view utf8,
                        const std::vector<NewField>& fields) {
  const bool plain = is_ascii(utf8) && !has_long_line(utf8) && utf8.find('\0') == utf8.npos;
  auto all = fields;
  const bool text = type.starts_with("text/");
  all.push_back({"Content-Type", std::string(type) + (text ? "; charset=utf-8" : "")});
  all.push_back({"Content-Transfer-Encoding", plain ? "7bit" : "base64"});
  mimetic::MimeEntity entity;
  add_fields(entity, all);
  entity.body().set(plain ? std::string(utf8) : encode_base64_lines(utf8));
  return written(entity);
}

std::string multipart_entity(std::string_view type, std::string_view boundary,
                             const std::vector<NewField>& fields,
                             const std::vector<std::string>& parts) {
  auto all = fields;
  all.push_back(
      {"Content-Type", std::string(type) + "; boundary=\"" + std::string(boundary) + '"'});
  // As a leaf: mimetic writes multiparts with delimiters of its own.
  mimetic::MimeEntity entity;
  std::ostringstream header;
  add_fields(entity, all);
  for (const auto& field : entity.header()) header << field << '\n';
  const auto delimiter = "--" + std::string(boundary);
  auto out = with_crlf(header.str()) + "\r\n";
  for (const auto& part : parts) {
    if (part.find(delimiter) != std::string::npos)
      throw Error(Fault::invalid, "the boundary of a notice occurs in one of its parts");
    out += delimiter + "\r\n" + part;
    if (!part.ends_with("\r\n")) out += "\r\n";
  }
  return out += delimiter + "--\r\n";
}

}  // namespace imap::mime
