#include <fstream>
#include <iterator>
#include <ostream>

#include "base/error.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

constexpr std::size_t certificate_limit = 64 * 1024;  // octets

std::string target_of(const Invocation& call, std::string_view kind) {
  return "/v1/accounts/" + http::percent_encoded(call.arguments[0]) + '/' + std::string(kind);
}

int add_app_password(const Invocation& call) {
  boost::json::object body{{"name", call.needed("--name")}};
  if (const auto scope = call.find("--scope")) body["scope"] = *scope;
  print(call, ask(call.socket, "POST", target_of(call, "app-passwords"), body));
  if (call.format == Format::people)
    call.streams.err << "The secret is shown this once: it is stored as a hash.\n";
  return 0;
}

int list_app_passwords(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", target_of(call, "app-passwords")), "appPasswords",
             {"name", "scope", "created", "lastUse"});
  return 0;
}

int remove_app_password(const Invocation& call) {
  print(call, ask(call.socket, "DELETE",
                  target_of(call, "app-passwords/") + http::percent_encoded(call.arguments[1])));
  return 0;
}

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw Error(Fault::not_found, file + ": cannot be read", "is it there, and may you read it?");
  std::string text(certificate_limit, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const auto begin = text.find("-----BEGIN CERTIFICATE-----");
  if (begin == text.npos)
    throw Error(Fault::invalid, file + ": holds no certificate", "give it in PEM");
  return text.substr(begin);
}

int add_certificate(const Invocation& call) {
  const auto file = call.find("--file"), fingerprint = call.find("--fingerprint");
  if (file.has_value() == fingerprint.has_value())
    throw Error(Fault::invalid, "which certificate?", "give --file or --fingerprint");
  print(call, ask(call.socket, "POST", target_of(call, "certificates"),
                  {{"name", call.find("--name").value_or("certificate")},
                   {"certificate", file ? contents(*file) : *fingerprint}}));
  return 0;
}

int list_certificates(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", target_of(call, "certificates")), "certificates",
             {"name", "fingerprint", "created", "lastUse"});
  return 0;
}

int remove_certificate(const Invocation& call) {
  print(call, ask(call.socket, "DELETE",
                  target_of(call, "certificates/") + http::percent_encoded(call.arguments[1])));
  return 0;
}

constexpr Option app_password_options[] = {
    {"--name", "TEXT", "what it is for: a device, a program"},
    {"--scope", "imap|smtp|all", "what it opens; without it: all"},
};
constexpr Option certificate_options[] = {
    {"--file", "PATH", "the certificate, in PEM"},
    {"--fingerprint", "SHA256", "or its fingerprint, 64 hexadecimal digits"},
    {"--name", "TEXT", "what it is for"},
};

// clang-format off
constexpr Command table[] = {
    {"account", "app-password add", "NAME", 1, 1,
     "make a password for one device or program; it stays when the account's own is changed",
     "account app-password add ada@example.org --name phone --scope imap", app_password_options, add_app_password},
    {"account", "app-password list", "NAME", 1, 1, "what there is, and when it was last used, to the hour",
     "account app-password list ada@example.org", {}, list_app_passwords},
    {"account", "app-password remove", "NAME TEXT", 2, 2, "take one away; the sessions that it opened end",
     "account app-password remove ada@example.org phone", {}, remove_app_password},
    {"account", "certificate add", "NAME", 1, 1,
     "let whoever has the key of this client certificate log in as the account ([tls] client_ca must have signed it)",
     "account certificate add ada@example.org --file ada.crt", certificate_options, add_certificate},
    {"account", "certificate list", "NAME", 1, 1, "the certificates registered for it",
     "account certificate list ada@example.org", {}, list_certificates},
    {"account", "certificate remove", "NAME SHA256", 2, 2, "and no longer; the sessions that it opened end",
     "account certificate remove ada@example.org FINGERPRINT", {}, remove_certificate},
};
// clang-format on

}  // namespace

std::span<const Command> credential_commands() { return table; }

}  // namespace server::admin
