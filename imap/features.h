#pragma once
// What the extensions of one session keep between its commands: a member each, of a type of the
// extension's own. Gone with the login.

namespace imap {

struct Features {};

}  // namespace imap
