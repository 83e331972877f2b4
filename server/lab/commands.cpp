#include "server/lab/commands.h"

#include <charconv>
#include <fstream>
#include <ostream>

#include "base/error.h"
#include "server/lab/attack.h"
#include "server/lab/page.h"
#include "server/lab/report.h"
#include "server/lab/text.h"
#include "server/process.h"

namespace server::lab {

namespace {

constexpr int differs = 1, broken = 1;  // exit codes; differs: or something was passed over

std::size_t samples_of(const admin::Invocation& call) {
  const auto text = call.find("--samples").value_or("0");
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count > 100)
    throw Error(Fault::invalid, "--samples is a number up to 100");
  return count;
}

void write_page(const std::string& file, const boost::json::object& report) {
  std::ofstream out(file, std::ios::binary);
  out << page_of(report) << std::flush;
  if (!out)
    throw Error(Fault::unavailable, "cannot write " + file,
                "--html wants a file in a directory of yours");
}

int lab(const admin::Invocation& call) {
  keep_files_private();
  const auto assets = assets_of(call);
  const auto report = report_on(assets, {samples_of(call), call.has("--lattice")});
  if (const auto file = call.find("--html")) write_page(*file, report);
  if (call.format == admin::Format::json)
    call.streams.out << report << "\n";
  else
    print_text(call.streams.out, report);
  return report.at("equal").as_bool() && report.at("passed_over").as_array().empty() ? 0 : differs;
}

int attack(const admin::Invocation& call) {
  const auto result = attacks_on(call);
  if (call.format == admin::Format::json)
    call.streams.out << result << "\n";
  else
    print_attacks(call.streams.out, result);
  return result.at("held").as_bool() ? 0 : broken;
}

// clang-format off
constexpr admin::Option attack_options[] = {
    {"--service-keys", "DIR", "the service keys: to judge by, and to carve with"},
    {"--vault-a", "DIR", "the directory of the vault of root A, likewise"},
    {"--vault-b", "DIR", "the directory of the vault of root B, likewise"},
    {"--backup", "DIR", "the data directory of an earlier day, to roll back to"},
    {"--canary", "TEXT", "a text that was sent and must not be found"},
    {"--rounds", "NUMBER", "how many rows are altered; else 200"},
    {"--seed", "NUMBER", "which ones; else 1"},
    {"--memory-dump", "FILE", "look for keys in it"},
    {"--pid", "NUMBER", "or in the memory of this running server; wants root"},
};

constexpr admin::Option options[] = {
    {"--service-keys", "DIR", "the service keys were taken, too"},
    {"--vault-a", "DIR", "the directory of the vault of root A"},
    {"--vault-b", "DIR", "the directory of the vault of root B"},
    {"--memory-dump", "FILE", "the memory of the server's process, as octets"},
    {"--backup", "DIR", "a copy of the data directory of another day"},
    {"--password", "ACCOUNT:FILE", "a user's password"},
    {"--admin", "", "a role on the admin socket; what it gives is only said"},
    {"--admin-socket", "PATH", "the same, and the running server is asked to read every mailbox, which is on record there"},
    {"--html", "FILE", "write the report as one page, with a picture of the boundary"},
    {"--samples", "NUMBER", "show so many subjects of each mailbox that opens; else none"},
    {"--lattice", "", "also each subset of the assets given"},
};

constexpr admin::Command table[] = {
    {"lab", "", "COPY", 1, 1,
     "what a thief reads of a copied data directory with what else he has: predicted, and really read",
     "lab /tmp/stolen --service-keys /tmp/stolen-keys --vault-a /tmp/stolen-vault", options, lab},
    {"lab", "attack", "COPY", 1, 1, "scan, alter, roll back, carve and search the memory, on a throw-away copy: what held?",
     "lab attack /tmp/stolen --service-keys /srv/keys --canary 'a word of a letter'", attack_options, attack},
};
// clang-format on

}  // namespace

std::span<const admin::Command> commands() { return table; }

}  // namespace server::lab
