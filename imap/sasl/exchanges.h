#pragma once
// How each mechanism's exchange is made: the functions of the table. One file each.

#include "imap/sasl/mechanism.h"

namespace imap::sasl {

std::unique_ptr<Exchange> make_plain(const Channel&, Verifier&);
std::unique_ptr<Exchange> make_login(const Channel&, Verifier&);
std::unique_ptr<Exchange> make_scram(const Channel&, Verifier&);
std::unique_ptr<Exchange> make_scram_plus(const Channel&, Verifier&);
std::unique_ptr<Exchange> make_external(const Channel&, Verifier&);
std::unique_ptr<Exchange> make_oauth_bearer(const Channel&, Verifier&);
std::unique_ptr<Exchange> make_xoauth2(const Channel&, Verifier&);

}  // namespace imap::sasl
