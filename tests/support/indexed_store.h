#pragma once
// A mailbox with texts of one's own, and its search index.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/search_needle.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

namespace storage_test {

inline constexpr auto all = [](const storage::IndexProgress&) { return true; };
inline storage::Briefs sample_briefs(std::string_view summary) {
  return {"date of " + std::string(summary), "thread of " + std::string(summary)};
}
inline constexpr storage::Reason indexing{crypto::Cause::index, crypto::Actor::service()};

struct Indexed : Store {
  std::vector<std::string> headers, bodies;

  void add_texts(std::string header, std::string body, std::string_view to = "INBOX") {
    storage::NewMessage message;
    message.octets = "x";
    message.summary = "summary";
    message.header_text = header;
    message.body_text = body;
    headers.push_back(std::move(header));
    bodies.push_back(std::move(body));
    mailbox().append(folder(to), {message}, reading);
  }
  void add_numbered(std::size_t count) {
    std::vector<storage::NewMessage> messages;
    for (std::size_t n = 0; n < count; ++n) {
      auto message = sample_message("x");
      const auto number = std::to_string(headers.size());
      message.header_text = "subject: about " + number + "x\nfrom: ada@example.org\nx-a: b\n";
      message.body_text = "word" + number + " and more";
      headers.push_back(message.header_text);
      bodies.push_back(message.body_text);
      messages.push_back(std::move(message));
    }
    mailbox().append(folder(), std::move(messages), reading);
  }
  void index() { BOOST_TEST(mailbox().keep_index(all, sample_briefs, indexing)); }
  std::vector<storage::NeedleBits> told(const std::vector<storage::SearchNeedle>& needles,
                                        std::string_view in = "INBOX") {
    return mailbox().told_by_index(folder(in), entries(in), needles, reading);
  }
  std::vector<std::uint64_t> ruled_out(const std::vector<storage::SearchNeedle>& needles,
                                       std::string_view in = "INBOX") {
    std::vector<std::uint64_t> out;
    for (const auto& bits : told(needles, in)) out.push_back(bits.absent);
    return out;
  }
  std::size_t count_out(const std::string& body, std::string_view in = "INBOX") {
    const auto out = ruled_out({{storage::SearchNeedle::In::body, {body}}}, in);
    return static_cast<std::size_t>(std::ranges::count(out, 1U));
  }
  std::int64_t number(const std::string& sql) {
    storage::Connection connection(directory() / "search.db", storage::Connection::Mode::read);
    static std::string kept;  // the key of the prepared statement
    kept = sql;
    return connection.number(kept).value_or(-1);
  }
  void change_rows(const std::string& sql) {
    close();
    tamper(directory() / "search.db", sql);
    open();
  }
};

}  // namespace storage_test
