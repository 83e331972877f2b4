#include "server/http/server.h"

#include <openssl/crypto.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <charconv>
#include <list>
#include <set>
#include <variant>

#include "base/error.h"
#include "base/log.h"
#include "server/http/stale_socket.h"
#include "server/http/tls_context.h"

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using local = asio::local::stream_protocol;
using Clock = std::chrono::steady_clock;
using Failure = boost::system::error_code;

using UnixStream = beast::basic_stream<local>;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
template <class Stream>
inline constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_size = 4096;
constexpr std::size_t drain_limit = 64 * 1024 * 1024;
constexpr std::chrono::seconds farewell_time{1};

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

Request plain(wire::request<wire::string_body> message, const Peer& peer) {
  Request request{message.method_string(), message.target(), {}, std::move(message.body()), peer};
  for (const auto& field : message) request.headers.push_back({field.name_string(), field.value()});
  return request;
}

void add_header(wire::fields& fields, const Header& header) {
  const auto control = [](unsigned char c) { return c < ' ' || c == 127; };
  if (std::ranges::any_of(header.name + header.value, control))
    throw Error(Fault::invalid, "a response header has a control character");
  fields.insert(header.name, header.value);
}

template <class Message>
void fill_head(Message& message, const Response& response, bool keep) {
  message.result(response.status);
  message.keep_alive(keep);
  if (!response.content_type.empty()) add_header(message, {"Content-Type", response.content_type});
  for (const auto& header : response.headers) add_header(message, header);
}

// The answer to what could not be read; 0: there is nobody to answer.
unsigned status_for(const Failure& failure) {
  if (failure == wire::error::body_limit) return 413;
  if (failure == wire::error::header_limit || failure == wire::error::buffer_overflow) return 431;
  if (failure == wire::error::end_of_stream || failure == wire::error::partial_message) return 0;
  return failure.category() == Failure(wire::error::bad_method).category() ? 400 : 0;
}

// How much of a refused request is still to come, as far as that is known and borne.
template <class Message>
std::size_t rest_of_body(const Message& message, const Failure& failure) {
  std::size_t length = drain_limit;
  const std::string_view announced = message[wire::field::content_length];
  if (!failure || failure == wire::error::body_limit)
    std::from_chars(announced.data(), announced.data() + announced.size(), length);
  return std::min(length, drain_limit);
}

Peer peer_of(const UnixStream& stream) {
  ucred who{};
  socklen_t size = sizeof who;
  auto& socket = const_cast<UnixStream&>(stream).socket();
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
    throw Error(Fault::unavailable, "the kernel does not say who opened the socket");
  return {"unix", Peer::Process{who.uid, who.gid, who.pid}};
}

Peer peer_of(const TlsStream& stream) {
  Failure failure;
  const auto& socket = beast::get_lowest_layer(const_cast<TlsStream&>(stream)).socket();
  const auto end = socket.remote_endpoint(failure);
  if (failure) return {"unknown", std::nullopt};
  return {end.address().to_string() + ':' + std::to_string(end.port()), std::nullopt};
}

// A connection as the server sees it.
struct Link {
  virtual ~Link() = default;
  virtual void cut() = 0;
  bool busy = false;  // between the first octet of a request and the last of its answer
};

using Acceptor = std::variant<tcp::acceptor, local::acceptor>;

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(asio::io_context& io, BlockingPool& threads, Application what, Limits bounds)
      : context(io), pool(threads), application(std::move(what)), limits(bounds), gone(io) {}

  template <class Stream>
  void welcome(Stream stream);
  void close_acceptors();
  void cut_links(bool busy_too);

  asio::io_context& context;
  BlockingPool& pool;
  Application application;
  Limits limits;
  bool stopping = false;
  std::list<Acceptor> acceptors;
  std::list<std::shared_ptr<asio::ssl::context>> tls;  // one a listener
  std::vector<std::filesystem::path> socket_files;
  std::set<Link*> links;
  asio::steady_timer gone;  // cancelled whenever a connection has gone
};

namespace {

template <class Stream, class State>
class Connection final : public Link {
 public:
  Connection(Stream stream, std::shared_ptr<State> state)
      : stream_(std::move(stream)),
        state_(std::move(state)),
        limits_(state_->limits),
        peer_(peer_of(stream_)),
        buffer_(limits_.header + 16 * read_size) {
    state_->links.insert(this);
  }
  ~Connection() override {
    state_->links.erase(this);
    state_->gone.cancel();
  }

