#include "imap/commands/fetching.h"

#include <exception>

#include "imap/ahead.h"

namespace imap::commands {
namespace {

constexpr std::size_t write_directly = 64 * 1024;  // smaller pieces join what is unsent

// The literal's size is out, so there is no NO any more: only the end of the connection is honest.
Task<> send_hole(Session& session, FetchRun& run, const storage::Entry& entry,
                 const Content& content) {
  co_await session.flush();
  auto reader = run.reader(entry, content);
  std::uint64_t sent = 0;
  while (sent < content.length) {
    std::string octets;
    auto read = [&] { octets = reader.next(); };
    bool failed = reader.done();
    try {
      if (!failed) co_await session.blocking(read);
    } catch (const Error&) {
      failed = true;
    }
    if (failed) {
      co_await session.stream().shutdown();
      throw Disconnected("a message could not be read to its end");
    }
    co_await session.stream().write(octets);
    sent += octets.size();
  }
}

Task<> send(Session& session, FetchRun& run, FetchRun::Piece piece) {
  std::string_view rest = piece.text;
  std::size_t sent = 0;
  for (const auto& hole : piece.holes) {
    session.say_raw(rest.substr(0, hole.at - sent));
    rest.remove_prefix(hole.at - sent);
    sent = hole.at;
    co_await send_hole(session, run, piece.entry, hole.content);
  }
  if (rest.size() < write_directly) {
    session.say_raw(rest);
  } else {
    co_await session.flush();
    co_await session.stream().write(rest);
  }
  if (session.unsent() >= write_directly) co_await session.flush();
}

// Sends a piece while the next one is being read and opened.
Task<FetchRun::Piece> send_and_read_on(Session& session, FetchRun& run, FetchRun::Piece piece) {
  const auto home = co_await boost::asio::this_coro::executor;
  auto next = [&run] { return run.next(); };
  Ahead<FetchRun::Piece> ahead(session.backend().pool, home, next);
  std::exception_ptr failure;
  try {
    co_await send(session, run, std::move(piece));
  } catch (...) {
    failure = std::current_exception();
  }
  auto following = co_await ahead.result();
  if (failure) std::rethrow_exception(failure);
  co_return following;
}

}  // namespace

FetchSubject subject_of(Session& session, std::uint32_t number) {
  const auto& view = session.view();
  FetchSubject subject{.number = number, .entry = view.entry(number)};
  subject.recent = !session.is_rev2() && view.is_recent(subject.entry.uid);
  if (session.is_uid_only()) subject.named = FetchSubject::Named::by_uid;
  if (!session.is_rev2()) subject.structure = FetchSubject::Structure::rev1;
  return subject;
}

Task<> serve(Session& session, FetchRun& run) {
  while (!run.blocks() && !run.done()) {
    auto piece = run.next();
    co_await send(session, run, std::move(piece));
  }
  if (run.done()) co_return;
  auto next = [&run] { return run.next(); };
  auto piece = co_await session.blocking(next);
  while (!run.done()) {
    auto following = co_await send_and_read_on(session, run, std::move(piece));
    piece = std::move(following);
  }
  co_await send(session, run, std::move(piece));
}

}  // namespace imap::commands
