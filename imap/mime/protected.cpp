#include "imap/mime/protected.h"

#include <algorithm>

#include "crypto/cms.h"
#include "imap/mime/address.h"
#include "imap/mime/date.h"
#include "imap/mime/mimetic_bridge.h"
#include "imap/mime/opaque.h"
#include "imap/mime/prepare.h"
#include "imap/mime/scanner.h"
#include "imap/mime/subject.h"

namespace imap::mime {
namespace {

constexpr std::size_t longest_item = 900;  // octets; a line has 998 at most (RFC 5322 2.1.1)
constexpr std::string_view atom_marks = "!#$%&'*+-/=?^_`{|}~.";

bool is_plain(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  return !text.empty() && text.size() <= longest_item && std::ranges::none_of(text, is_control);
}

// RFC 5322 3.2.4: quoted where it is no dot-atom.
std::string local_part(const std::string& local) {
  const auto is_atom = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           atom_marks.find(c) != atom_marks.npos;
  };
  if (std::ranges::all_of(local, is_atom)) return local;
  std::string quoted = "\"";
  for (const char c : local) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// One a line.
std::string field(std::string_view name, const std::vector<std::string>& items,
                  std::string_view between) {
  std::string out;
  for (const auto& item : items) {
    if (!is_plain(item)) continue;
    out += out.empty() ? std::string(name) + ": " : std::string(between) + "\r\n ";
    out += item;
  }
  return out.empty() ? out : out + "\r\n";
}

std::string addresses(const Header& header, std::string_view name) {
  const auto* found = header.find(name);
  std::vector<std::string> items;
  for (const auto& each : found ? parse_addresses(found->value) : std::vector<Address>())
    if (each.kind == Address::Kind::mailbox && !each.host.empty() && is_plain(each.local))
      items.push_back(local_part(each.local) + '@' + each.host);
  return field(name, items, ",");
}

std::string ids(const Header& header, std::string_view name) {
  const auto* found = header.find(name);
  std::vector<std::string> items;
  for (const auto& id : found ? message_ids(found->value) : std::vector<std::string>())
    items.push_back('<' + id + '>');
  return field(name, items, "");
}

std::string date(const Header& header) {
  const auto* found = header.find("Date");
  const auto sent = found ? parse_date(found->value) : std::nullopt;
  return sent ? "Date: " + date_field(sent->time, 0) + "\r\n" : "";
}

}  // namespace

std::string protected_form(std::string_view octets, std::span<const Bytes> certificates) {
  const auto scanned = scan(octets);
  const auto& header = scanned.entities.front().header;
  std::string out;
  for (const auto* name : {"From", "To", "Cc"}) out += addresses(header, name);
  out += date(header);
  for (const auto* name : {"Message-ID", "In-Reply-To", "References"}) out += ids(header, name);
  out +=
      "Subject: [...]\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: application/pkcs7-mime; smime-type=enveloped-data;\r\n"
      " name=\"smime.p7m\"\r\n"
      "Content-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n"
      "\r\n";
  return out + encode_base64_lines(text_of(crypto::enveloped(bytes_of(octets), certificates)));
}

storage::NewMessage protect(storage::NewMessage message, std::span<const Bytes> certificates) {
  const bool as_it_came = opacity(scan(message.octets)) != Opaque::no;
  return prepare(
      as_it_came ? std::move(message.octets) : protected_form(message.octets, certificates),
      std::move(message.flags), message.internal_date, message.zone);
}

}  // namespace imap::mime
