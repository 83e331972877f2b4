#include "imap/mime/mimetic_bridge.h"

#include <mimetic/codec/base64.h>
#include <mimetic/mimeentity.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "base/error.h"
#include "imap/mime/charset.h"
#include "imap/mime/quoted_printable.h"
#include "imap/mime/scanner.h"

namespace imap::mime {
namespace {

constexpr std::size_t decoding_step = 64 * 1024;  // octets that are decoded for a limit in vain

constexpr auto in_base64 = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// Where codecs write: a string of a size that was reckoned beforehand, never past its end.
struct Room {
  explicit Room(std::string& text) : at(text.data()), end(text.data() + text.size()) {}
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
  const bool bad_value =
      value.size() > 64 * 1024 || std::any_of(value.begin(), value.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return (octet < ' ' && c != '\t') || octet == 127;
      });
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

template <class Decoder>
std::string decoded(std::string_view coded, std::size_t limit) {
  Decoder decoder;
  std::string out;
  while (!coded.empty() && out.size() < limit) {
    out += decoder.add(coded.substr(0, decoding_step));
    coded.remove_prefix(std::min(coded.size(), decoding_step));
  }
  out += decoder.end();
  if (out.size() > limit) out.resize(limit);
  return out;
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

struct Base64Decoder::State {
  mimetic::Base64::Decoder decoder;
  bool ended = false;  // by '='
};

Base64Decoder::Base64Decoder() : state_(std::make_unique<State>()) {}
Base64Decoder::~Base64Decoder() = default;
Base64Decoder::Base64Decoder(Base64Decoder&&) noexcept = default;
Base64Decoder& Base64Decoder::operator=(Base64Decoder&&) noexcept = default;

std::string Base64Decoder::add(std::string_view coded) {
  if (state_->ended) return {};
  std::string out(coded.size() / 4 * 3 + 6, '\0');  // with what was left of the piece before
  Room room(out);
  Sink sink(room);
  for (const char c : coded) {
    state_->ended = c == '=';
    if (state_->ended) break;
    const auto byte = static_cast<unsigned char>(c);
    if (in_base64[byte]) state_->decoder.process(byte, sink);
  }
  out.resize(static_cast<std::size_t>(room.at - out.data()));
  return out;
}

std::string Base64Decoder::end() {
  std::string out(3, '\0');
  Room room(out);
  Sink sink(room);
  state_->decoder.flush(sink);
  out.resize(static_cast<std::size_t>(room.at - out.data()));
  return out;
}

std::string decode_base64(std::string_view coded, std::size_t limit) {
  return decoded<Base64Decoder>(coded, limit);
}

std::string decode_quoted_printable(std::string_view coded, std::size_t limit) {
  return decoded<QuotedPrintableDecoder>(coded, limit);
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
  // RFC 2045 6.8: the line ends of text are CRLF before it is encoded.
  const auto octets = text ? with_crlf(utf8) : std::string(utf8);
  entity.body().set(plain ? std::string(utf8) : encode_base64_lines(octets));
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
