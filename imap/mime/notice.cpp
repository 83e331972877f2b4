#include "imap/mime/notice.h"

#include <fmt/format.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/error.h"
#include "imap/mime/address.h"
#include "imap/mime/charset.h"
#include "imap/mime/date.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/scanner.h"
#include "imap/mime/words.h"

namespace imap::mime {
namespace {

constexpr std::size_t original_limit = 64 * 1024;  // octets of header that go back

Error invalid(const std::string& what) { return Error(Fault::invalid, what); }

// As one address and nothing else, by our own parser.
const std::string& checked_address(const std::string& address) {
  const auto parsed = parse_addresses(address);
  const bool odd = std::any_of(address.begin(), address.end(), [](char c) {
    return (static_cast<unsigned char>(c) <= ' ') || c == 127 || c == '<' || c == '>';
  });
  if (odd || parsed.size() != 1 || parsed[0].host.empty() || !parsed[0].name.empty() ||
      parsed[0].kind != Address::Kind::mailbox || !is_utf8(address) || address.size() > 320)
    throw invalid("a notice cannot be written: an address of it is none");
  return address;
}

std::string phrase(const std::string& name) {
  const auto coded = encode_words(name);
  if (coded != name || name.find_first_of("()<>[]:;@\\,.\"") == std::string::npos) return coded;
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::string mailbox(const Person& person) {
  const auto& address = checked_address(person.address);
  return person.name.empty() ? address : phrase(person.name) + " <" + address + '>';
}

void check(const Stamp& stamp) {
  const auto letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  const auto& boundary = stamp.boundary;
  if (boundary.size() < 16 || boundary.size() > 60 ||
      !std::all_of(boundary.begin(), boundary.end(), letter))
    throw invalid("the boundary of a notice is not 16 to 60 letters and digits");
  checked_address(stamp.message_id);
}

std::vector<NewField> fields(const Bounce& bounce, const Stamp& stamp) {
  check(stamp);
  return {{"From", mailbox(bounce.from)},
          {"To", mailbox(bounce.to)},
          {"Subject", "Undelivered mail returned to sender"},
          {"Date", date_field(stamp.time, stamp.zone)},
          {"Message-ID", '<' + stamp.message_id + '>'},
          {"Auto-Submitted", "auto-replied"},  // RFC 3834 5
          {"MIME-Version", "1.0"}};
}

// A value on one line of printable ASCII: what a remote server said is not trusted.
std::string plain(std::string_view text) {
  std::string out(text.substr(0, 800));
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return c < ' ' || static_cast<unsigned char>(c) >= 127; }, ' ');
  return out;
}

// RFC 6533 3: utf-8-addr-xtext is ASCII.
std::string address_value(const std::string& address) {
  if (is_ascii(address)) return "rfc822; " + plain(address);
  std::string out = "utf-8; ";
  const auto* data = reinterpret_cast<const std::uint8_t*>(address.data());
  const auto size = static_cast<std::int64_t>(address.size());
  for (std::int64_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(data, i, size, c);
    if (c <= ' ' || c == '\\' || c == '+' || c == '=' || c >= 127)
      out += fmt::format("\\x{{{:X}}}", static_cast<unsigned>(std::max(c, 0)));
    else
      out += static_cast<char>(c);
  }
  return out;
}

std::string status_text(const Bounce& bounce, const Stamp& stamp) {
  std::string out = "Reporting-MTA: dns; " + plain(bounce.reporter) + '\n';
  out += "Arrival-Date: " + date_field(stamp.time, stamp.zone) + '\n';
  for (const auto& each : bounce.recipients) {
    out += "\nFinal-Recipient: " + address_value(each.recipient) + '\n';
    out += "Action: failed\n";  // RFC 3464 2.3.3
    out += "Status: " + plain(each.status) + '\n';
    if (!each.diagnostic.empty()) out += "Diagnostic-Code: smtp; " + plain(each.diagnostic) + '\n';
  }
  return out;
}

std::string told(const Bounce& bounce) {
  std::string out = "Your message could not be delivered to:\n\n";
  for (const auto& each : bounce.recipients) {
    out += "  " + std::string(cut_utf8(each.recipient, 320)) + '\n';
    if (!each.diagnostic.empty()) out += "    " + plain(each.diagnostic) + '\n';
  }
  return out +
         "\nNo further attempt is made. Everybody else has it: send it again to these alone.\n"
         "The header of your message is attached.\n";
}

// RFC 6522 4. The octets themselves: they may be of any charset.
std::string returned_header(std::string_view original) {
  const auto range = scan(original).entities.front().part.header;
  auto header =
      original.substr(range.offset, std::min<std::uint64_t>(range.length, original_limit));
  std::string out = "Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: ";
  out += is_ascii(header) ? "7bit\r\n\r\n" : "8bit\r\n\r\n";
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i] == '\n')
      out += "\r\n";
    else if (header[i] != '\r')
      out += header[i] == '\0' ? '?' : header[i];
  }
  return out;
}

// The promise of the header: what is in there is what was put in.
std::string verified(std::string message, std::size_t field_count, std::size_t entities) {
  const auto scanned = scan(message);
  if (scanned.entities.size() != entities ||
      scanned.entities.front().header.fields().size() != field_count)
    throw invalid("a notice came out with other fields or parts than were put in");
  return message;
}

}  // namespace

std::string written(const Bounce& bounce, const Stamp& stamp) {
  if (bounce.recipients.empty()) throw invalid("a bounce names no recipient");
  const auto all = fields(bounce, stamp);
  auto message =
      multipart_entity("multipart/report; report-type=delivery-status", stamp.boundary, all,
                       {text_entity("text/plain", told(bounce), {}),
                        text_entity("message/delivery-status", status_text(bounce, stamp), {}),
                        returned_header(bounce.original)});
  return verified(std::move(message), all.size() + 1, 4);
}

}  // namespace imap::mime
