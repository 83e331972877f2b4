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

bool any(const Report& report, Action action) {
  return std::any_of(report.recipients.begin(), report.recipients.end(),
                     [&](const Reported& each) { return each.action == action; });
}

// The worst news first.
std::string subject(const Report& report) {
  if (any(report, Action::failed)) return "Undelivered mail returned to sender";
  if (any(report, Action::delayed)) return "Delayed mail: still being tried";
  return "Delivery report";
}

std::vector<NewField> fields(const Report& report, const Stamp& stamp) {
  check(stamp);
  return {{"From", mailbox(report.from)},
          {"To", mailbox(report.to)},
          {"Subject", subject(report)},
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

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }

bool has_controls(std::string_view text) { return std::ranges::any_of(text, is_control); }

// The same for people: in UTF-8, where that is what it is.
std::string readable(std::string_view text) {
  if (!is_utf8(text)) return plain(text);
  std::string out(cut_utf8(text, 800));
  std::ranges::replace_if(out, is_control, ' ');
  return out;
}

// RFC 6533 3: utf-8-addr-xtext is ASCII.
std::string escaped(const std::string& address) {
  std::string out;
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

// On one line; in UTF-8 where that is what it is, and `form` takes it.
std::string address_value(const OriginalAddress& original, Form form) {
  const auto type = plain(original.type) + "; ";
  if (is_ascii(original.address)) return type + plain(original.address);
  if (form == Form::ascii || !is_utf8(original.address) || has_controls(original.address))
    return type + escaped(original.address);
  return type + original.address;
}

std::string address_value(const std::string& address, Form form) {
  return address_value({is_ascii(address) ? "rfc822" : "utf-8", address}, form);
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::failed:
      return "failed";
    case Action::delayed:
      return "delayed";
    case Action::delivered:
      return "delivered";
    case Action::relayed:
      return "relayed";
    case Action::expanded:
      return "expanded";
  }
  return "failed";
}

// RFC 3464 2.3, in the order of its grammar.
std::string recipient_fields(const Reported& each, Form form, std::int16_t zone) {
  std::string out;
  if (each.original) out += "Original-Recipient: " + address_value(*each.original, form) + '\n';
  out += "Final-Recipient: " + address_value(each.recipient, form) + '\n';
  out += fmt::format("Action: {}\nStatus: {}\n", name_of(each.action), plain(each.status));
  if (!each.remote.empty()) out += "Remote-MTA: dns; " + plain(each.remote) + '\n';
  const auto said = form == Form::ascii ? plain(each.diagnostic) : readable(each.diagnostic);
  if (!said.empty()) out += "Diagnostic-Code: smtp; " + said + '\n';  // RFC 6533 3
  if (each.last_attempt) out += "Last-Attempt-Date: " + date_field(*each.last_attempt, zone) + '\n';
  if (each.tried_until && each.action == Action::delayed)
    out += "Will-Retry-Until: " + date_field(*each.tried_until, zone) + '\n';
  return out;
}

std::string status_text(const Report& report, const Stamp& stamp) {
  std::string out;
  if (!report.envelope_id.empty())
    out += "Original-Envelope-Id: " + plain(report.envelope_id) + '\n';
  out += "Reporting-MTA: dns; " + plain(report.reporter) + '\n';
  out += "Arrival-Date: " + date_field(report.arrived.value_or(stamp.time), stamp.zone) + '\n';
  for (const auto& each : report.recipients)
    out += '\n' + recipient_fields(each, report.form, stamp.zone);
  return out;
}

// What a person is told ahead of the recipients of one action, and after them.
struct Words {
  Action action;
  std::string_view before, after;
};
constexpr Words all_words[] = {
    {Action::failed, "Your message could not be delivered to:",
     "No further attempt is made. Everybody else has it: send it again to these alone."},
    {Action::delayed, "Your message has not been delivered yet to:",
     "It is tried again. You need not send it once more."},
    {Action::delivered, "Your message was delivered to the mailbox of:", ""},
    {Action::relayed, "Your message was handed to the next server on the way to:",
     "That server does not report what becomes of it."},
    {Action::expanded, "Your message was passed on to all who are behind:", ""},
};

std::string told(const Report& report, const Words& words) {
  if (!any(report, words.action)) return {};
  auto out = std::string(words.before) + "\n\n";
  for (const auto& each : report.recipients) {
    if (each.action != words.action) continue;
    out += "  " + std::string(cut_utf8(each.recipient, 320)) + '\n';
    for (const auto* said : {&each.reason, &each.diagnostic})
      if (!said->empty()) out += "    " + readable(*said) + '\n';
  }
  if (!words.after.empty()) out += '\n' + std::string(words.after) + '\n';
  return out + '\n';
}

std::string told(const Report& report, Content content) {
  std::string out;
  for (const auto& words : all_words) out += told(report, words);
  return out + (content == Content::all ? "Your message is attached.\n"
                                        : "The header of your message is attached.\n");
}

// A part with a type of its own beside ASCII, as UTF-8 is in place (RFC 6533 4).
std::string eight_bit_entity(std::string_view type, std::string_view text) {
  std::string out = fmt::format("Content-Type: {}\r\nContent-Transfer-Encoding: ", type);
  out += is_ascii(text) ? "7bit\r\n\r\n" : "8bit\r\n\r\n";
  for (const char c : text) {
    if (c == '\n')
      out += "\r\n";
    else if (c != '\r')
      out += c == '\0' ? '?' : c;
  }
  return out;
}

// RFC 3464 2.1: neither base64 nor quoted-printable. The line end before the delimiter is no part
// of it, and its last field has one.
std::string status_entity(const Report& report, const Stamp& stamp) {
  const auto* type =
      report.form == Form::ascii ? "message/delivery-status" : "message/global-delivery-status";
  return eight_bit_entity(type, status_text(report, stamp) + '\n');
}

// RFC 6522 4. The octets themselves: they may be of any charset.
std::string returned_header(const Report& report) {
  const auto range = scan(report.original).entities.front().part.header;
  const auto header =
      report.original.substr(range.offset, std::min<std::uint64_t>(range.length, original_limit));
  const bool international = report.form == Form::international && !is_ascii(header);
  return eight_bit_entity(international ? "message/global-headers" : "text/rfc822-headers", header);
}

// Can stand in a part as it is: RFC 2046 5.2.1 allows no other transfer encoding than identity.
bool is_canonical(std::string_view octets) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const bool ends_line = octets[i] == '\r' && i + 1 < octets.size() && octets[i + 1] == '\n';
    if (octets[i] == '\0' || octets[i] == '\n' || (octets[i] == '\r' && !ends_line)) return false;
    i += ends_line;
  }
  return true;
}

