#pragma once
// Tells an HTTPS server by POST of the notice as JSON. The certificate is verified, no redirect is
// followed, and a new connection is made each time.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "crypto/url.h"
#include "policy/alert_watch.h"

namespace server::alerts {

struct Webhook {
  crypto::Url server;                       // http only for this machine
  std::string target;                       // "/hooks/1?key=2": may be a secret, never logged
  std::optional<std::filesystem::path> ca;  // PEM; none: the system's
};

// Throws invalid for what is no absolute URL, and for http to another machine.
Webhook parsed_webhook(const std::string& url);

class WebhookChannel final : public policy::AlertChannel {
 public:
  WebhookChannel(Webhook, std::string host_name, std::chrono::milliseconds longest);

  std::string name() const override { return "webhook"; }
  // Taken when it answers with a status of 200 to 299.
  void tell(const policy::Notice&, const std::stop_token&) override;

 private:
  const Webhook webhook_;
  const std::string host_name_;
  const std::chrono::milliseconds longest_;
};

}  // namespace server::alerts
