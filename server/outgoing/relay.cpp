#include "server/outgoing/relay.h"

#include <algorithm>

#include "base/log.h"
#include "crypto/tls_connection.h"
#include "server/outgoing/dot_stuffing.h"
#include "server/outgoing/host_login.h"

namespace server::outgoing {
namespace {

using smtp::Reply;
using smtp::reply;

constexpr std::size_t piece_size = 64 * 1024;
// So many commands go ahead of their replies (RFC 2920 3.1): few enough for both sides' buffers.
constexpr std::size_t commands_ahead = 40;

bool is_taken(const Reply& said) { return said.code / 100 == 2; }
Said by_host(const Reply& said) { return {said, Said::By::host}; }
Said by_us(const Reply& said) { return {said, Said::By::us}; }

// Of the connection, for recipients: RFC 3463 4.4.1, 4.4.2, 4.7.5.
Reply reply_for(const crypto::HttpsError& error) {
  switch (error.kind()) {
    case crypto::HttpsFault::untrusted:
    case crypto::HttpsFault::protocol:
      return reply(454, "4.7.5", error.what());
    case crypto::HttpsFault::no_such_name:
      return reply(450, "4.4.4", error.what());
    case crypto::HttpsFault::unreachable:
    case crypto::HttpsFault::timeout:
      break;
  }
  return reply(450, "4.4.1", error.what());
}

// A login or greeting that is refused says nothing of our mail, however firmly.
Reply host_refusal(const std::string& step, const Reply& said) {
  return reply(
      450, "4.7.0",
      "the smart host refuses " + step + ": " + std::to_string(said.code) + ' ' + said.status);
}

}  // namespace

Relay::Relay(const SmartHost& host, std::string our_name, std::stop_token stop)
    : host_(host),
      our_name_(std::move(our_name)),
      stop_(std::move(stop)),
      context_(crypto::client_context(host.ca)) {}

void Relay::connect() {
  if (connection_ && connection_->quiet()) return;
  connection_.reset();
  try {
    connection_ = std::make_unique<HostConnection>(host_, context_, stop_);
    greet();
  } catch (const HostFailure&) {
    connection_.reset();
    throw;
  } catch (const crypto::HttpsError& error) {
    connection_.reset();
    throw HostFailure(reply_for(error));
  } catch (const Error& error) {
    connection_.reset();
    throw HostFailure(reply(450, "4.5.0", error.what()));
  }
}

void Relay::greet() {
  const auto greeting = connection_->reply(host_.waits.command);
  if (greeting.code != 220) throw HostFailure(host_refusal("connections", greeting));
  hello();
  if (host_.tls == SmartHost::Tls::start_tls) {
    if (!offers_.start_tls)
      throw HostFailure(reply(454, "4.7.5", "the smart host offers no STARTTLS"));
    const auto said = connection_->ask("STARTTLS", host_.waits.command);
    if (said.code != 220) throw HostFailure(host_refusal("STARTTLS", said));
    connection_->start_tls();
    hello();  // what was said before TLS is forgotten (RFC 3207 4.2)
  }
  if (!host_.user.empty()) log_in();
}

void Relay::hello() {
  const auto said = connection_->ask("EHLO " + our_name_, host_.waits.command);
  if (said.code != 250) throw HostFailure(host_refusal("EHLO", said));
  offers_ = parse_offers(said);
}

void Relay::log_in() {
  const auto said = outgoing::log_in(*connection_, offers_, host_);
  if (said.code != 235) throw HostFailure(host_refusal("our login", said));
}

// Why the host cannot take it, so that it is not asked to.
std::optional<Reply> Relay::objection(const Letter& letter, const Content& content) const {
  if (letter.require_tls && !offers_.require_tls)  // RFC 8689 4.2.1
    return reply(550, "5.7.30", "the next server does not support REQUIRETLS");
  if (needs_utf8(letter) && !offers_.utf8)  // RFC 6531 3.2
    return reply(550, "5.6.7", "the next server takes no UTF-8 addresses or header fields");
  if ((content.lone_ends || content.nul) && !takes_binary())  // RFC 3030 3
    return reply(550, "5.6.3", "the next server takes no binary content");
  if (content.eight_bit && !offers_.eight_bit)  // RFC 6152 3
    return reply(550, "5.6.3", "the next server takes no 8-bit content");
  if (offers_.size.value_or(0) != 0 && letter.octets.size() > *offers_.size)  // RFC 1870 6.1
    return reply(552, "5.3.4", "the message is bigger than the next server takes");
  return std::nullopt;
}

std::string Relay::mail_line(const Letter& letter, const Content& content) const {
  auto line = "MAIL FROM:<" + letter.sender + '>';
  if (offers_.size) line += " SIZE=" + std::to_string(letter.octets.size());
  if (takes_binary() && (content.lone_ends || content.nul))
    line += " BODY=BINARYMIME";
  else if (content.eight_bit)
    line += " BODY=8BITMIME";
  if (needs_utf8(letter)) line += " SMTPUTF8";
  if (letter.require_tls) line += " REQUIRETLS";
  if (offers_.dsn) line += letter.parameters;
  return line;
}

std::string Relay::recipient_line(const Letter::Recipient& recipient) const {
  return "RCPT TO:<" + recipient.address + '>' + (offers_.dsn ? recipient.parameters : "");
}

std::vector<Reply> Relay::ask_all(const std::vector<std::string>& lines) {
  const auto at_once = offers_.pipelining ? commands_ahead : 1;
  std::vector<Reply> replies;
  for (std::size_t begin = 0; begin < lines.size(); begin += at_once) {
    const auto end = std::min(begin + at_once, lines.size());
    std::string group;
    for (auto n = begin; n < end; ++n) group += lines[n] + "\r\n";
    connection_->send(group, host_.waits.command);
    for (auto n = begin; n < end; ++n) replies.push_back(connection_->reply(host_.waits.command));
  }
  return replies;
}

// What the host says of each recipient before it has the message.
std::vector<Said> Relay::offered(const Letter& letter, const Content& content) {
  std::vector<std::string> lines{mail_line(letter, content)};
  for (const auto& recipient : letter.recipients) lines.push_back(recipient_line(recipient));
  auto replies = ask_all(lines);
  const auto sender = replies.front();
  std::vector<Said> said;
  for (std::size_t n = 1; n < replies.size(); ++n)
    said.push_back(by_host(is_taken(sender) ? replies[n] : sender));
  return said;
}

std::optional<Said> Relay::refused_data(std::string_view octets) {
  const auto said = connection_->ask("DATA", host_.waits.data);
  if (is_taken(said)) return by_us(reply(450, "4.5.0", "the next server took no DATA"));
  if (said.code != 354) return by_host(said);
  DotStuffing content(octets);
  while (!content.done()) connection_->send(content.next(piece_size), host_.waits.block);
  return std::nullopt;
}

// RFC 3030 section 2: one chunk with all of it, so that the one that ends it is empty.
std::optional<Said> Relay::refused_chunk(std::string_view octets, std::string_view last) {
  connection_->send("BDAT " + std::to_string(octets.size() + last.size()) + "\r\n",
                    host_.waits.block);
  for (; !octets.empty(); octets.remove_prefix(std::min(piece_size, octets.size())))
    connection_->send(octets.substr(0, piece_size), host_.waits.block);
  connection_->send(last, host_.waits.block);
  const auto said = connection_->reply(host_.waits.block);
  if (!is_taken(said)) return by_host(said);
  return std::nullopt;
}

// Lines end with CRLF but in binary content, which stays as it is.
std::optional<Said> Relay::refused_content(const Letter& letter, const Content& content) {
  if (!offers_.chunking) return refused_data(letter.octets);
  const bool is_whole = content.lone_ends || letter.octets.ends_with("\r\n");
  return refused_chunk(letter.octets, is_whole ? "" : "\r\n");
}

Sent Relay::send(const Letter& letter, const std::function<void()>& before_end) {
  Sent out{.replies = {}, .uncertain = false, .reports = offers_.dsn};
  const auto content = content_of(letter.octets);
  if (const auto refused = objection(letter, content)) {
    out.replies.assign(letter.recipients.size(), by_us(*refused));
    return out;
  }
  bool ending = false, ours = false;
  const auto all_that_hope = [&](const Said& said) {
    for (auto& each : out.replies)
      if (is_taken(each)) each = said;
  };
  try {
    out.replies.assign(letter.recipients.size(), by_us(reply(250, "", "")));
    out.replies = offered(letter, content);
    if (std::ranges::none_of(out.replies, is_taken)) {
      reset();
      return out;
    }
    if (const auto refused = refused_content(letter, content)) {
      all_that_hope(*refused);
      reset();
      return out;
    }
    ours = true;
    before_end();
    ours = false;
    ending = true;
    all_that_hope(by_host(connection_->ask_at_end(offers_.chunking ? "BDAT 0 LAST" : ".")));
  } catch (const Error& error) {
    connection_.reset();
    if (ours) throw;
    out.uncertain = ending;
    all_that_hope(by_us(reply(450, "4.4.2", error.what())));
  }
  if (std::ranges::any_of(out.replies, [](const Reply& said) { return said.code == 421; }))
    connection_.reset();  // RFC 5321 3.8: it closes
  return out;
}

void Relay::reset() {
  if (connection_->ask("RSET", host_.waits.command).code != 250) connection_.reset();
}

void Relay::quit() {
  if (!connection_) return;
  try {
    connection_->send("QUIT\r\n", std::chrono::seconds(1));
    connection_->reply(std::chrono::seconds(1));
  } catch (const Error&) {  // it has gone already
  }
  connection_.reset();
}

}  // namespace server::outgoing
