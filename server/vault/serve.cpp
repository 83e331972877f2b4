#include "server/vault/serve.h"

#include <charconv>
#include <csignal>

#include "base/error.h"

namespace vault {
namespace {

namespace asio = boost::asio;

constexpr std::size_t threads = 4;

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

}  // namespace

Service::Service(asio::io_context& context, const Directory& directory, const std::string& listen,
                 const std::optional<Secret>& passphrase)
    : pool_(threads),
      vault_(directory, passphrase),
      server_(context, pool_,
              {[this](const http::Request& request) { return vault_.api().handle(request); },
               &Api::refuse},
              limits()) {
  const auto address = address_of(listen);
  const auto port = server_.listen_tls(address.host, address.port,
                                       {directory.certificate(), directory.tls_key()});
  const bool v6 = address.host.find(':') != std::string::npos;
  const auto host = v6 ? '[' + address.host + ']' : address.host;
  const auto place = host + ':' + std::to_string(port);
  replace_file(directory.address(), bytes_of(place + '\n'));
  server_.listen_unix(directory.control(), 0600);
  url_ = "https://" + place;
}

void serve(const Directory& directory, const std::string& listen,
           const std::optional<Secret>& passphrase,
           const std::function<void(const std::string&)>& ready) {
  asio::io_context context{1};
  asio::signal_set signals(context, SIGTERM, SIGINT);
  Service service(context, directory, listen, passphrase);
  const auto stop = [&]() -> Task<> {
    co_await signals.async_wait(asio::use_awaitable);
    co_await service.stop();
  };
  asio::co_spawn(context, stop, asio::detached);
  ready(service.url());
  context.run();
}

}  // namespace vault
