#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

#include "base/error.h"
#include "server/http/server.h"
#include "server/http/target.h"

namespace {

namespace asio = boost::asio;

http::Response text(unsigned status, std::string body) {
  return {status, "text/plain", {}, std::move(body), nullptr};
}

http::Response refusal(unsigned status, std::string_view what) {
  return text(status, "refused: " + std::string(what));
}

// A server on a socket of its own, with its thread, for one test.
class Running {
 public:
  explicit Running(std::function<http::Response(const http::Request&)> handle,
                   http::Limits limits = {})
      : Running(http::Application{std::move(handle), refusal, {}}, limits) {}
  explicit Running(http::Application application, http::Limits limits = {})
      : server_(context_, pool_, std::move(application), limits) {
    auto pattern = (std::filesystem::temp_directory_path() / "http_test_XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    server_.listen_unix(path(), 0600);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Running() {
    stop();
    pool_.join();
    std::filesystem::remove_all(directory_);
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::co_spawn(context_, server_.stop(), asio::detached);
    thread_.join();  // no connection and no listener is left to wait for
  }

  std::string path() const { return (directory_ / "socket").string(); }

 private:
  asio::io_context context_{1};
  BlockingPool pool_{2};
  http::Server server_;
  std::filesystem::path directory_;
  std::thread thread_;
};

// A client of raw octets.
class Client {
 public:
  explicit Client(const Running& server) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    server.path().copy(address.sun_path, sizeof address.sun_path - 1);
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw Error(Fault::unavailable, "cannot connect");
  }
  ~Client() { ::close(socket_); }

