#include "imap/capabilities.h"

#include "imap/logging_in.h"
#include "policy/quota_admins.h"

namespace imap {
namespace {

bool always(const Moment&) { return true; }
bool before_login(const Moment& now) { return now.state == State::not_authenticated; }
bool after_login(const Moment& now) { return !before_login(now); }
bool in_clear(const Moment& now) { return before_login(now) && now.tls_offered; }
bool not_here(const Moment& now) { return before_login(now) && !now.login_here; }
bool shares(const Moment& now) { return after_login(now) && now.backend.sharing != nullptr; }
bool sets_quotas(const Moment& now) { return after_login(now) && now.sets_quotas; }
bool authorizes(const Moment& now) { return after_login(now) && now.backend.url_access != nullptr; }
bool uncompressed(const Moment& now) { return after_login(now) && !now.compressed; }

bool offers(const Moment& now, std::string_view mechanism) {
  return before_login(now) && sasl::find_mechanism(mechanism)->is_offered(now.channel);
}
bool plain(const Moment& now) { return offers(now, "PLAIN"); }
bool login(const Moment& now) { return offers(now, "LOGIN"); }
bool scram(const Moment& now) { return offers(now, "SCRAM-SHA-256"); }
bool scram_plus(const Moment& now) { return offers(now, "SCRAM-SHA-256-PLUS"); }
bool external(const Moment& now) { return offers(now, "EXTERNAL"); }
bool oauth_bearer(const Moment& now) { return offers(now, "OAUTHBEARER"); }
bool xoauth2(const Moment& now) { return offers(now, "XOAUTH2"); }

std::string message_limit(const Backend& backend) { return std::to_string(backend.limits.message); }

struct Capability {
  std::string_view name;
  bool (*is_true)(const Moment&);
  std::string (*value)(const Backend&) = nullptr;  // follows a "="
};

// What is announced, true at each moment (behaviour 36). One line each: imap/COMMANDS.md lists
// them, too.
constexpr Capability table[] = {
    {"IMAP4rev1", always},                        // RFC 3501
    {"IMAP4rev2", always},                        // RFC 9051
    {"LITERAL+", after_login},                    // RFC 7888
    {"LITERAL-", before_login},                   // section 5: strangers get small literals
    {"SASL-IR", always},                          // RFC 4959
    {"ID", always},                               // RFC 2971
    {"ENABLE", always},                           // RFC 5161
    {"IDLE", always},                             // RFC 2177
    {"NAMESPACE", after_login},                   // RFC 2342
    {"UIDPLUS", after_login},                     // RFC 4315
    {"MOVE", after_login},                        // RFC 6851
    {"UNSELECT", after_login},                    // RFC 3691
    {"CHILDREN", after_login},                    // RFC 3348
    {"LIST-EXTENDED", after_login},               // RFC 5258
    {"LIST-STATUS", after_login},                 // RFC 5819
    {"SPECIAL-USE", after_login},                 // RFC 6154
    {"CREATE-SPECIAL-USE", after_login},          // RFC 6154
    {"STATUS=SIZE", after_login},                 // RFC 8438
    {"ESEARCH", after_login},                     // RFC 4731
    {"SEARCHRES", after_login},                   // RFC 5182
    {"WITHIN", after_login},                      // RFC 5032
    {"PARTIAL", after_login},                     // RFC 9394
    {"SORT", after_login},                        // RFC 5256
    {"SORT=DISPLAY", after_login},                // RFC 5957
    {"ESORT", after_login},                       // RFC 5267
    {"THREAD=REFERENCES", after_login},           // RFC 5256
    {"THREAD=REFS", after_login},                 // draft-ietf-morg-inthread
    {"THREAD=ORDEREDSUBJECT", after_login},       // RFC 5256
    {"I18NLEVEL=1", after_login},                 // RFC 5255
    {"MULTIAPPEND", after_login},                 // RFC 3502
    {"SAVEDATE", after_login},                    // RFC 8514
    {"BINARY", after_login},                      // RFC 3516
    {"CATENATE", after_login},                    // RFC 4469
    {"URL-PARTIAL", after_login},                 // RFC 5550
    {"URLAUTH", authorizes},                      // RFC 4467
    {"REPLACE", after_login},                     // RFC 8508
    {"ACL", shares},                              // RFC 4314
    {"RIGHTS=kxte", shares},                      // 2.2
    {"LIST-MYRIGHTS", shares},                    // RFC 8440
    {"METADATA", after_login},                    // RFC 5464
    {"LIST-METADATA", after_login},               // RFC 9590
    {"QUOTA", after_login},                       // RFC 9208
    {"QUOTA=RES-STORAGE", after_login},           // 5.1
    {"QUOTA=RES-MESSAGE", after_login},           // 5.2
    {"QUOTA=RES-MAILBOX", after_login},           // 5.3
    {"QUOTASET", sets_quotas},                    // 4.1.3
    {"CONDSTORE", after_login},                   // RFC 7162
    {"QRESYNC", after_login},                     // RFC 7162
    {"SEARCH=FUZZY", after_login},                // RFC 6203
    {"MULTISEARCH", after_login},                 // RFC 7377
    {"CONTEXT=SEARCH", after_login},              // RFC 5267
    {"CONTEXT=SORT", after_login},                // RFC 5267
    {"NOTIFY", after_login},                      // RFC 5465
    {"APPENDLIMIT", after_login, message_limit},  // RFC 7889
    {"OBJECTID", after_login},                    // RFC 8474
    {"PREVIEW", after_login},                     // RFC 8970
    {"UIDONLY", after_login},                     // RFC 9586
    {"UTF8=ACCEPT", after_login},                 // RFC 6855
    {"INPROGRESS", after_login},                  // RFC 9585
    {"UNAUTHENTICATE", after_login},              // RFC 8437
    {"COMPRESS=DEFLATE", uncompressed},           // RFC 4978
    {"STARTTLS", in_clear},                       // RFC 3501 6.2.1
    {"AUTH=PLAIN", plain},                        // RFC 4616
    {"AUTH=LOGIN", login},                        // draft-murchison-sasl-login
    {"AUTH=SCRAM-SHA-256", scram},                // RFC 7677
    {"AUTH=SCRAM-SHA-256-PLUS", scram_plus},      // RFC 7677
    {"AUTH=EXTERNAL", external},                  // RFC 4422 appendix A
    {"AUTH=OAUTHBEARER", oauth_bearer},           // RFC 7628
    {"AUTH=XOAUTH2", xoauth2},                    // as Google and Microsoft speak it
    {"LOGINDISABLED", not_here},                  // RFC 3501 6.2.3
};

}  // namespace

std::string announced(const Moment& now) {
  std::string list;
  for (const auto& capability : table) {
    const auto& withheld = now.backend.withheld;
    if (!capability.is_true(now) || is_withheld(capability.name, now.client, withheld)) continue;
    if (!list.empty()) list += ' ';
    list += capability.name;
    if (capability.value != nullptr) list += '=' + capability.value(now.backend);
  }
  return list;
}

bool Session::announces(std::string_view capability) const {
  return (' ' + capabilities() + ' ').find(' ' + std::string(capability) + ' ') !=
         std::string::npos;
}

std::string Session::capabilities() const {
  auto client = client_;
  if (account_) client.account = account_->name;
  const auto channel = channel_of(*this);
  return announced({.state = state_,
                    .tls_offered = backend_.tls != nullptr && !stream_.is_tls(),
                    .compressed = stream_.is_compressed(),
                    .login_here = may_log_in_here(),
                    .sets_quotas = account_ && backend_.quota_admins != nullptr &&
                                   backend_.quota_admins->has(*account_),
                    .channel = channel,
                    .backend = backend_,
                    .client = client});
}

}  // namespace imap
