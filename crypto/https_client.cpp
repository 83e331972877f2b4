#include "crypto/https_client.h"

#include <array>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "crypto/near_connection.h"
#include "crypto/tls_connection.h"

namespace crypto {
namespace {

namespace wire = boost::beast::http;
using std::chrono::steady_clock;
using Body = wire::basic_string_body<char, std::char_traits<char>, WipingAllocator<char>>;
using Parser = wire::response_parser<Body>;

constexpr std::size_t idle_limit = 8;
// Load balancers and firewalls forget quiet connections without a word, Azure's after 4 minutes.
constexpr std::chrono::seconds longest_idle{60};
constexpr std::size_t body_limit = 64 * 1024;
constexpr std::uint32_t head_limit = 16 * 1024;

// What was read and not yet taken by the parser; wiped.
class Buffer {
 public:
  Buffer() : octets_(head_limit * 2) {}
  std::span<char> space() {
    if (used_ == octets_.size()) throw HttpsError(HttpsFault::protocol, "a line has no end");
    return {octets_.data() + used_, octets_.size() - used_};
  }
  void add(std::size_t count) { used_ += count; }
  boost::asio::const_buffer data() const { return {octets_.data(), used_}; }
  void take(std::size_t count) {
    std::copy(octets_.begin() + static_cast<std::ptrdiff_t>(count),
              octets_.begin() + static_cast<std::ptrdiff_t>(used_), octets_.begin());
    used_ -= count;
  }

 private:
  std::vector<char, WipingAllocator<char>> octets_;
  std::size_t used_ = 0;
};

void check(const boost::system::error_code& failure) {
  if (failure && failure != wire::error::need_more)
    throw HttpsError(HttpsFault::protocol, "the answer is no HTTP: " + failure.message());
}

// Broken before anything of an answer came: on a kept connection that is no news.
class CutBeforeAnswer : public HttpsError {
 public:
  explicit CutBeforeAnswer(const HttpsError& error) : HttpsError(error) {}
};

void parse_some(Parser& parser, Buffer& buffer) {
  while (!parser.is_done() && buffer.data().size() > 0) {
    boost::system::error_code failure;
    const auto taken = parser.put(buffer.data(), failure);
    check(failure);
    buffer.take(taken);
    if (taken == 0) return;
  }
}

void write_request(Connection& connection, std::string_view request, Deadline deadline) {
  try {
    connection.write(request, deadline);
  } catch (const HttpsError& error) {
    if (error.kind() == HttpsFault::unreachable) throw CutBeforeAnswer(error);
    throw;
  }
}

void read_answer(Connection& connection, Parser& parser, Deadline deadline) {
  Buffer buffer;
  bool nothing_yet = true;
  while (!parser.is_done()) {
    std::size_t size = 0;
    try {
      size = connection.read_some(buffer.space(), deadline);
      if (size == 0 && nothing_yet)
        throw HttpsError(HttpsFault::unreachable, "the connection ended before an answer");
    } catch (const HttpsError& error) {
      if (nothing_yet && error.kind() == HttpsFault::unreachable) throw CutBeforeAnswer(error);
      throw;
    }
    nothing_yet = false;
    buffer.add(size);
    parse_some(parser, buffer);
    if (size > 0) continue;
    boost::system::error_code failure;
    parser.put_eof(failure);
    if (failure) throw HttpsError(HttpsFault::unreachable, "the answer was cut off");
  }
}

SecretText request_text(const Url& server, std::string_view method, std::string_view target,
                        std::string_view head, std::string_view body) {
  const auto origin = server.origin();
  const auto host = origin.substr(origin.find("//") + 2);
  SecretText out;
  out.reserve(method.size() + target.size() + head.size() + host.size() + body.size() + 128);
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(host);
  out.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
  return out.append(head).append("\r\n").append(body);
}

std::string challenge_in(const wire::fields& fields) {
  std::string all;
  const auto [first, end] = fields.equal_range(wire::field::www_authenticate);
  for (auto each = first; each != end; ++each)
    all.append(all.empty() ? "" : ", ").append(std::string_view(each->value()));
  return all;
}

}  // namespace

HttpsClient::HttpsClient(HttpsSettings settings)
    : settings_(std::move(settings)),
      context_(settings_.server.tls ? client_context(settings_.ca) : nullptr) {}

HttpsClient::~HttpsClient() = default;

HttpsAnswer HttpsClient::ask(std::string_view method, std::string_view target,
                             std::string_view head, std::string_view body, Deadline end) {
  const auto request = request_text(settings_.server, method, target, head, body);
  if (auto kept = kept_connection()) {
    try {
      return exchange(std::move(kept), request, end);
    } catch (const CutBeforeAnswer&) {
      // The server had closed it just then: once more on a new one.
    }
  }
  return exchange(connected(std::min<Deadline>(end, steady_clock::now() + settings_.connect)),
                  request, end);
}

HttpsClient::Kept HttpsClient::connected(Deadline end) const {
  const auto& server = settings_.server;
  if (!server.tls) return std::make_unique<NearConnection>(server.host, server.port, end);
  return std::make_unique<TlsConnection>(context_.get(), server.host, server.port, end);
}

HttpsAnswer HttpsClient::exchange(Kept connection, std::string_view request, Deadline end) {
  Parser parser;
  parser.eager(true);
  parser.header_limit(head_limit);
  parser.body_limit(body_limit);
  try {
    write_request(*connection, request, end);
    read_answer(*connection, parser, end);
  } catch (const HttpsError& error) {
    // Where one connection went silent, the others are no better.
    if (error.kind() == HttpsFault::timeout) forget_kept();
    throw;
  }
  auto message = parser.release();
  if (message.keep_alive()) keep(std::move(connection));
  return {message.result_int(), std::string(message[wire::field::retry_after]),
          challenge_in(message), std::move(message.body())};
}

HttpsClient::Kept HttpsClient::kept_connection() {
  const std::lock_guard lock(mutex_);
  while (!idle_.empty()) {
    auto last = std::move(idle_.back());
    idle_.pop_back();
    if (steady_clock::now() < last.ends && last.connection->quiet())
      return std::move(last.connection);
  }
  return nullptr;
}

void HttpsClient::keep(Kept connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < idle_limit)
    idle_.push_back({std::move(connection), steady_clock::now() + longest_idle});
}

void HttpsClient::forget_kept() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

}  // namespace crypto
