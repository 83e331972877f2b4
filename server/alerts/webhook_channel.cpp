#include "server/alerts/webhook_channel.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "crypto/https_client.h"
#include "crypto/near_connection.h"
#include "server/alerts/alert_json.h"

namespace server::alerts {

namespace {

// 127.0.0.0/8, not whatever a name like 127.example.org leads to.
bool is_this_machine(const std::string& host) {
  return crypto::is_near(host) &&
         (host == "localhost" || host == "::1" || host.starts_with("127."));
}

bool is_printable(const std::string& text) {
  for (const char c : text)
    if (c <= ' ' || c > '~') return false;
  return true;
}

}  // namespace

Webhook parsed_webhook(const std::string& url) {
  if (!is_printable(url)) throw Error(Fault::invalid, "a URL has no blanks and only ASCII");
  const auto scheme = url.find("//");
  const auto path =
      scheme == url.npos ? url.size() : std::min(url.find('/', scheme + 2), url.size());
  auto server = crypto::parse_url(url.substr(0, path));
  if (!server.tls && !is_this_machine(server.host))
    throw Error(Fault::invalid, "http goes to this machine alone", "use https");
  return {
      .server = std::move(server), .target = path == url.size() ? "/" : url.substr(path), .ca = {}};
}

WebhookChannel::WebhookChannel(Webhook webhook, std::string host_name,
                               std::chrono::milliseconds longest)
    : webhook_(std::move(webhook)), host_name_(std::move(host_name)), longest_(longest) {}

void WebhookChannel::tell(const policy::Notice& notice, const std::stop_token&) {
  crypto::HttpsClient client({.server = webhook_.server, .ca = webhook_.ca});
  const auto answer =
      client.ask("POST", webhook_.target, "Content-Type: application/json\r\nConnection: close\r\n",
                 told_as(notice, host_name_), std::chrono::steady_clock::now() + longest_);
  if (answer.status < 200 || answer.status > 299)
    throw Error(Fault::unavailable,
                webhook_.server.origin() + " answers " + std::to_string(answer.status));
}

}  // namespace server::alerts
