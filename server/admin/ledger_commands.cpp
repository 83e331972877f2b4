// `sealpost ledger`: over the admin socket; `ledger verify` from a file alone.

#include <signal.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <thread>

#include "base/error.h"
#include "policy/purge_certificate.h"
#include "policy/signed_text.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/ledger_json.h"
#include "server/admin/output.h"
#include "server/http/client.h"

namespace server::admin {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto look_interval = 400ms;
constexpr auto pause = 50ms;  // until an interrupt is noticed
constexpr std::uintmax_t file_limit = std::uintmax_t{4} << 30;

constexpr std::string_view filters[] = {"dep", "cause", "class", "by", "since", "until"};

class Query {
 public:
  explicit Query(std::string path) : text_(std::move(path)) {}
  Query& add(std::string_view name, std::string_view value) {
    text_ += (text_.find('?') == std::string::npos ? '?' : '&') + std::string(name) + '=' +
             http::percent_encoded(value);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Query query_of(const Invocation& call, std::string path) {
  Query query(std::move(path));
  if (!call.arguments.empty()) query.add("mailbox", call.arguments[0]);
  for (const auto name : filters)
    if (const auto value = call.find("--" + std::string(name))) query.add(name, *value);
  return query;
}

// ---- live

std::atomic<bool> interrupted{false};

// Ctrl-C ends it well: between two looks.
class Interrupts {
 public:
  Interrupts() {
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = true; };
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  }
  // False: interrupted.
  bool wait(std::chrono::milliseconds time) const {
    const auto until = std::chrono::steady_clock::now() + time;
    while (!interrupted && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(pause);
    return !interrupted;
  }
};

void tell(const Invocation& call, const json::object& news) {
  auto& out = call.streams.out;
  if (call.format == Format::json) {
    out << news << std::endl;
    return;
  }
  const auto text = [&](std::string_view name) {
    const auto& value = news.at(name);
    return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
  };
  const auto& account = news.at("account");
  out << text("time") << "  "
      << (account.is_null() ? "mailbox " + text("mailbox") : text("account")) << "  "
      << text("cause") << "  " << text("class") << "  " << text("actor") << "  "
      << text("operations") << " opened, " << text("bytes") << " octets, " << text("opaqueBytes")
      << " of them opaque" << std::endl;
}

int follow(const Invocation& call) {
  const Interrupts interrupts;
  auto answer = ask(call.socket, "GET", query_of(call, "/v1/ledger-news").text());
  while (interrupts.wait(look_interval)) {
    auto query = query_of(call, "/v1/ledger-news");
    query.add("after", json::serialize(answer.at("next")));
    answer = ask(call.socket, "GET", query.text());
    if (const auto missed = answer.at("missed").to_number<std::uint64_t>())
      call.streams.err << missed << " lines were too many at once, and are left out\n";
    for (const auto& one : answer.at("news").as_array()) tell(call, one.as_object());
  }
  return 0;
}

// ---- what there is

void print_csv(const Invocation& call, const json::value& answer,
               const std::vector<std::string_view>& members) {
  call.streams.out << csv_line(std::vector<std::string>(members.begin(), members.end()));
  for (const auto& row : answer.at("rows").as_array())
    call.streams.out << csv_line(row.as_object(), members);
}

int show(const Invocation& call) {
  if (call.has("--csv") && (call.format == Format::json || call.has("--follow")))
    throw Error(Fault::invalid, "--csv goes with neither --json nor --follow", "leave one out");
  if (call.has("--follow")) return follow(call);
  const auto answer = ask(call.socket, "GET", query_of(call, "/v1/ledger").text());
  std::vector<std::string_view> members;
  for (const auto& member : answer.at("columns").as_array())
    members.emplace_back(member.as_string());
  if (call.has("--csv")) {
    print_csv(call, answer, members);
  } else {
    print_list(call, answer, "rows", members);
  }
  return 0;
}

int export_rows(const Invocation& call) {
  auto query = query_of(call, "/v1/ledger-export");
  if (const auto format = call.find("--format")) query.add("format", *format);
  const http::Request request{
      .method = "GET", .target = query.text(), .headers = {}, .body = {}, .peer = {}};
  const auto file = call.find("--out");
  std::ofstream to_file;
  auto& out = file ? to_file : call.streams.out;
  require_success(http::ask_unix(call.socket, request, [&](std::string_view piece) {
    if (file && !to_file.is_open())
      to_file.open(*file, std::ios::binary);  // what was there stays till then
    out << piece;
    if (!out)
      throw Error(Fault::unavailable, "cannot write " + file.value_or("the export"),
                  "is there room, and may you write there?");
  }));
  out.flush();
  if (!out)
    throw Error(Fault::unavailable, "cannot write " + file.value_or("the export"),
                "is there room, and may you write there?");
  return 0;
}

std::string contents(const std::string& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  std::ifstream in(file, std::ios::binary);
  if (failure || !in)
    throw Error(Fault::not_found, file + " cannot be read",
                "name the file that `sealpost ledger export` wrote");
  if (size > file_limit)
    throw Error(Fault::too_big, file + " is too large to be an export",
                "name the file that `sealpost ledger export` wrote");
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// Of the file alone; no server is asked.
int verify(const Invocation& call) {
  const auto found = policy::checked_signature(contents(call.arguments[0]));
  const auto expected = call.find("--public-key");
  const bool other = expected && from_hex(*expected) != found.public_key;
  json::object answer{{"verdict", !found.whole ? "altered"
                                  : other      ? "signed by another key"
                                               : "valid"},
                      {"publicKey", to_hex(found.public_key)},
                      {"fingerprint", policy::fingerprint_of(found.public_key)}};
  if (!expected)
    answer["compare"] = "the fingerprint with that of `sealpost purge public-key` at its server";
  print(call, answer);
  return found.whole && !other ? 0 : 1;
}

constexpr Option dep = {"--dep", "NAME", "under this DEP, by name or number"};
constexpr Option cause = {"--cause", "CAUSE",
                          "fetch, search, sort, preview, index, deliver, copy, export, rewrap, "
                          "integrity or lab"};
constexpr Option kind = {"--class", "user|system", "by users, or by the service itself"};
constexpr Option by = {"--by", "COLUMNS",
                       "mailbox, dep, cause, class, actor, hour, day; several with commas"};
constexpr Option since = {"--since", "TIME", "from then on: 2026-11-24 or 2026-11-24T08:00 (UTC)"};
constexpr Option until = {"--until", "TIME", "before then; both in whole hours"};

constexpr Option show_options[] = {
    dep,
    cause,
    kind,
    by,
    since,
    until,
    {"--csv", "", "comma-separated values"},
    {"--follow", "", "what is opened from now on, until Ctrl-C; with --json an object a line"}};
constexpr Option export_options[] = {dep,
                                     cause,
                                     kind,
                                     by,
                                     since,
                                     until,
                                     {"--format", "jsonl|csv", "jsonl if not given"},
                                     {"--out", "FILE", "where to write it; else it is printed"}};
constexpr Option verify_options[] = {
    {"--public-key", "HEX",
     "the key that it must be signed with, as `purge public-key` printed it"}};

// clang-format off
constexpr Command table[] = {
    {"ledger", "", "[MAILBOX]", 0, 1, "how often mail was opened, how much of it, why and for whom",
     "ledger ada@example.org --by day,actor,cause --since 2026-11-24", show_options, show},
    {"ledger", "export", "[MAILBOX]", 0, 1, "all of that, signed, for an auditor",
     "ledger export --format csv --out ledger.csv", export_options, export_rows},
    {"ledger", "verify", "FILE", 1, 1, "is an export as it was signed, and by whom? Asks no server",
     "ledger verify ledger.csv", verify_options, verify},
};
// clang-format on

}  // namespace

std::span<const Command> ledger_commands() { return table; }

}  // namespace server::admin
