#include "server/listener.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <variant>

#include "base/error.h"
#include "base/log.h"

namespace server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;
using Error_code = boost::system::error_code;

constexpr std::chrono::seconds handshake_timeout{30};
constexpr std::chrono::milliseconds out_of_files_pause{200};

[[noreturn]] void cannot_listen(const ListenAddress& address, const Error_code& why) {
  throw Error(Fault::unavailable, "cannot listen on " + address.text() + ": " + why.message(),
              why == asio::error::access_denied
                  ? "ports below 1024 want root, or CAP_NET_BIND_SERVICE"
                  : "is another server running there?");
}

// Only a socket that nobody listens on is taken away.
void remove_stale_socket(asio::io_context& io, const std::string& path) {
  local::socket probe(io);
  Error_code failure;
  probe.connect(local::endpoint(path), failure);
  if (failure == asio::error::connection_refused) ::unlink(path.c_str());
}

tcp::acceptor bound_tcp(asio::io_context& io, const ListenAddress& address) {
  const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  tcp::acceptor out(io);
  Error_code failure;
  out.open(endpoint.protocol(), failure);
  if (!failure) out.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure && endpoint.address().is_v6()) out.set_option(asio::ip::v6_only(true), failure);
  if (!failure) out.bind(endpoint, failure);
  if (failure) cannot_listen(address, failure);
  return out;
}

local::acceptor bound_local(asio::io_context& io, const ListenAddress& address) {
  remove_stale_socket(io, address.unix_path);
  local::acceptor out(io);
  Error_code failure;
  out.open(local(), failure);
  if (!failure) out.bind(local::endpoint(address.unix_path), failure);
  if (!failure && ::chmod(address.unix_path.c_str(), 0660) != 0)
    failure.assign(errno, boost::system::system_category());
  if (failure) cannot_listen(address, failure);
  return out;
}

// What a stopping server reaches a connection by. Only its executor touches it.
struct Live {
  bool stopping = false;
  std::function<void()> stop = [] {};
};

std::function<void()> stopper(const Executor& executor, const std::shared_ptr<Live>& live) {
  return [executor, weak = std::weak_ptr(live)] {
    asio::post(executor, [weak] {
      const auto live = weak.lock();
      if (!live) return;
      live->stopping = true;
      live->stop();
    });
  };
}

Task<> turn_away(const Service& service, imap::Stream& stream) {
  logging::warning("connection_refused", {{"server", service.name}, {"peer", stream.peer()}});
  if (!service.tls_first) co_await stream.write(service.full);
  co_await stream.shutdown();
}

Task<> converse(const Service& service, imap::Stream stream, Live& live) {
  live.stop = [&stream] { stream.cancel(); };
  if (service.tls_first) co_await stream.start_tls(*service.tls_first, handshake_timeout);
  if (live.stopping) co_return;
  const auto serving = service.make(std::move(stream));
  live.stop = [&serving] { serving->stop(); };
  co_await serving->run();
  live.stop = [] {};
}

template <class Socket>
Task<> serve(const Service& service, Connections& connections, Socket socket) {
  const auto live = std::make_shared<Live>();
  imap::Stream stream(std::move(socket));
  const auto peer = stream.peer();
  const auto from =
      stream.is_loopback() ? Connections::From::this_machine : Connections::From::elsewhere;
  const auto place = connections.admit(peer, from, stopper(stream.executor(), live));
  try {
    if (place)
      co_await converse(service, std::move(stream), *live);
    else
      co_await turn_away(service, stream);
  } catch (const std::exception& error) {
    logging::info("connection_failed",
                  {{"server", service.name}, {"peer", peer}, {"reason", error.what()}});
  }
}

void end_of_connection(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    logging::error("connection_failed", {{"reason", error.what()}});
  }
}

}  // namespace

struct Listener::Implementation {
  ListenAddress address;
  std::variant<tcp::acceptor, local::acceptor> acceptor;

  template <class Acceptor>
  Task<> accept(Acceptor& from, Service service, IoThreads& threads, Connections& connections);
};

// Ends when the acceptor is closed. Out of file descriptors: waits a little, those who come wait in
// the kernel's queue.
template <class Acceptor>
Task<> Listener::Implementation::accept(Acceptor& from, Service service, IoThreads& threads,
                                        Connections& connections) {
  const auto kept = std::make_shared<const Service>(std::move(service));
  asio::steady_timer pause(co_await asio::this_coro::executor);
  while (from.is_open()) {
    auto& home = threads.next();
    Error_code failure;
    auto socket =
        co_await from.async_accept(home, asio::redirect_error(asio::use_awaitable, failure));
    if (failure == asio::error::operation_aborted || !from.is_open()) co_return;
    if (failure) {
      logging::warning("accept_failed", {{"server", kept->name}, {"reason", failure.message()}});
      pause.expires_after(out_of_files_pause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
      continue;
    }
    asio::co_spawn(home, serve(*kept, connections, std::move(socket)),
                   [kept](const std::exception_ptr& thrown) { end_of_connection(thrown); });
  }
}

Listener::Listener(asio::io_context& control, const ListenAddress& address) {
  if (address.unix_path.empty())
    implementation_.reset(new Implementation{address, bound_tcp(control, address)});
  else
    implementation_.reset(new Implementation{address, bound_local(control, address)});
}

Listener::~Listener() {
  const auto& path = implementation_->address.unix_path;
  if (!path.empty()) ::unlink(path.c_str());
}

void Listener::start(const Service& service, IoThreads& threads, Connections& connections) {
  std::visit(
      [&](auto& acceptor) {
        Error_code failure;
        acceptor.listen(asio::socket_base::max_listen_connections, failure);
        if (failure) cannot_listen(implementation_->address, failure);
        asio::co_spawn(acceptor.get_executor(),
                       implementation_->accept(acceptor, service, threads, connections),
                       asio::detached);
      },
      implementation_->acceptor);
}

void Listener::stop() {
  Error_code ignored;
  std::visit([&](auto& acceptor) { acceptor.close(ignored); }, implementation_->acceptor);
}

ListenAddress Listener::address() const {
  auto out = implementation_->address;
  if (const auto* acceptor = std::get_if<tcp::acceptor>(&implementation_->acceptor))
    out.port = acceptor->local_endpoint().port();
  return out;
}

}  // namespace server
