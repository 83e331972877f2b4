#include "server/http/client.h"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "base/asio.h"
#include "base/error.h"

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using local = asio::local::stream_protocol;
using Piece = std::function<void(std::string_view)>;

constexpr std::size_t whole_limit = 64 * 1024 * 1024;

void send(local::socket& socket, const Request& request) {
  wire::request<wire::string_body> message;
  message.method_string(request.method);
  message.target(request.target);
  message.version(11);
  message.keep_alive(false);
  for (const auto& header : request.headers) message.set(header.name, header.value);
  message.body() = request.body;
  message.prepare_payload();
  wire::write(socket, message);
}

Response head_of(const wire::response<wire::string_body>& message) {
  Response response;
  response.status = message.result_int();
  response.content_type = std::string(message[wire::field::content_type]);
  for (const auto& field : message)
    response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  return response;
}

void add(std::string& body, std::string_view piece) {
  if (body.size() + piece.size() > whole_limit)
    throw Error(Fault::too_big, "the answer is longer than 64 MiB");
  body += piece;
}

}  // namespace

Response ask_unix(const std::filesystem::path& path, const Request& request,
                  const Piece& piece) try {
  asio::io_context context{1};
  local::socket socket(context);
  socket.connect(local::endpoint(path.string()));
  send(socket, request);
  beast::flat_buffer buffer;
  wire::response_parser<wire::string_body> parser;
  parser.body_limit(boost::none);
  parser.skip(request.method == "HEAD");
  wire::read_header(socket, buffer, parser);
  auto response = head_of(parser.get());
  const Piece keep = [&](std::string_view text) { add(response.body, text); };
  const auto& take = response.status < 400 ? piece : keep;
  while (!parser.is_done()) {
    wire::read_some(socket, buffer, parser);
    if (parser.get().body().empty()) continue;
    take(parser.get().body());
    parser.get().body().clear();
  }
  return response;
} catch (const boost::system::system_error& error) {
  throw Error(Fault::unavailable, "no answer on " + path.string() + ": " + error.code().message(),
              "is the server running, and may this user open its socket?");
}

Response ask_unix(const std::filesystem::path& path, const Request& request) {
  std::string body;
  auto response = ask_unix(path, request, [&](std::string_view piece) { add(body, piece); });
  if (response.body.empty()) response.body = std::move(body);
  return response;
}

}  // namespace http
