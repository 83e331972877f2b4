#include "server/smtp/submission.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <vector>

#include "crypto/locked_memory.h"
#include "imap/mime/address.h"
#include "imap/mime/date.h"
#include "imap/mime/header.h"
#include "server/smtp/trace.h"

namespace server::smtp {
namespace {

using imap::mime::Header;

constexpr std::size_t address_limit = 20;  // of a From field; more are taken for others'

std::string unique_word() { return to_hex(crypto::random_bytes(10)); }

std::size_t count(const Header& header, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      header.fields(), [&](const auto& field) { return imap::mime::same_name(field.name, name); }));
}

// The mailboxes of a field, without groups.
std::vector<std::string> addresses(std::string_view value) {
  std::vector<std::string> out;
  for (const auto& each : imap::mime::parse_addresses(value, address_limit + 1))
    if (each.kind == imap::mime::Address::Kind::mailbox)
      out.push_back(each.local + '@' + each.host);
  return out;
}

// RFC 5322 3.6.4, with obsolete forms of both sides, and a comment behind it.
bool is_message_id(std::string_view value) {
  if (value.ends_with(')')) value = value.substr(0, value.find(" ("));
  const auto at = value.rfind('@');
  return value.size() > 4 && value.front() == '<' && value.back() == '>' &&
         at != std::string_view::npos && at > 1 && at < value.size() - 2 &&
         std::ranges::none_of(value, [](unsigned char c) { return c <= ' ' || c == 0x7f; }) &&
         value.find_first_of("<>", 1) == value.size() - 1;
}

bool is_date(std::string_view value) { return imap::mime::parse_date(value).has_value(); }

// There is one, and it is one (RFC 5322 3.6).
bool is_right(const Header& header, std::string_view name, bool (*is_valid)(std::string_view)) {
  const auto* field = header.find(name);
  return field != nullptr && count(header, name) == 1 &&
         is_valid(imap::mime::unfolded(field->value));
}

// Who is named by From and Sender, as far as it is his to say.
struct Names {
  bool has_from = false, from_is_own = false, several_authors = false;
  bool has_sender = false, sender_is_own = false;
};

Names names(const Header& header, const Submitter& submitter) {
  Names out;
  if (const auto* from = header.find("From")) {
    const auto authors = addresses(from->value);
    out.has_from = true;
    out.several_authors = authors.size() > 1;
    out.from_is_own = !authors.empty() && authors.size() <= address_limit &&
                      std::ranges::all_of(authors, submitter.owns);
  }
  if (const auto* sender = header.find("Sender")) {
    const auto all = addresses(sender->value);
    out.has_sender = true;
    out.sender_is_own = all.size() == 1 && submitter.owns(all.front());
  }
  return out;
}

// RFC 5322 3.6: each at most once. What a reader shows of two is anybody's guess.
std::optional<Reply> objection(const Header& header, const Names& names, FromCheck check) {
  if (check == FromCheck::any) return {};
  if (count(header, "From") > 1 || count(header, "Sender") > 1)
    return reply(554, "5.6.0", "more than one From or Sender field");
  if (check == FromCheck::own && names.has_from && !names.from_is_own)
    return reply(550, "5.7.1", "From: not an address of your account");
  if (check == FromCheck::own && names.has_sender && !names.sender_is_own)
    return reply(550, "5.7.1", "Sender: not an address of your account");
  return {};
}

// RFC 6409 8.1; RFC 5322 3.6.2 asks for one where there are several authors.
bool needs_sender(const Names& names) {
  return names.has_from && !names.sender_is_own && (!names.from_is_own || names.several_authors);
}

std::string added(const Header& header, const Names& names, const Submitter& submitter,
                  const Completion& with) {
  std::string out;
  if (!is_right(header, "Message-ID", is_message_id))  // RFC 6409 8.3
    out += fmt::format("Message-ID: <{}@{}>\r\n", unique_word(), with.host);
  if (!is_right(header, "Date", is_date))  // 8.2
    out += fmt::format("Date: {}\r\n", mail_date(with.now));
  if (with.check == FromCheck::any) return out;
  if (!names.has_from) out += fmt::format("From: {}\r\n", submitter.address.wire());
  if (needs_sender(names)) out += fmt::format("Sender: {}\r\n", submitter.address.wire());
  return out;
}

// RFC 5321 4.4: who submits has no return path to tell.
bool is_unwanted(std::string_view name, const Header& header, const Names& names, FromCheck check) {
  const auto is = [&](std::string_view other) { return imap::mime::same_name(name, other); };
  if (is("Return-Path")) return true;
  if (is("Message-ID")) return !is_right(header, "Message-ID", is_message_id);
  if (is("Date")) return !is_right(header, "Date", is_date);
  return check == FromCheck::sender && is("Sender") && !names.sender_is_own;
}

}  // namespace

std::optional<Reply> complete_submission(std::string& message, const Submitter& submitter,
                                         const Completion& with) {
  const Header header(header_of(message));
  const auto names = server::smtp::names(header, submitter);
  if (auto refused = objection(header, names, with.check)) return refused;
  const auto head = added(header, names, submitter, with);
  std::vector<std::pair<std::size_t, std::size_t>> unwanted;  // begin, length
  for (const auto& field : header.fields())
    if (is_unwanted(field.name, header, names, with.check))
      unwanted.emplace_back(field.raw.data() - message.data(), field.raw.size());
  for (const auto& [begin, length] : unwanted | std::views::reverse) message.erase(begin, length);
  message.insert(0, head);
  return {};
}

}  // namespace server::smtp