  void cut() override { bottom().close(); }

  Task<> run() {
    if constexpr (is_tls<Stream>) {
      bottom().expires_after(limits_.idle);
      const auto [failure] =
          co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
      if (failure) co_return;
    }
    for (bool more = true; more && !state_->stopping;) more = co_await serve_one();
    co_await farewell();
  }

 private:
  auto& bottom() { return beast::get_lowest_layer(stream_); }

  // A request and its answer. False: the connection is of no more use.
  Task<bool> serve_one() {
    const bool comes = co_await await_first_octet();
    if (!comes) co_return false;
    busy = true;
    wire::request_parser<wire::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header));
    parser.body_limit(limits_.body);
    auto failure = co_await read_head(parser);
    auto refusal = failure ? std::nullopt : objection();
    if (!failure && !refusal) failure = co_await read_body(parser);
    if (failure) refusal = refusal_for(failure);
    if (failure || refusal) {
      const auto rest = rest_of_body(parser.get(), failure);
      if (refusal) co_await refuse(*refusal, rest);
      co_return false;
    }
    const bool keep = parser.keep_alive();
    const auto version = parser.get().version();
    auto request = plain(parser.release(), peer_);
    auto response = co_await blocking(state_->pool, [&] { return answer(request); });
    wipe(request.body);
    wipe_buffer();
    if (response.delay.count() > 0) co_await hold(response.delay);
    if (response.cut) {
      bottom().close();
      co_return false;
    }
    const bool kept = co_await send(response, request.method, version, keep && !state_->stopping);
    busy = false;
    co_return kept;
  }

  Task<bool> await_first_octet() {
    if (buffer_.size() > 0) co_return true;
    bottom().expires_after(limits_.idle);
    const auto [failure, size] =
        co_await stream_.async_read_some(buffer_.prepare(read_size), as_result);
    buffer_.commit(size);
    co_return !failure;
  }

  std::optional<Response> objection() const {
    const auto& application = state_->application;
    return application.objection ? application.objection(peer_) : std::nullopt;
  }

  // None: there is nobody to answer.
  std::optional<Response> refusal_for(const Failure& failure) const {
    const auto status = status_for(failure);
    if (status == 0) return {};
    const std::string reason(wire::obsolete_reason(wire::status(status)));
    return state_->application.refuse(status, reason);
  }

  template <class Parser>
  Task<Failure> read_head(Parser& parser) {
    bottom().expires_after(limits_.header_in);
    const auto [failure, size] =
        co_await wire::async_read_header(stream_, buffer_, parser, as_result);
    co_return failure;
  }

  template <class Parser>
  Task<Failure> read_body(Parser& parser) {
    if (beast::iequals(parser.get()[wire::field::expect], "100-continue")) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(stream_, asio::buffer(go_on), asio::use_awaitable);
    }
    bottom().expires_after(limits_.body_in);
    const auto [failure, size] = co_await wire::async_read(stream_, buffer_, parser, as_result);
    co_return failure;
  }

  Response answer(const Request& request) const {
    try {
      return state_->application.handle(request);
    } catch (const std::exception& error) {
      logging::error("request failed", {{"method", request.method}, {"text", error.what()}});
      return state_->application.refuse(500, "The server has failed.");
    }
  }

  // After an answer that came before the end of the request, what still arrives is read and thrown
  // away, as long as it keeps coming: closing at once would reset the connection and lose the
  // answer for a client that sends all before it reads.
  Task<> refuse(Response& response, std::size_t rest) {
    const std::string method = "GET";
    co_await send(response, method, 11, false);
    if constexpr (!is_tls<Stream>) bottom().socket().shutdown(local::socket::shutdown_send);
    const auto deadline = Clock::now() + limits_.body_in;
    for (auto seen = buffer_.size(); seen < rest && Clock::now() < deadline;) {
      bottom().expires_after(farewell_time);
      buffer_.clear();
      const auto [failure, size] =
          co_await stream_.async_read_some(buffer_.prepare(read_size), as_result);
      if (failure) break;
      seen += size;
    }
  }

  Task<bool> send(Response& response, const std::string& method, unsigned version, bool keep) {
    bool kept = keep;
    if (response.more && method != "HEAD") {
      kept = co_await send_pieces(response, version, keep);
    } else if (method == "HEAD") {
      wire::response<wire::empty_body> message;
      fill_head(message, response, keep);
      message.content_length(response.body.size());
      co_await send_head(message);
    } else {
      wire::response<wire::string_body> message;
      fill_head(message, response, keep);
      message.body() = std::move(response.body);
      message.prepare_payload();
      bottom().expires_after(limits_.answer_out);
      const auto [failure, size] = co_await wire::async_write(stream_, message, as_result);
      wipe(message.body());
      kept = kept && !failure;
    }
    co_return kept;
  }

  template <class Message>
  Task<> send_head(Message& message) {
    wire::response_serializer<wire::empty_body> serializer(message);
    bottom().expires_after(limits_.answer_out);
    co_await wire::async_write_header(stream_, serializer, asio::use_awaitable);
  }

  // HTTP/1.0 knows no chunks: there the end of the connection is the end of the answer.
  Task<bool> send_pieces(Response& response, unsigned version, bool keep) {
    const bool chunked = version >= 11;
    wire::response<wire::empty_body> message;
    fill_head(message, response, keep && chunked);
    message.chunked(chunked);
    co_await send_head(message);
    std::optional<std::string> piece = std::move(response.body);
    while (piece) {
      if (!piece->empty()) co_await send_piece(*piece, chunked);
      piece = co_await blocking(state_->pool, [&] { return response.more(); });
      const bool wait = piece && piece->empty();
      if (wait) co_await pause();
    }
    bottom().expires_after(limits_.answer_out);
    if (chunked) co_await asio::async_write(stream_, wire::make_chunk_last(), asio::use_awaitable);
    co_return keep&& chunked;
  }

  Task<> send_piece(const std::string& piece, bool chunked) {
    bottom().expires_after(limits_.answer_out);
    const auto octets = asio::buffer(piece);
    if (chunked) {
      const auto chunk = wire::make_chunk(octets);
      co_await asio::async_write(stream_, chunk, asio::use_awaitable);
    } else {
      co_await asio::async_write(stream_, octets, asio::use_awaitable);
    }
  }

  Task<> hold(std::chrono::milliseconds time) {
    const auto end = Clock::now() + time;
    while (Clock::now() < end && !state_->stopping) {
      const std::chrono::nanoseconds rest = end - Clock::now();
      asio::steady_timer timer(state_->context,
                               std::min<std::chrono::nanoseconds>(rest, limits_.pause));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  // Throws when the client has gone or the server stops: nothing else would notice while there is
  // nothing to send.
  Task<> pause() {
    asio::steady_timer timer(state_->context, limits_.pause);
    co_await timer.async_wait(asio::use_awaitable);
    char octet = 0;
    const auto socket = bottom().socket().native_handle();
    const bool closed = ::recv(socket, &octet, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    if (closed || state_->stopping) throw Error(Fault::unavailable, "the connection ends");
  }

  Task<> farewell() {
    if (!bottom().socket().is_open()) co_return;
    bottom().expires_after(farewell_time);
    if constexpr (is_tls<Stream>) co_await stream_.async_shutdown(as_result);
    bottom().close();
  }

  void wipe_buffer() {
    if (buffer_.size() > 0) return;  // the next request is in it already
    buffer_.clear();
    const auto space = buffer_.prepare(buffer_.capacity());
    OPENSSL_cleanse(space.data(), space.size());
  }

  Stream stream_;
  std::shared_ptr<State> state_;
  const Limits& limits_;
  const Peer peer_;
  beast::flat_buffer buffer_;
};

template <class Link>
Task<> run_link(std::shared_ptr<Link> link) {
  try {
    co_await link->run();
  } catch (const boost::system::system_error&) {
    // The client has gone, or was too slow.
  } catch (const std::exception& error) {
    logging::info("connection cut", {{"text", error.what()}});
  }
}

template <class Acceptor, class Welcome>
Task<> accept_all(Acceptor& acceptor, Welcome welcome) {
  for (;;) {
    auto [failure, socket] = co_await acceptor.async_accept(as_result);
    if (failure == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (failure) {
      logging::warning("cannot accept a connection", {{"text", failure.message()}});
      const auto executor = co_await asio::this_coro::executor;
      asio::steady_timer timer(executor, std::chrono::milliseconds(100));
      co_await timer.async_wait(asio::use_awaitable);
    } else {
      welcome(std::move(socket));
    }
  }
}

}  // namespace

template <class Stream>
void Server::State::welcome(Stream stream) {
  if (stopping || links.size() >= limits.connections) {
    if (!stopping) logging::warning("too many connections", {{"limit", limits.connections}});
    return;
  }
  try {
    auto link = std::make_shared<Connection<Stream, State>>(std::move(stream), shared_from_this());
    asio::co_spawn(context, run_link(std::move(link)), asio::detached);
  } catch (const Error& error) {
    logging::warning("connection refused", {{"text", error.what()}});
  }
}

void Server::State::close_acceptors() {
  for (auto& acceptor : acceptors) std::visit([](auto& each) { each.close(); }, acceptor);
  for (const auto& path : std::exchange(socket_files, {})) ::unlink(path.c_str());
}

void Server::State::cut_links(bool busy_too) {
  for (auto* link : links)
    if (busy_too || !link->busy) link->cut();
}

Server::Server(asio::io_context& context, BlockingPool& pool, Application application,
               Limits limits)
    : state_(std::make_shared<State>(context, pool, std::move(application), limits)) {}

Server::~Server() {
  state_->stopping = true;
  state_->close_acceptors();
  state_->cut_links(true);
}

void Server::listen_unix(const std::filesystem::path& path, unsigned mode) try {
  remove_stale_socket(state_->context, path);
  local::acceptor acceptor(state_->context);
  acceptor.open();
  acceptor.bind(local::endpoint(path.string()));
  // Nobody gets in between: before listen(2) every connect is refused.
  if (::chmod(path.c_str(), mode) != 0)
    throw Error(Fault::unavailable, "cannot set the mode of " + path.string());
  acceptor.listen();
  state_->socket_files.push_back(path);
  auto& kept = std::get<local::acceptor>(state_->acceptors.emplace_back(std::move(acceptor)));
  auto welcome = [state = state_](local::socket socket) {
    state->welcome(UnixStream(std::move(socket)));
  };
  asio::co_spawn(state_->context, accept_all(kept, std::move(welcome)), asio::detached);
} catch (const boost::system::system_error& error) {
  throw Error(Fault::unavailable,
              "cannot listen on " + path.string() + ": " + error.code().message());
}

unsigned short Server::listen_tls(const std::string& host, unsigned short port,
                                  const TlsFiles& files) try {
  Failure failure;
  const auto address = asio::ip::make_address(host, failure);
  if (failure) throw Error(Fault::invalid, "not an IP address to listen on: " + host);
  auto& tls = state_->tls.emplace_back(tls_context(files));
  auto& kept = std::get<tcp::acceptor>(
      state_->acceptors.emplace_back(tcp::acceptor(state_->context, {address, port})));
  auto welcome = [state = state_, &tls](tcp::socket socket) {
    Failure ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    state->welcome(TlsStream(std::move(socket), *tls));
  };
  asio::co_spawn(state_->context, accept_all(kept, std::move(welcome)), asio::detached);
  return kept.local_endpoint().port();
} catch (const boost::system::system_error& error) {
  throw Error(Fault::unavailable, "cannot listen on " + host + ':' + std::to_string(port) + ": " +
                                      error.code().message());
}

void Server::use_certificate(const TlsFiles& files) {
  const auto fresh = tls_context(files);
  for (auto& each : state_->tls) each = fresh;
  state_->cut_links(false);
}

Task<> Server::stop() {
  const auto state = state_;
  state->stopping = true;
  state->close_acceptors();
  state->cut_links(false);
  const auto deadline = Clock::now() + state->limits.grace;
  while (!state->links.empty() && Clock::now() < deadline) {
    state->gone.expires_at(deadline);
    co_await state->gone.async_wait(as_result);
  }
  state->cut_links(true);
  while (!state->links.empty()) {
    state->gone.expires_at(Clock::time_point::max());
    co_await state->gone.async_wait(as_result);
  }
}

}  // namespace http
