#pragma once
// The handlers that command_table.cpp lists. What each does is RFC 5321 4.1.1 unless said
// otherwise.

#include <string_view>

#include "imap/sasl/mechanism.h"
#include "server/smtp/session.h"

namespace server::smtp {

Task<Reply> auth(Session&, std::string_view);  // auth.cpp
Task<Reply> bdat(Session&, std::string_view);  // bdat.cpp; RFC 3030
Task<Reply> data(Session&, std::string_view);  // data.cpp
Task<Reply> ehlo(Session&, std::string_view);  // hello.cpp; LHLO too
Task<Reply> helo(Session&, std::string_view);
Task<Reply> mail(Session&, std::string_view);  // transaction.cpp
Task<Reply> rcpt(Session&, std::string_view);
Task<Reply> rset(Session&, std::string_view);
Task<Reply> help(Session&, std::string_view);  // other.cpp
Task<Reply> noop(Session&, std::string_view);
Task<Reply> quit(Session&, std::string_view);
Task<Reply> vrfy(Session&, std::string_view);
Task<Reply> xclient(Session&, std::string_view);    // xclient.cpp
Task<Reply> start_tls(Session&, std::string_view);  // start_tls.cpp

// ---- shared by them
imap::sasl::Channel channel_of(const Session&);  // as SASL mechanisms see it now; auth.cpp

}  // namespace server::smtp
