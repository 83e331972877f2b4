#include "server/protection/commands.h"

#include <fstream>
#include <iterator>
#include <ostream>

#include "base/error.h"
#include "crypto/recipient_certificate.h"
#include "policy/protection.h"
#include "server/admin/client.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::protection {

namespace json = boost::json;

namespace {

using admin::Invocation;
using admin::Option;

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw Error(Fault::not_found, file + " cannot be read", "name a certificate, in PEM or DER");
  std::string text(2 * crypto::certificate_size_limit, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::string as_pem(const std::string& file) {
  try {
    return crypto::pem_of(crypto::recipient_certificate(bytes_of(contents(file))));
  } catch (const Error& error) {
    throw Error(error.fault(), file + ": " + error.what(), error.hint());
  }
}

// A list a line: these are sentences.
void print_effects(const Invocation& call, json::object answer) {
  const auto take = [&](const char* name) {
    json::array list = answer.at(name).as_array();
    answer.erase(name);
    return list;
  };
  const auto gained = take("gained"), lost = take("lost");
  admin::print(call, answer);
  for (const auto& [title, list] : {std::pair("gained", gained), std::pair("lost", lost)})
    for (const auto& one : list)
      call.streams.out << title << ": " << one.as_string().c_str() << "\n";
}

// How many there may be is the server's to say.
void require_certificates(const std::string& level, std::size_t files) {
  if (level == name_of(policy::Level::end_to_end) && files == 0)
    throw Error(Fault::invalid, "end-to-end wants the certificates of the mailbox's owner",
                "name their files: sealpost mailbox protect ACCOUNT end-to-end FILE...");
  if (level == "off" && files != 0)
    throw Error(Fault::invalid, "off takes no certificates", "leave the files out");
}

int protect(const Invocation& call) {
  const auto& level = call.arguments[1];
  require_certificates(level, call.arguments.size() - 2);
  json::array certificates;
  for (std::size_t n = 2; n < call.arguments.size(); ++n)
    certificates.emplace_back(as_pem(call.arguments[n]));
  json::object body{{"level", level}};
  if (!certificates.empty()) body["certificates"] = std::move(certificates);
  const bool is_meant = call.has("--yes") && !call.has("--dry-run");
  if (!is_meant) body["dry_run"] = true;
  const auto answer =
      admin::ask(call.socket, "PUT",
                 "/v1/mailboxes/" + http::percent_encoded(call.arguments[0]) + "/protection", body);
  if (call.format == admin::Format::json)
    admin::print(call, answer);
  else
    print_effects(call, answer.as_object());
  if (is_meant || call.has("--dry-run")) return 0;
  throw Error(Fault::invalid, "nothing was changed: this is what it would do",
              "add --yes if that is what you want");
}

constexpr Option options[] = {
    {"--yes", "", "do it; without it, what would be gained and lost is printed, and nothing done"},
    {"--dry-run", "", "print what would be gained and lost, and change nothing"},
};

// clang-format off
constexpr admin::Command table[] = {
    {"mailbox", "protect", "ACCOUNT end-to-end|off [CERTIFICATE...]", 2, admin::any_number,
     "have its mail encrypted to these S/MIME certificates (files) before it is stored, so that not even the server reads it",
     "mailbox protect ada@example.org end-to-end ada.pem --dry-run", options, protect},
};
// clang-format on

}  // namespace

std::span<const admin::Command> commands() { return table; }

}  // namespace server::protection