Content content_of(const Report& report) {
  const bool all = report.content == Content::all && any(report, Action::failed) &&
                   report.original.size() <= returned_limit && is_canonical(report.original);
  return all ? Content::all : Content::header;
}

std::string returned(const Report& report, Content content) {
  if (content == Content::header) return returned_header(report);
  const auto header = scan(report.original).entities.front().part.header;
  const bool international = report.form == Form::international &&
                             !is_ascii(report.original.substr(header.offset, header.length));
  return eight_bit_entity(international ? "message/global" : "message/rfc822", report.original) +
         "\r\n";  // the line end before the next delimiter is no part of it
}

std::size_t children(const Scan& scanned) {
  std::size_t out = 0;
  for (auto at = scanned.entities.front().first_child; at != no_entity; ++out)
    at = scanned.entities[static_cast<std::size_t>(at)].next_sibling;
  return out;
}

// The promise of the header: what is in there is what was put in.
std::string verified(std::string message, std::size_t field_count, std::size_t parts) {
  const auto scanned = scan(message);
  if (children(scanned) != parts || scanned.entities.front().header.fields().size() != field_count)
    throw invalid("a notice came out with other fields or parts than were put in");
  return message;
}

void check_form(const Report& report) {
  if (report.form == Form::ascii && !(is_ascii(report.to.address) && is_ascii(report.from.address)))
    throw invalid("a notice in ASCII cannot go to or come from an address outside it");
}

}  // namespace

std::string written(const Report& report, const Stamp& stamp) {
  if (report.recipients.empty()) throw invalid("a report names no recipient");
  check_form(report);
  const auto all = fields(report, stamp);
  const auto content = content_of(report);
  auto message =
      multipart_entity("multipart/report; report-type=delivery-status", stamp.boundary, all,
                       {text_entity("text/plain", told(report, content), {}),
                        status_entity(report, stamp), returned(report, content)});
  return verified(std::move(message), all.size() + 1, 3);
}

}  // namespace imap::mime
