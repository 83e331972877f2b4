// What the client has enabled (RFC 5161), and what follows from it.

#include "imap/features.h"
#include "imap/modseq.h"
#include "imap/notifications.h"
#include "imap/session.h"

namespace imap {

bool Session::enabled(std::string_view extension) const {
  return enabled_.contains(std::string(extension));
}

void Session::enable(std::string extension) { enabled_.insert(std::move(extension)); }

// RFC 7162 3.1: whoever enables it with a folder selected learns where that folder stands.
void Session::enable_condstore() {
  if (enabled("CONDSTORE")) return;
  enable("CONDSTORE");
  if (view_) say("OK " + highest_modseq_code(view_->told_up_to()) + "Told up to here");
}

bool Session::is_rev2() const { return enabled("IMAP4rev2"); }
bool Session::is_uid_only() const { return enabled("UIDONLY"); }

NameForm Session::names() const {
  const bool has_utf8 = is_rev2() || enabled("UTF8=ACCEPT");
  return has_utf8 ? NameForm::utf8 : NameForm::modified_utf7;
}

// With MODSEQ there is always UID (RFC 7162 3.2.4), and in IMAP4rev2 (RFC 9051 7.5.2).
View::Form Session::form(bool by_uid) const {
  const bool condstore = enabled("CONDSTORE");
  const auto* notifications = features_->notifications.get();
  return {.uid = by_uid || condstore || is_rev2(),
          .modseq = condstore,
          .vanished = enabled("QRESYNC") || is_uid_only(),
          .recent = !is_rev2(),
          .uid_only = is_uid_only(),
          .arrivals = notifications == nullptr || notifications->tells_messages()};
}

}  // namespace imap
