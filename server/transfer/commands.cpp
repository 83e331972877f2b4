#include "server/transfer/commands.h"

#include <unistd.h>

#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "base/error.h"
#include "server/admin/client.h"
#include "server/http/client.h"
#include "server/transfer/exporter.h"
#include "server/transfer/importer.h"
#include "server/transfer/progress.h"

namespace server::transfer {
namespace {

namespace json = boost::json;

constexpr int some_skipped = 1;  // exit code

class SocketLink final : public Link {
 public:
  explicit SocketLink(std::filesystem::path socket) : socket_(std::move(socket)) {}

  void request(std::string_view method, const std::string& target, std::string_view body,
               const Sink& sink) override {
    const http::Request request{.method = std::string(method),
                                .target = target,
                                .headers = {},
                                .body = std::string(body),
                                .peer = {}};
    admin::require_success(http::ask_unix(socket_, request, sink));
  }

 private:
  std::filesystem::path socket_;
};

std::optional<Format> format_option(const admin::Invocation& call) {
  const auto name = call.find("--format");
  if (!name || *name == "auto") return {};
  if (const auto format = format_of(*name)) return format;
  throw Error(Fault::invalid, "there is no format " + *name, "use mbox, maildir or eml");
}

Progress::Show show_of(const admin::Invocation& call) {
  if (&call.streams.err == &std::cerr && isatty(STDERR_FILENO)) return Progress::Show::one_line;
  return call.has("--progress") ? Progress::Show::lines : Progress::Show::nothing;
}

std::string count(std::uint64_t number, std::string_view what) {
  return std::to_string(number) + ' ' + std::string(what) + (number == 1 ? "" : "s");
}

// ---- import

json::object described(const ImportResult& result, Mode mode) {
  json::array folders;
  for (const auto& folder : result.folders)
    folders.push_back({{"name", folder.name},
                       {"imported", folder.imported},
                       {"already_there", folder.already_there}});
  return {{"format", name_of(result.format)}, {"dry_run", mode == Mode::dry_run},
          {"imported", result.imported()},    {"already_there", result.already_there()},
          {"skipped", result.skipped},        {"keywords_dropped", result.keywords_dropped},
          {"folders", std::move(folders)}};
}

void tell(const admin::Invocation& call, const ImportResult& result, Mode mode) {
  auto& out = call.streams.out;
  if (call.format == admin::Format::json) {
    out << json::serialize(described(result, mode)) << "\n";
    return;
  }
  out << (mode == Mode::dry_run ? "would import " : "imported ")
      << count(result.imported(), "message") << " into " << count(result.folders.size(), "folder")
      << " (" << name_of(result.format) << ")\n";
  if (result.already_there() > 0)
    out << "already there: " << count(result.already_there(), "message") << "\n";
  if (result.skipped > 0) out << "skipped: " << result.skipped << "\n";
  if (result.keywords_dropped > 0)
    out << "left out: " << count(result.keywords_dropped, "keyword")
        << " (a mailbox has at most 128 different ones)\n";
}

int import_command(const admin::Invocation& call) {
  const Import what{.account = call.arguments[0],
                    .path = call.arguments[1],
                    .format = format_option(call),
                    .folder = call.find("--folder").value_or(""),
                    .mode = call.has("--dry-run") ? Mode::dry_run : Mode::import};
  SocketLink link(call.socket);
  const bool can_repeat = knows_what_is_there(link, what.account);
  if (!can_repeat)
    call.streams.err
        << "note: " << what.account
        << " is at end-to-end: mail that is there already is not recognised, and comes "
           "in again\n";
  Progress progress(call.streams.err, show_of(call));
  try {
    const auto result = import_mail(link, what, progress.observer());
    progress.finish();
    tell(call, result, what.mode);
    return result.skipped > 0 ? some_skipped : 0;
  } catch (const Error& error) {
    progress.finish();
    if (error.fault() != Fault::unavailable) throw;
    const auto before = error.hint().empty() ? "" : error.hint() + " Then ";
    throw Error(
        error.fault(), error.what(),
        before + (can_repeat ? "run the same command again: what is imported already is passed over"
                             : "see what has come in: a second run brings that again, since the "
                               "mailbox is at end-to-end"));
  }
}

// ---- export

void tell(const admin::Invocation& call, const ExportResult& result) {
  auto& out = call.streams.out;
  if (call.format == admin::Format::people) {
    out << "exported " << count(result.exported(), "message") << " of "
        << count(result.folders.size(), "folder") << "\n";
    if (result.skipped > 0) out << "skipped: " << result.skipped << "\n";
    return;
  }
  json::array folders;
  for (const auto& folder : result.folders)
    folders.push_back({{"name", folder.name}, {"exported", folder.exported}});
  out << json::serialize(json::object{{"exported", result.exported()},
                                      {"skipped", result.skipped},
                                      {"folders", std::move(folders)}})
      << "\n";
}

int export_command(const admin::Invocation& call) {
  const Export what{.account = call.arguments[0],
                    .directory = call.arguments[1],
                    .format = format_option(call).value_or(Format::maildir),
                    .folder = call.find("--folder").value_or("")};
  SocketLink link(call.socket);
  Progress progress(call.streams.err, show_of(call));
  const auto result = export_mail(link, what, progress.observer());
  progress.finish();
  tell(call, result);
  return result.skipped > 0 ? some_skipped : 0;
}

constexpr admin::Option import_options[] = {
    {"--format", "FORMAT", "auto, mbox, maildir or eml; auto if not given"},
    {"--folder", "NAME", "into this folder, and trees below it; else folders by their own names"},
    {"--dry-run", "", "only say what would be imported"},
    {"--progress", "", "tell how far it is, also when it is not on a terminal"},
};

constexpr admin::Option export_options[] = {
    {"--format", "FORMAT", "maildir or mbox (with flags), eml (without); maildir if not given"},
    {"--folder", "NAME", "only this folder and those below it"},
    {"--progress", "", "tell how far it is, also when it is not on a terminal"},
};

constexpr admin::Command table[] = {
    {.noun = "import",
     .verb = "",
     .arguments = "ACCOUNT PATH",
     .least = 2,
     .most = 2,
     .text = "mail from an mbox, a Maildir or .eml files; can be repeated, "
             "doubles nothing (but at end-to-end, where what is there is not recognised)",
     .example = "import ada@example.org /home/ada/Maildir --progress",
     .options = import_options,
     .run = import_command},
    {.noun = "export",
     .verb = "",
     .arguments = "ACCOUNT DIRECTORY",
     .least = 2,
     .most = 2,
     .text = "all mail, in the clear, into a new directory; the mailbox's "
             "owner sees that it was",
     .example = "export ada@example.org /srv/export/ada --format mbox",
     .options = export_options,
     .run = export_command},
};

}  // namespace

std::span<const admin::Command> commands() { return table; }

}  // namespace server::transfer
