#include "imap/mime/structure.h"

#include <algorithm>

#include "imap/mime/address.h"
#include "imap/mime/charset.h"
#include "imap/mime/wire.h"

namespace imap::mime {
namespace {

// An absent field is NIL, an empty one the empty string.
void add_text(std::string& out, const Header& header, std::string_view name, const Detail& detail) {
  const auto* field = header.find(name);
  if (!field)
    out += "NIL";
  else
    add_string(out, cut_utf8(unfolded(field->value), detail.octets));
}

// RFC 3501: a host of NIL begins a group, and with a mailbox of NIL ends it, so that a mailbox
// without a host has an empty one.
void add_address(std::string& out, const Address& address, const Detail& detail) {
  const auto add = [&](const std::string& text) {
    out += ' ';
    add_string(out, cut_utf8(text, detail.octets));
  };
  if (address.kind == Address::Kind::group_end) {
    out += "(NIL NIL NIL NIL)";
    return;
  }
  const bool group = address.kind == Address::Kind::group_start;
  out += '(';
  add_nstring(out, group ? std::string_view() : cut_utf8(address.name, detail.octets));
  out += ' ';
  add_nstring(out, cut_utf8(address.route, detail.octets));
  add(address.local);
  if (group)
    out += " NIL";
  else
    add(address.host);
  out += ')';
}

std::string address_list(const Header& header, std::string_view name, const Detail& detail) {
  std::string out;
  auto left = detail.addresses;
  for (std::size_t nth = 0; const auto* field = header.find(name, nth); ++nth) {
    const auto list = parse_addresses(field->value, left);
    for (const auto& address : list) add_address(out, address, detail);
    left -= std::min(left, list.size());
  }
  return out.empty() ? "NIL" : '(' + out + ')';
}

}  // namespace

std::string envelope(const Header& header, const Detail& detail) {
  const auto from = address_list(header, "From", detail);
  const auto or_from = [&](std::string_view name) {
    auto list = address_list(header, name, detail);
    return list == "NIL" ? from : list;
  };
  std::string out = "(";
  add_text(out, header, "Date", detail);
  out += ' ';
  add_text(out, header, "Subject", detail);
  for (const auto& list : {from, or_from("Sender"), or_from("Reply-To")}) (out += ' ') += list;
  for (const auto* name : {"To", "Cc", "Bcc"}) (out += ' ') += address_list(header, name, detail);
  for (const auto* name : {"In-Reply-To", "Message-ID"}) {
    out += ' ';
    add_text(out, header, name, detail);
  }
  return out += ')';
}

}  // namespace imap::mime
