// The one list of commands, and when each is allowed. Sorted by name.

#include <algorithm>

#include "imap/commands/commands.h"
#include "imap/session.h"

namespace imap {

namespace {

constexpr auto always = State::not_authenticated;
constexpr auto after_login = State::authenticated;
constexpr auto in_folder = State::selected;
constexpr bool before_login_only = true;
constexpr bool any_time = false;
constexpr auto held = View::Expunges::hold;  // RFC 3501 7.4.1
constexpr std::nullopt_t nothing = std::nullopt;

constexpr Command table[] = {
    {"APPEND", after_login, commands::append},                            // 6.3.11, RFC 4315
    {"AUTHENTICATE", always, commands::authenticate, before_login_only},  // RFC 3501 6.2.2
    {"CANCELUPDATE", in_folder, commands::cancel_update},                 // RFC 5267 4.3.5
    {"CAPABILITY", always, commands::capability},                         // 6.1.1
    {"CHECK", in_folder, commands::check},                                // 6.4.1
    {"CLOSE", in_folder, commands::close},                                // 6.4.2
    {"COMPRESS", after_login, commands::compress},                        // RFC 4978
    {"COPY", in_folder, commands::copy},                                  // 6.4.7, RFC 4315
    {"CREATE", after_login, commands::create},                            // 6.3.3, RFC 6154
    {"DELETE", after_login, commands::delete_},                           // 6.3.4
    {"DELETEACL", after_login, commands::delete_acl},                     // RFC 4314 3.2
    {"ENABLE", after_login, commands::enable},                            // RFC 5161
    {"ESEARCH", after_login, commands::esearch},                          // RFC 7377
    {"EXAMINE", after_login, commands::examine, any_time, nothing},       // 6.3.2
    {"EXPUNGE", in_folder, commands::expunge},                            // 6.4.3
    {"FETCH", in_folder, commands::fetch, any_time, held},                // 6.4.5
    {"GENURLAUTH", after_login, commands::gen_url_auth},                  // RFC 4467 section 7
    {"GETACL", after_login, commands::get_acl},                           // RFC 4314 3.3
    {"GETMETADATA", after_login, commands::get_metadata},                 // RFC 5464 4.2
    {"GETQUOTA", after_login, commands::get_quota},                       // RFC 9208 4.1.1
    {"GETQUOTAROOT", after_login, commands::get_quota_root},              // RFC 9208 4.1.2
    {"ID", always, commands::id},                                         // RFC 2971
    {"IDLE", after_login, commands::idle},                                // RFC 2177
    {"LIST", after_login, commands::list},                                // 6.3.8, RFC 5258
    {"LISTRIGHTS", after_login, commands::list_rights},                   // RFC 4314 3.4
    {"LOGIN", always, commands::login, before_login_only},                // 6.2.3
    {"LOGOUT", always, commands::logout},                                 // 6.1.3
    {"LSUB", after_login, commands::lsub},                                // 6.3.9
    {"MOVE", in_folder, commands::move},                                  // RFC 6851
    {"MYRIGHTS", after_login, commands::my_rights},                       // RFC 4314 3.5
    {"NAMESPACE", after_login, commands::namespace_},                     // RFC 2342
    {"NOOP", always, commands::noop},                                     // 6.1.2
    {"NOTIFY", after_login, commands::notify},                            // RFC 5465
    {"RENAME", after_login, commands::rename},                            // 6.3.5
    {"REPLACE", in_folder, commands::replace},                            // RFC 8508
    {"RESETKEY", after_login, commands::reset_key},                       // RFC 4467 section 7
    {"SEARCH", in_folder, commands::search, any_time, held},              // 6.4.4
    {"SELECT", after_login, commands::select, any_time, nothing},         // 6.3.1
    {"SETACL", after_login, commands::set_acl},                           // RFC 4314 3.1
    {"SETMETADATA", after_login, commands::set_metadata},                 // RFC 5464 4.3
    {"SETQUOTA", after_login, commands::set_quota},                       // RFC 9208 4.1.3
    {"SORT", in_folder, commands::sort, any_time, held},                  // RFC 5256
    {"STARTTLS", always, commands::starttls, before_login_only},          // 6.2.1
    {"STATUS", after_login, commands::status},                            // 6.3.10
    {"STORE", in_folder, commands::store, any_time, held},                // 6.4.6
    {"SUBSCRIBE", after_login, commands::subscribe},                      // 6.3.6
    {"THREAD", in_folder, commands::thread, any_time, held},              // RFC 5256
    {"UID COPY", in_folder, commands::copy},                              // 6.4.8
    {"UID EXPUNGE", in_folder, commands::expunge},                        // RFC 4315 2.1
    {"UID FETCH", in_folder, commands::fetch},                            // 6.4.8
    {"UID MOVE", in_folder, commands::move},                              // RFC 6851
    {"UID REPLACE", in_folder, commands::replace},                        // RFC 8508
    {"UID SEARCH", in_folder, commands::search},                          // 6.4.8
    {"UID SORT", in_folder, commands::sort},                              // RFC 5256
    {"UID STORE", in_folder, commands::store},                            // 6.4.8
    {"UID THREAD", in_folder, commands::thread},                          // RFC 5256
    {"UNAUTHENTICATE", after_login, commands::unauthenticate},            // RFC 8437
    {"UNSELECT", in_folder, commands::unselect},                          // RFC 3691
    {"UNSUBSCRIBE", after_login, commands::unsubscribe},                  // 6.3.7
    {"URLFETCH", after_login, commands::url_fetch},                       // RFC 4467 section 7
};

static_assert(std::is_sorted(std::begin(table), std::end(table),
                             [](const Command& a, const Command& b) { return a.name < b.name; }));

}  // namespace

const Command* find_command(std::string_view name) {
  const auto found = std::lower_bound(
      std::begin(table), std::end(table), name,
      [](const Command& command, std::string_view sought) { return command.name < sought; });
  return found != std::end(table) && found->name == name ? &*found : nullptr;
}

}  // namespace imap
