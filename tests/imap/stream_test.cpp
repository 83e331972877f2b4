#include "imap/stream.h"

#include <boost/asio/local/connect_pair.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

#include "tests/support/certificate.h"
#include "tests/support/storage_store.h"
#include "tests/support/test_client.h"

BOOST_AUTO_TEST_SUITE(stream)

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using imap::Stream;
using test_support::TestClient;

// A server of one connection: `serve` is its coroutine, run on a thread of its own.
class OneConnection {
 public:
  using Serve = std::function<Task<>(Stream&)>;

  explicit OneConnection(Serve serve)
      : acceptor_(io_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        serve_(std::move(serve)) {
    client = std::make_unique<TestClient>(acceptor_.local_endpoint().port());
    stream = std::make_unique<Stream>(acceptor_.accept());
    asio::co_spawn(io_, serve_(*stream), [this](std::exception_ptr error) { failure_ = error; });
    thread_ = std::thread([this] { io_.run(); });
  }
  ~OneConnection() {
    if (thread_.joinable()) thread_.join();
  }

  void post(std::function<void()> work) { asio::post(io_, std::move(work)); }
  // Waits until the coroutine has ended; throws what ended it.
  void finish() {
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  asio::io_context io_{1};
  asio::ip::tcp::acceptor acceptor_;
  Serve serve_;
  std::exception_ptr failure_;
  std::thread thread_;

 public:
  std::unique_ptr<Stream> stream;
  std::unique_ptr<TestClient> client;
};

Task<> echo_lines(Stream& stream) {
  while (true) {
    auto line = co_await stream.read_line(100, 10s);
    if (line == "end") co_return;
    line += "\r\n";
    co_await stream.write(line);
  }
}

constexpr std::size_t much = 20'000'000;

Task<> send_much(Stream& stream) {
  const std::string octets(much, 'x');
  co_await stream.write(octets);
  co_await stream.shutdown();
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_end_with_crlf_or_lf_and_come_in_any_pieces) {
  OneConnection pair(echo_lines);
  for (const char* piece : {"a", "b\r", "\nc\nd\r\n\r\n"}) pair.client->send(piece);
  for (const char* line : {"ab", "c", "d", ""}) BOOST_TEST(pair.client->line() == line);
  pair.client->send("end\r\n");
  pair.finish();
}

BOOST_AUTO_TEST_CASE(a_line_over_the_limit_is_dropped_and_the_stream_stays_in_step) {
  std::string begin, end;
  OneConnection pair([&](Stream& stream) -> Task<> {
    try {
      co_await stream.read_line(100, 10s);
    } catch (const imap::LineTooLong& error) {
      begin = error.begin();
      end = error.end();
    }
    co_await echo_lines(stream);
  });
  pair.client->send("first " + std::string(1'000'000, 'x') + " {3}\r\n" + std::string(100, 'y') +
                    "\r\nend\r\n");
  BOOST_TEST(pair.client->line() == std::string(100, 'y'));
  pair.finish();
  BOOST_TEST(begin.starts_with("first xxx"));
  BOOST_TEST(end.ends_with("x {3}"));
}

BOOST_AUTO_TEST_CASE(a_slow_reader_gets_everything) {
  OneConnection pair(send_much);
  std::size_t got = 0;
  while (got < much)
    got += pair.client->octets(std::min<std::size_t>(much - got, 1'000'000)).size();
  BOOST_TEST(pair.client->is_closed());
  pair.client.reset();
  pair.finish();
}

BOOST_AUTO_TEST_CASE(exact_octets_are_read_across_pieces) {
  OneConnection pair([](Stream& stream) -> Task<> {
    std::string octets = "got ";
    co_await stream.read_line(100, 10s);
    co_await stream.read_exactly(octets, 200'000, 10s);
    co_await stream.drop_exactly(5, 10s);
    const auto last = co_await stream.read_line(100, 10s);
    octets += last + "\r\n";
    co_await stream.write(octets);
  });
  pair.client->send("line\r\n" + std::string(200'000, 'z') + "DROP5last\r\n");
  BOOST_TEST(pair.client->line() == "got " + std::string(200'000, 'z') + "last");
  pair.finish();
}

BOOST_AUTO_TEST_CASE(silence_times_out) {
  OneConnection line([](Stream& stream) -> Task<> { co_await stream.read_line(100, 1s); });
  line.client->send("no end");
  BOOST_CHECK_THROW(line.finish(), imap::TimedOut);
}

BOOST_AUTO_TEST_CASE(a_wait_ends_by_input_wake_time_out_or_close) {
  std::vector<Stream::Ready> ends;
  OneConnection pair([&](Stream& stream) -> Task<> {
    ends.push_back(co_await stream.wait(1s));
    co_await stream.write("now wake\r\n");
    ends.push_back(co_await stream.wait(10s));
    co_await stream.write("now send\r\n");
    ends.push_back(co_await stream.wait(10s));
    co_await stream.read_line(100, 10s);
    co_await stream.write("now close\r\n");
    ends.push_back(co_await stream.wait(10s));
  });
  BOOST_TEST(pair.client->line() == "now wake");
  // A wake is for the wait in progress: it begins right after the line was written.
  while (!pair.client->is_silent_for(0) || ends.size() < 2) {
    pair.post([&] { pair.stream->wake(); });
    if (!pair.client->is_silent_for(20)) break;
  }
  BOOST_TEST(pair.client->line() == "now send");
  pair.client->send("x\r\n");
  BOOST_TEST(pair.client->line() == "now close");
  pair.client->close_sending();
  pair.finish();
  const std::vector expected{Stream::Ready::timed_out, Stream::Ready::woken, Stream::Ready::input,
                             Stream::Ready::input};
  BOOST_TEST((ends == expected));
}

BOOST_AUTO_TEST_CASE(end_of_file_ends_a_read_and_what_came_before_is_served) {
  OneConnection pair(echo_lines);
  pair.client->send("one\r\nhalf");
  pair.client->close_sending();
  BOOST_TEST(pair.client->line() == "one");
  BOOST_CHECK_THROW(pair.finish(), imap::Disconnected);
}

BOOST_AUTO_TEST_CASE(cancel_ends_a_read_and_what_comes_later) {
  OneConnection pair(echo_lines);
  pair.client->send("one\r\n");
  BOOST_TEST(pair.client->line() == "one");
  pair.post([&] { pair.stream->cancel(); });
  BOOST_CHECK_THROW(pair.finish(), imap::Disconnected);
}

BOOST_AUTO_TEST_CASE(cancel_ends_a_write_to_a_peer_that_does_not_read) {
  OneConnection pair(send_much);
  pair.client->octets(1);
  pair.post([&] { pair.stream->cancel(); });
  BOOST_CHECK_THROW(pair.finish(), imap::Disconnected);
}

BOOST_AUTO_TEST_CASE(after_stop_reading_last_words_are_still_written) {
  OneConnection pair([](Stream& stream) -> Task<> {
    bool stopped = false;
    try {
      co_await stream.read_line(100, 10s);
    } catch (const imap::Disconnected&) {
      stopped = true;
    }
    if (stopped) co_await stream.write("bye\r\n");
    co_await stream.shutdown();
  });
  pair.post([&] { pair.stream->stop_reading(); });
  BOOST_TEST(pair.client->line() == "bye");
  BOOST_TEST(pair.client->is_closed());
  pair.client.reset();
  pair.finish();
}

BOOST_AUTO_TEST_CASE(tls_starts_in_the_middle_and_carries_much_both_ways) {
  const storage_test::TempDirectory directory;
  const auto files = test_support::make_certificate(directory.path());
  const imap::TlsContext context(files.certificate, files.key);
  std::string description;
  OneConnection pair([&](Stream& stream) -> Task<> {
    co_await stream.read_line(100, 10s);
    co_await stream.write("go\r\n");
    co_await stream.start_tls(context, 10s);
    description = stream.tls_description();
    std::string octets;
    co_await stream.read_exactly(octets, 3'000'000, 10s);
    co_await stream.write(octets);
    const auto ready = co_await stream.wait(10s);
    BOOST_TEST((ready == Stream::Ready::input));
    co_await echo_lines(stream);
    co_await stream.shutdown();
  });
  pair.client->send("start\r\n");
  BOOST_TEST(pair.client->line() == "go");
  pair.client->start_tls();
  const std::string octets(3'000'000, 't');
  std::thread sender([&] { pair.client->send(octets); });
  sender.join();
  BOOST_TEST((pair.client->octets(octets.size()) == octets));
  pair.client->send("secret\r\nend\r\n");
  BOOST_TEST(pair.client->line() == "secret");
  BOOST_TEST(pair.client->is_closed());
  pair.client.reset();
  pair.finish();
  BOOST_TEST(description.starts_with("TLSv1.3 "));
}

BOOST_AUTO_TEST_CASE(octets_ahead_of_the_handshake_refuse_it) {
  const storage_test::TempDirectory directory;
  const auto files = test_support::make_certificate(directory.path());
  const imap::TlsContext context(files.certificate, files.key);
  OneConnection pair([&](Stream& stream) -> Task<> {
    co_await stream.read_line(100, 10s);
    co_await stream.start_tls(context, 10s);
  });
  pair.client->send("start\r\ninjected\r\n");
  BOOST_CHECK_EXCEPTION(pair.finish(), Error,
                        [](const Error& error) { return error.fault() == Fault::invalid; });
}

BOOST_AUTO_TEST_CASE(a_handshake_that_is_none_fails) {
  const storage_test::TempDirectory directory;
  const auto files = test_support::make_certificate(directory.path());
  const imap::TlsContext context(files.certificate, files.key);
  OneConnection pair([&](Stream& stream) -> Task<> { co_await stream.start_tls(context, 10s); });
  pair.client->send("a1 LOGIN ada engine\r\n");
  BOOST_CHECK_THROW(pair.finish(), imap::Disconnected);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_cannot_be_read_is_named) {
  BOOST_CHECK_EXCEPTION(
      imap::TlsContext("/nowhere/c.pem", "/nowhere/k.pem"), Error, [](const Error& error) {
        return error.fault() == Fault::invalid &&
               std::string(error.what()).find("/nowhere/c.pem") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(a_unix_socket_is_a_loopback_peer) {
  asio::io_context io;
  asio::local::stream_protocol::socket one(io), other(io);
  asio::local::connect_pair(one, other);
  const Stream stream(std::move(one));
  BOOST_TEST(stream.peer() == "unix");
  BOOST_TEST(stream.is_loopback());
  BOOST_TEST(!stream.is_tls());
}

BOOST_AUTO_TEST_SUITE_END()