  Client& say(std::string_view octets) {
    while (!octets.empty()) {
      const auto sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }

  // What comes up to the first `end`, or to the end of the connection.
  std::string hear_until(std::string_view end) {
    std::string heard;
    char octet = 0;
    while (!heard.ends_with(end) && ::recv(socket_, &octet, 1, 0) == 1) heard += octet;
    return heard;
  }
  std::string hear_all() {
    std::string heard;
    char octets[4096];
    for (ssize_t size; (size = ::recv(socket_, octets, sizeof octets, 0)) > 0;)
      heard.append(octets, static_cast<std::size_t>(size));
    return heard;
  }

 private:
  int socket_;
};

std::string ask(const Running& server, std::string_view request) {
  return Client(server).say(request).hear_all();
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

http::Response echo(const http::Request& request) {
  return text(200, request.method + ' ' + request.target + ' ' + request.body);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http)

BOOST_AUTO_TEST_CASE(a_request_reaches_the_handler_as_it_was_sent) {
  Running server(echo);
  const auto answer = ask(server,
                          "POST /keys/a//wrapkey?api%2Dversion=7.4 HTTP/1.1\r\nHost: h\r\n"
                          "Content-Length: 4\r\nConnection: close\r\n\r\nbody");
  BOOST_TEST(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(contains(answer, "Content-Type: text/plain\r\n"));
  BOOST_TEST(contains(answer, "Content-Length: 44\r\n"));
  BOOST_TEST(answer.ends_with("\r\n\r\nPOST /keys/a//wrapkey?api%2Dversion=7.4 body"));
}

BOOST_AUTO_TEST_CASE(a_connection_serves_many_requests_also_pipelined) {
  Running server(echo);
  Client client(server);
  for (int i = 0; i < 3; ++i) {
    client.say("GET /one HTTP/1.1\r\nHost: h\r\n\r\n");
    BOOST_TEST(client.hear_until("GET /one ").ends_with("GET /one "));
  }
  client.say("GET /two HTTP/1.1\r\nHost: h\r\n\r\nGET /three HTTP/1.1\r\nHost: h\r\n\r\n");
  BOOST_TEST(client.hear_until("GET /two ").ends_with("GET /two "));
  BOOST_TEST(client.hear_until("GET /three ").ends_with("GET /three "));
}

BOOST_AUTO_TEST_CASE(a_unix_socket_says_who_is_there_and_has_its_mode) {
  Running server([](const http::Request& request) {
    return text(200, std::to_string(request.peer.process.value().user) + ' ' +
                         std::to_string(request.peer.process.value().id));
  });
  struct stat found {};
  BOOST_TEST(::stat(server.path().c_str(), &found) == 0);
  BOOST_TEST((found.st_mode & 0777) == 0600);
  const auto answer = ask(server, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  BOOST_TEST(answer.ends_with(std::to_string(::getuid()) + ' ' + std::to_string(::getpid())));
}

BOOST_AUTO_TEST_CASE(header_names_are_found_in_any_case) {
  Running server([](const http::Request& request) {
    return text(200, std::string(request.header("x-one").value_or("none")) +
                         std::string(request.header("x-two").value_or("none")));
  });
  const auto answer =
      ask(server, "GET / HTTP/1.1\r\nHost: h\r\nX-ONE: 1\r\nConnection: close\r\n\r\n");
  BOOST_TEST(answer.ends_with("\r\n\r\n1none"));
}

BOOST_AUTO_TEST_CASE(too_big_a_body_is_413_in_the_applications_form) {
  http::Limits limits;
  limits.body = 1000;
  Running server(echo, limits);
  const std::string body(200'000, 'x');
  const auto announced =
      ask(server, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + body);
  BOOST_TEST(announced.starts_with("HTTP/1.1 413 "));
  BOOST_TEST(contains(announced, "\r\n\r\nrefused: "));
  const auto chunked = ask(
      server, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n" + body);
  BOOST_TEST(chunked.starts_with("HTTP/1.1 413 "));
}

BOOST_AUTO_TEST_CASE(who_may_not_ask_is_told_so_before_the_body_is_read) {
  std::atomic<bool> handled = false;
  const auto handle = [&](const http::Request&) {
    handled = true;
    return text(200, "");
  };
  const auto objection = [](const http::Peer& peer) -> std::optional<http::Response> {
    if (peer.process && peer.process->user == ::getuid()) return text(403, "not you");
    return {};
  };
  Running server(http::Application{handle, refusal, objection});
  Client client(server);
  client.say("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
  const auto answer = client.hear_all();
  BOOST_TEST(answer.starts_with("HTTP/1.1 403 "));
  BOOST_TEST(answer.ends_with("\r\n\r\nnot you"));
  BOOST_TEST(!handled);
}

BOOST_AUTO_TEST_CASE(too_long_headers_are_431) {
  Running server(echo);
  const std::string filler(100'000, 'x');
  const auto answer = ask(server, "GET / HTTP/1.1\r\nHost: h\r\nX: " + filler + "\r\n\r\n");
  BOOST_TEST(answer.starts_with("HTTP/1.1 431 "));
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_400) {
  Running server(echo);
  for (const auto* request :
       {"HELLO\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx"})
    BOOST_TEST(ask(server, request).starts_with("HTTP/1.1 400 "), request);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_500_and_says_nothing_of_it) {
  Running server(
      [](const http::Request&) -> http::Response { throw Error(Fault::corrupt, "inner matter"); });
  const auto answer = ask(server, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  BOOST_TEST(answer.starts_with("HTTP/1.1 500 "));
  BOOST_TEST(!contains(answer, "inner matter"));
}

BOOST_AUTO_TEST_CASE(a_header_of_the_answer_cannot_be_split) {
  Running server([](const http::Request&) {
    auto response = text(200, "");
    response.headers.push_back({"X", "a\r\nSet-Cookie: b"});
    return response;
  });
  const auto answer = ask(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  BOOST_TEST(!contains(answer, "Set-Cookie"));
}

BOOST_AUTO_TEST_CASE(a_head_request_gets_the_length_and_no_body) {
  Running server(echo);
  const auto answer = ask(server, "HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  BOOST_TEST(contains(answer, "Content-Length: 7\r\n"));
  BOOST_TEST(answer.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(a_long_answer_comes_in_pieces_and_the_connection_goes_on) {
  http::Limits limits;
  limits.pause = std::chrono::milliseconds(1);
  Running server(
      [](const http::Request&) {
        auto response = text(200, "head;");
        response.more = [left = 3]() mutable -> std::optional<std::string> {
          if (left == 0) return std::nullopt;
          return left-- == 2 ? "" : "piece;";  // one time there is nothing yet
        };
        return response;
      },
      limits);
  Client client(server);
  for (int i = 0; i < 2; ++i) {
    client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto answer = client.hear_until("0\r\n\r\n");
    BOOST_TEST(contains(answer, "Transfer-Encoding: chunked"));
    BOOST_TEST(answer.ends_with("5\r\nhead;\r\n6\r\npiece;\r\n6\r\npiece;\r\n0\r\n\r\n"));
  }
  const auto old = ask(server, "GET / HTTP/1.0\r\n\r\n");
  BOOST_TEST(old.ends_with("\r\n\r\nhead;piece;piece;"));
}

BOOST_AUTO_TEST_CASE(a_long_answer_that_fails_has_no_end) {
  Running server([](const http::Request&) {
    auto response = text(200, "head;");
    response.more = []() -> std::optional<std::string> { throw Error(Fault::corrupt, "broken"); };
    return response;
  });
  const auto answer = ask(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  BOOST_TEST(answer.ends_with("5\r\nhead;\r\n"));
}

BOOST_AUTO_TEST_CASE(a_live_answer_ends_when_its_client_goes) {
  http::Limits limits;
  limits.pause = std::chrono::milliseconds(1);
  std::atomic<int> alive = 0;
  struct Counted {
    std::atomic<int>& count;
    explicit Counted(std::atomic<int>& c) : count(c) { ++count; }
    ~Counted() { --count; }
  };
  Running server(
      [&](const http::Request&) {
        auto response = text(200, "head;");
        response.more = [held = std::make_shared<Counted>(alive)] {
          return std::optional<std::string>("");
        };
        return response;
      },
      limits);
  {
    Client client(server);
    client.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n").hear_until("head;");
    BOOST_TEST(alive == 1);
  }
  for (int i = 0; i < 5000 && alive > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  BOOST_TEST(alive == 0);
}

BOOST_AUTO_TEST_CASE(slow_clients_are_cut) {
  http::Limits limits;
  limits.idle = limits.header_in = limits.body_in = std::chrono::seconds(1);
  Running server(echo, limits);
  for (const auto* start : {"", "GET / HT", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"})
    BOOST_TEST(ask(server, start) == "", start);
}

BOOST_AUTO_TEST_CASE(one_connection_too_many_is_closed) {
  http::Limits limits;
  limits.connections = 1;
  Running server(echo, limits);
  Client first(server);
  first.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n").hear_until("GET / ");
  BOOST_TEST(ask(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n") == "");
  first.say("GET /again HTTP/1.1\r\nHost: h\r\n\r\n");
  BOOST_TEST(first.hear_until("/again ").ends_with("GET /again "));
}

BOOST_AUTO_TEST_CASE(stop_lets_a_request_end_and_closes_the_idle) {
  std::atomic<bool> entered = false, leave = false;
  Running server([&](const http::Request& request) {
    entered = true;
    while (request.target == "/slow" && !leave)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return text(200, "done");
  });
  Client idle(server), busy(server);
  idle.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n").hear_until("done");
  entered = false;
  busy.say("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!entered) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::thread stopping([&] { server.stop(); });
  BOOST_TEST(idle.hear_all() == "");
  BOOST_CHECK_THROW(Client{server}, Error);
  leave = true;
  BOOST_TEST(busy.hear_all().ends_with("done"));
  stopping.join();
  BOOST_TEST(!std::filesystem::exists(server.path()));
}

BOOST_AUTO_TEST_CASE(a_socket_in_use_is_not_taken_and_a_dead_one_is_replaced) {
  asio::io_context context{1};
  BlockingPool pool{1};
  std::string dead;
  {
    Running server(echo);
    http::Server second(context, pool, {echo, refusal});
    BOOST_CHECK_THROW(second.listen_unix(server.path(), 0600), Error);
    dead = server.path() + ".dead";
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    dead.copy(address.sun_path, sizeof address.sun_path - 1);
    BOOST_TEST(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(socket);
    second.listen_unix(dead, 0600);
  }
  context.poll();
  pool.join();
}

BOOST_AUTO_TEST_CASE(targets_are_decoded_and_nothing_is_merged) {
  const auto target = http::parse_target("/keys/a%2Db//wrapkey?api%2Dversion=7.4&x=%24&&flag");
  const std::vector<std::string> segments{"keys", "a-b", "", "wrapkey"};
  BOOST_TEST(target.segments == segments, boost::test_tools::per_element());
  BOOST_TEST(target.value("api-version").value() == "7.4");
  BOOST_TEST(target.value("x").value() == "$");
  BOOST_TEST(target.value("flag").value() == "");
  BOOST_TEST(!target.value("X").has_value());
  BOOST_TEST(http::parse_target("/keys/").segments.size() == 2);
  BOOST_TEST(http::parse_target("/").segments.size() == 1);
  BOOST_TEST(http::percent_encoded("a b/$") == "a%20b%2f%24");
  for (const auto* bad : {"", "keys", "/%", "/%4", "/%zz", "/%00", "/a\x01", "/?a=%0d"})
    BOOST_CHECK_THROW(http::parse_target(bad), Error);
}

BOOST_AUTO_TEST_SUITE_END()
