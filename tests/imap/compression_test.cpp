// COMPRESS=DEFLATE (RFC 4978), spoken by a client with zlib's own calls.

#include <zlib.h>
#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;
using test_support::TestClient;

class Deflated {
 public:
  explicit Deflated(TestClient& client) : client_(client) {
    inflateInit2(&in_, -15);
    deflateInit2(&out_, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
  }
  ~Deflated() {
    inflateEnd(&in_);
    deflateEnd(&out_);
  }

  void send(std::string text, int flush = Z_SYNC_FLUSH) {
    std::string octets(text.size() + 1000, '\0');
    out_.next_in = reinterpret_cast<Bytef*>(text.data());
    out_.avail_in = static_cast<uInt>(text.size());
    out_.next_out = reinterpret_cast<Bytef*>(octets.data());
    out_.avail_out = static_cast<uInt>(octets.size());
    deflate(&out_, flush);
    octets.resize(octets.size() - out_.avail_out);
    client_.send(octets);
  }

  void read_to_the_end() {
    while (!ended_) {
      auto octet = client_.octets(1);
      char room[1];
      in_.next_in = reinterpret_cast<Bytef*>(octet.data());
      in_.avail_in = 1;
      in_.next_out = reinterpret_cast<Bytef*>(room);
      in_.avail_out = sizeof room;
      ended_ = inflate(&in_, Z_SYNC_FLUSH) == Z_STREAM_END;
    }
  }

  // Up to and with the next line that begins so. An octet at a time: what has come must be enough.
  std::string until(const std::string& begin) {
    std::string text;
    while (true) {
      const auto line = next_line();
      text += line + '\n';
      if (line.starts_with(begin)) return text;
    }
  }

 private:
  std::string next_line() {
    auto end = opened_.find("\r\n");
    while (end == std::string::npos) {
      auto octet = client_.octets(1);
      ++received;
      char room[70000];
      in_.next_in = reinterpret_cast<Bytef*>(octet.data());
      in_.avail_in = 1;
      in_.next_out = reinterpret_cast<Bytef*>(room);
      in_.avail_out = sizeof room;
      ended_ = inflate(&in_, Z_SYNC_FLUSH) == Z_STREAM_END;
      opened_.append(room, sizeof room - in_.avail_out);
      end = opened_.find("\r\n");
    }
    const auto line = opened_.substr(0, end);
    opened_.erase(0, end + 2);
    return line;
  }

  TestClient& client_;
  z_stream in_{}, out_{};
  std::string opened_;
  bool ended_ = false;

 public:
  std::size_t received = 0;  // compressed octets
};

void begin_compression(TestClient& client) {
  client.send("c1 COMPRESS DEFLATE\r\n");
  BOOST_TEST(client.line() == "c1 OK DEFLATE active");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compression)

BOOST_AUTO_TEST_CASE(commands_and_answers_go_compressed) {
  MailServer server;
  server.deliver("Subject: x\r\n\r\n" + std::string(300'000, 'a') + "\r\n");
  auto client = server.client(Begin::in_inbox);
  begin_compression(*client);
  Deflated deflated(*client);
  deflated.send("a1 NOOP\r\n");
  deflated.until("a1 OK");
  deflated.send("a2 FETCH 1 BODY[]\r\na3 NOOP\r\n");
  const auto text = deflated.until("a3 OK");
  BOOST_TEST(text.find(std::string(300'000, 'a')) != std::string::npos);
  BOOST_TEST(deflated.received < 10'000u);
}

BOOST_AUTO_TEST_CASE(changes_come_in_idle_without_waiting_for_more) {
  MailServer server;
  auto client = server.client(Begin::in_inbox);
  begin_compression(*client);
  Deflated deflated(*client);
  deflated.send("a1 IDLE\r\n");
  deflated.until("+ ");
  for (int n = 1; n <= 3; ++n) {
    server.deliver("Subject: x\r\n\r\n");
    deflated.until("* " + std::to_string(n) + " EXISTS");
  }
  deflated.send("DONE\r\n");
  deflated.until("a1 OK");
}

BOOST_AUTO_TEST_CASE(literals_are_asked_for_and_taken) {
  MailServer server;
  auto client = server.client(Begin::in_inbox);
  begin_compression(*client);
  Deflated deflated(*client);
  const std::string message = "Subject: y\r\n\r\n" + std::string(200'000, 'b');
  deflated.send("a1 APPEND INBOX {" + std::to_string(message.size()) + "}\r\n");
  deflated.until("+ ");
  for (std::size_t at = 0; at < message.size(); at += 1000) deflated.send(message.substr(at, 1000));
  deflated.send("\r\n");
  deflated.until("a1 OK");
}

BOOST_AUTO_TEST_CASE(it_is_offered_once_and_only_after_login) {
  MailServer server;
  server.plays(Begin::connected, R"(
    S: * OK ...
    C: a1 COMPRESS DEFLATE
    S: a1 BAD ...
    C: a2 LOGIN ada@example.org engine
    S: a2 OK ...
    C: a3 COMPRESS LZW
    S: a3 BAD ...
  )");
  auto client = server.client(Begin::logged_in);
  begin_compression(*client);
  Deflated deflated(*client);
  deflated.send("a1 CAPABILITY\r\n");
  BOOST_TEST(deflated.until("a1 OK").find("COMPRESS") == std::string::npos);
  deflated.send("a2 COMPRESS DEFLATE\r\n");
  deflated.until("a2 NO [COMPRESSIONACTIVE]");
}

// RFC 8437 4.1: it ends with the answer, whether the client ends its own stream or goes over.
BOOST_AUTO_TEST_CASE(unauthenticate_ends_it) {
  for (const int flush : {Z_SYNC_FLUSH, Z_FINISH}) {
    MailServer server;
    auto client = server.client(Begin::logged_in);
    begin_compression(*client);
    Deflated deflated(*client);
    deflated.send("a1 UNAUTHENTICATE\r\n", flush);
    deflated.until("a1 OK");
    deflated.read_to_the_end();
    client->send("a2 LOGIN ada@example.org engine\r\n");
    BOOST_TEST(client->line().find(" COMPRESS=DEFLATE") != std::string::npos);
    begin_compression(*client);
    Deflated again(*client);
    again.send("a3 NOOP\r\n");
    again.until("a3 OK");
  }
}

BOOST_AUTO_TEST_CASE(what_follows_the_end_of_a_stream_is_refused) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  begin_compression(*client);
  Deflated deflated(*client);
  deflated.send("a1 NOOP\r\n", Z_FINISH);
  deflated.until("a1 OK");
  client->send("a2 NOOP\r\n");
  const auto read_on = [&] {
    while (true) client->octets(1);
  };
  BOOST_CHECK_THROW(read_on(), std::runtime_error);  // the end of the connection
}

BOOST_AUTO_TEST_CASE(what_was_sent_ahead_is_refused) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  client->send("a1 COMPRESS DEFLATE\r\na2 NOOP\r\n");
  BOOST_TEST(client->line().starts_with("a1 BAD"));
  client->send("a3 NOOP\r\n");
  BOOST_TEST(client->line().starts_with("a3 OK"));
}

BOOST_AUTO_TEST_CASE(what_is_no_deflate_stream_ends_the_connection) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  begin_compression(*client);
  client->send("a1 NOOP\r\na1 NOOP\r\n\xff\xff\xff\xff");
  while (!client->is_closed()) {
  }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE_END()
