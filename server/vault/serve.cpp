#include "server/vault/serve.h"

#include <charconv>
#include <csignal>

#include "base/error.h"
#include "base/log.h"
#include "server/vault/certificate.h"
#include "server/vault/uuid.h"

namespace vault {
namespace {

namespace asio = boost::asio;

constexpr std::size_t threads = 4;
constexpr std::chrono::seconds house_interval{60};

struct Address {
  std::string host;  // without brackets
  unsigned short port;
};

Address address_of(const std::string& text) {
  const auto colon = text.rfind(':');
  unsigned short port = 0;
  const auto* end = text.data() + text.size();
  if (colon == text.npos || std::from_chars(text.data() + colon + 1, end, port).ptr != end ||
      colon + 1 == text.size())
    throw Error(Fault::invalid, "not an address and port: " + text, "write it as 127.0.0.1:8443");
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, port};
}

// The longest body is the backup of a key with many versions.
http::Limits limits() {
  http::Limits limits;
  limits.body = 1024 * 1024;
  return limits;
}

AuditEntry entry_of(const Clock& clock, const char* operation, const std::string& code) {
  return {clock.now(), "vault", operation, "", 200, code, random_uuid(), ""};
}

}  // namespace

Service::Service(asio::io_context& context, const Directory& directory, const Serving& how)
    : context_(context),
      directory_(directory),
      pool_(threads),
      vault_(directory, how.passphrase,
             {how.limits, how.allow_faults, [this](bool bad) { show_certificate(bad); }}),
      server_(context, pool_,
              {[this](const http::Request& request) { return vault_.api().handle(request); },
               &Api::refuse},
              limits()),
      timer_(context) {
  const auto address = address_of(how.listen);
  const auto port = server_.listen_tls(address.host, address.port,
                                       {directory.certificate(), directory.tls_key()});
  const bool v6 = address.host.find(':') != std::string::npos;
  const auto host = v6 ? '[' + address.host + ']' : address.host;
  const auto place = host + ':' + std::to_string(port);
  replace_file(directory.address(), bytes_of(place + '\n'));
  server_.listen_unix(directory.control(), 0600);
  url_ = "https://" + place;
  if (how.allow_faults) logging::warning("FAULTS ARE ALLOWED: this vault may misbehave on purpose");
  vault_.audit().add(entry_of(vault_.clock(), "start", how.allow_faults ? "faults allowed" : ""));
  asio::co_spawn(context_, keep_house(), asio::detached);
}

Task<> Service::keep_house() {
  while (!stopping_) {
    co_await blocking(pool_, [this] { vault_.housekeeping().run(); });
    if (stopping_) break;
    timer_.expires_after(house_interval);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Task<> Service::stop() {
  stopping_ = true;
  timer_.cancel();
  co_await server_.stop();
  vault_.audit().add(entry_of(vault_.clock(), "stop", ""));
}

// A certificate of nobody's is made when it is first wanted, and shown on the thread of the
// context.
void Service::show_certificate(bool bad) {
  const http::TlsFiles own{directory_.certificate(), directory_.tls_key()};
  const http::TlsFiles other{directory_.tls() / "bad-cert.pem", directory_.tls() / "bad-key.pem"};
  if (bad) make_certificate(other.certificate, other.key, {"nobody.invalid"});
  asio::post(context_, [this, files = bad ? other : own] {
    try {
      server_.use_certificate(files);
    } catch (const Error& error) {
      logging::error("cannot show a certificate", {{"text", error.what()}});
    }
  });
}

void serve(const Directory& directory, const Serving& how,
           const std::function<void(const std::string&)>& ready) {
  asio::io_context context{1};
  asio::signal_set signals(context, SIGTERM, SIGINT);
  Service service(context, directory, how);
  const auto stop = [&]() -> Task<> {
    co_await signals.async_wait(asio::use_awaitable);
    co_await service.stop();
  };
  asio::co_spawn(context, stop, asio::detached);
  ready(service.url());
  context.run();
}

}  // namespace vault
