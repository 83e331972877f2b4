#pragma once
// The handlers of all commands; each in the file of its name. Always in this order: parse to the
// end, do one thing, say, reply. They throw BadSyntax (BAD) and Error (NO); imap::Session makes
// replies of these and announces what is due.

#include "imap/session.h"

namespace imap::commands {

// Any time
Task<Reply> capability(Session&, Request&);
Task<Reply> id(Session&, Request&);
Task<Reply> logout(Session&, Request&);
Task<Reply> noop(Session&, Request&);

// Before login
Task<Reply> authenticate(Session&, Request&);
Task<Reply> login(Session&, Request&);
Task<Reply> starttls(Session&, Request&);

// Folders
Task<Reply> append(Session&, Request&);
Task<Reply> compress(Session&, Request&);
Task<Reply> create(Session&, Request&);
Task<Reply> delete_(Session&, Request&);
Task<Reply> delete_acl(Session&, Request&);
Task<Reply> enable(Session&, Request&);
Task<Reply> esearch(Session&, Request&);
Task<Reply> examine(Session&, Request&);
Task<Reply> gen_url_auth(Session&, Request&);
Task<Reply> get_acl(Session&, Request&);
Task<Reply> get_metadata(Session&, Request&);
Task<Reply> get_quota(Session&, Request&);
Task<Reply> get_quota_root(Session&, Request&);
Task<Reply> idle(Session&, Request&);
Task<Reply> list(Session&, Request&);
Task<Reply> list_rights(Session&, Request&);
Task<Reply> lsub(Session&, Request&);
Task<Reply> my_rights(Session&, Request&);
Task<Reply> namespace_(Session&, Request&);
Task<Reply> notify(Session&, Request&);
Task<Reply> rename(Session&, Request&);
Task<Reply> reset_key(Session&, Request&);
Task<Reply> select(Session&, Request&);
Task<Reply> set_acl(Session&, Request&);
Task<Reply> set_metadata(Session&, Request&);
Task<Reply> set_quota(Session&, Request&);
Task<Reply> status(Session&, Request&);
Task<Reply> subscribe(Session&, Request&);
Task<Reply> unauthenticate(Session&, Request&);
Task<Reply> unsubscribe(Session&, Request&);
Task<Reply> url_fetch(Session&, Request&);

// In a selected folder; those with a UID form serve both (Request::by_uid)
Task<Reply> cancel_update(Session&, Request&);
Task<Reply> check(Session&, Request&);
Task<Reply> close(Session&, Request&);
Task<Reply> copy(Session&, Request&);
Task<Reply> expunge(Session&, Request&);
Task<Reply> fetch(Session&, Request&);
Task<Reply> move(Session&, Request&);
Task<Reply> replace(Session&, Request&);
Task<Reply> search(Session&, Request&);
Task<Reply> sort(Session&, Request&);
Task<Reply> store(Session&, Request&);
Task<Reply> thread(Session&, Request&);
Task<Reply> unselect(Session&, Request&);

}  // namespace imap::commands
