#include "server/smtp/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "crypto/locked_memory.h"
#include "imap/mime/header.h"
#include "server/smtp/command.h"

namespace server::smtp {
namespace {

std::string unique_word() { return to_hex(crypto::random_bytes(10)); }

// Headers are looked at so far; it is not the place to find out how large they get.
constexpr std::size_t header_limit = 1 << 20;

// A field, or the From_ line that some programs leave before the first (RFC 4155).
bool begins_with_field(std::string_view message) {
  if (message.starts_with("From ") || message.starts_with(">From ")) return true;
  const auto line = message.substr(0, message.find("\r\n"));
  const auto name = line.substr(0, line.find_first_of(": \t"));
  const auto after = line.find_first_not_of(" \t", name.size());
  const auto printable = [](char c) { return c > ' ' && c < 127; };
  return !name.empty() && std::ranges::all_of(name, printable) && after != line.npos &&
         line[after] == ':';
}

// A client says of itself what it likes; only what fits the field's grammar is repeated.
std::string from_clause(const Trace& trace) {
  const auto name = is_host_name(trace.client_name) ? trace.client_name : "unknown";
  const auto host = is_host_name(trace.peer_name) ? trace.peer_name + ' ' : "";
  if (trace.peer.find(':') != trace.peer.npos)
    return fmt::format("{} ({}[IPv6:{}])", name, host, trace.peer);
  if (trace.peer == "unix") return fmt::format("{} (local socket)", name);
  return fmt::format("{} ({}[{}])", name, host, trace.peer);
}

}  // namespace

std::string_view header_of(std::string_view message) {
  if (message.starts_with("\r\n")) return {};
  const auto begin = message.substr(0, header_limit);
  const auto end = begin.find("\r\n\r\n");
  if (end != begin.npos) return begin.substr(0, end + 2);
  const auto last = begin.rfind("\r\n");
  return last == begin.npos ? std::string_view() : begin.substr(0, last + 2);
}

std::string with_protocol(const Transport& transport) {
  std::string out(transport.protocol);
  if (transport.utf8)
    out = "UTF8" + out;
  else if (transport.extended && out == "SMTP")
    out = "ESMTP";
  if (transport.tls) out += 'S';
  if (transport.authenticated) out += 'A';
  return out;
}

std::string mail_date(UnixTime time) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm parts{};
  const std::time_t seconds = time;
  gmtime_r(&seconds, &parts);
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", days[parts.tm_wday], parts.tm_mday,
                     months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                     parts.tm_sec);
}

std::string trace_fields(const Trace& trace) {
  auto out = fmt::format("Return-Path: <{}>\r\nReceived: from {}\r\n\tby {} with {}", trace.sender,
                         from_clause(trace), trace.host, trace.protocol);
  if (!trace.tls.empty()) out += fmt::format(" ({})", trace.tls);
  out += fmt::format("\r\n\tid {}", unique_word());
  if (!trace.recipient.empty()) out += fmt::format("\r\n\tfor <{}>", trace.recipient);
  return out + fmt::format("; {}\r\n", mail_date(trace.time));
}

void part_text_from_header(std::string& message) {
  if (!message.starts_with("\r\n") && !begins_with_field(message)) message.insert(0, "\r\n");
}

std::size_t hops(std::string_view message) {
  const imap::mime::Header header(header_of(message));
  std::size_t count = 0;
  for (const auto& field : header.fields()) count += imap::mime::same_name(field.name, "Received");
  return count;
}

}  // namespace server::smtp
