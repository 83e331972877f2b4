#include "server/transfer/link.h"

#include "base/error.h"
#include "server/http/target.h"

namespace server::transfer {
namespace {

constexpr std::size_t json_limit = 16 * 1024 * 1024;  // 10,000 folders of 1,000 octets

}  // namespace

boost::json::object ask(Link& link, std::string_view method, const std::string& target,
                        std::string_view body) {
  std::string text;
  link.request(method, target, body, [&](std::string_view piece) {
    if (text.size() + piece.size() > json_limit)
      throw Error(Fault::invalid, "the server's answer is too long");
    text += piece;
  });
  boost::system::error_code failed;
  auto value = boost::json::parse(text, failed);
  if (failed || !value.is_object())
    throw Error(Fault::invalid, "the server's answer cannot be read",
                "are the command and the server of the same version?");
  return std::move(value.as_object());
}

std::string transfer_target(const std::string& account, std::string_view what,
                            const std::string& folder) {
  auto target = "/v1/transfer/" + http::percent_encoded(account) + '/' + std::string(what);
  if (!folder.empty()) target += "?folder=" + http::percent_encoded(folder);
  return target;
}

}  // namespace server::transfer
