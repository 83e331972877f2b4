#include "server/lab/elsewhere.h"

#include <algorithm>

#include "base/error.h"
#include "server/admin/client.h"
#include "server/http/target.h"

namespace server::lab {

namespace {

namespace json = boost::json;

// Whose roots have all denied: the running server would refuse it, to an admin too.
bool is_denied(const Clear& clear, const StoredMailbox& mailbox) {
  return std::ranges::all_of(clear.wraps, [&](const DepWrap& wrap) {
    return wrap.dep != mailbox.dep || wrap.version != mailbox.version || wrap.slot == 2 ||
           std::ranges::any_of(clear.denials, [&](const Denial& denial) {
             return denial.dep == wrap.dep && denial.kid == wrap.kid;
           });
  });
}

json::array predicted(const Clear& clear) {
  json::array all;
  for (const auto& mailbox : clear.mailboxes)
    all.push_back({{"mailbox", mailbox.id},
                   {"messages", is_denied(clear, mailbox) ? json::value("denied")
                                                          : json::value(mailbox.message.size())}});
  return all;
}

json::object asked(const std::filesystem::path& socket, std::string_view account) {
  json::object line{{"account", account}};
  try {
    const auto target = "/v1/transfer/" + http::percent_encoded(account) + "/readable";
    const auto answer = admin::ask(socket, "GET", target);
    line["messages"] = answer.at("messages");
    line["octets"] = answer.at("octets");
  } catch (const Error& error) {
    line["refused"] = error.what();
  }
  return line;
}

json::array asked(const std::filesystem::path& socket) {
  json::array all;
  const auto answer = admin::ask(socket, "GET", "/v1/accounts");
  for (const auto& account : answer.at("accounts").as_array())
    all.push_back(asked(socket, account.at("name").as_string()));
  return all;
}

json::object of_admin(const Assets& assets, const Clear& clear) {
  constexpr std::string_view text =
      "An admin's role opens nothing of the copy. At the running server `sealpost export` gives "
      "every mailbox whose roots unwrap; each reading is a crossing in the mailbox's ledger and a "
      "record in the audit log.";
  return {{"asset", "admin"},
          {"text", text},
          {"done", assets.admin_socket.has_value()},
          {"mailboxes", assets.admin_socket ? asked(*assets.admin_socket) : predicted(clear)}};
}

json::object of_password(const Password& password) {
  return {{"asset", "password"},
          {"text", "The password of " + password.account +
                       " opens nothing of the copy: login secrets are no input to any key. At the "
                       "running server it gives that one mailbox, and what others share with it, "
                       "as long as the roots unwrap."},
          {"done", false},
          {"mailboxes", json::array()}};
}

}  // namespace

json::array elsewhere(const Assets& assets, const Clear& clear) {
  json::array all;
  if (assets.admin) all.push_back(of_admin(assets, clear));
  if (assets.password) all.push_back(of_password(*assets.password));
  return all;
}

}  // namespace server::lab
