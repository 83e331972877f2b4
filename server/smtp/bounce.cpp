#include "server/smtp/bounce.h"

#include <fmt/format.h>

#include "base/log.h"
#include "crypto/locked_memory.h"
#include "imap/mime/notice.h"

namespace server::smtp {
namespace {

std::string unique_word() { return to_hex(crypto::random_bytes(16)); }

imap::mime::Undelivered undelivered(const Failure& failure) {
  const auto& reply = failure.reply;
  return {failure.recipient.wire(), reply.status,
          fmt::format("{} {} {}", reply.code, reply.status, reply.text)};
}

}  // namespace

std::optional<std::string> bounce(const Delivery& delivery, const Address& sender,
                                  const std::vector<Failure>& failures,
                                  const std::string& original) {
  const auto& host = delivery.host_name();
  imap::mime::Bounce out{
      host, {"Mail delivery", "postmaster@" + host}, {"", sender.wire()}, {}, original};
  for (const auto& failure : failures) out.recipients.push_back(undelivered(failure));
  try {
    return "Return-Path: <>\r\n" +
           written(out, {unique_word() + '@' + host, unique_word(), delivery.clock().now(), 0});
  } catch (const Error& error) {
    logging::warning("bounce_not_written", {{"reason", error.what()}});
    return {};
  }
}

}  // namespace server::smtp
