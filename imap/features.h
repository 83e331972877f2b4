#pragma once
// What the extensions of one session keep between its commands: a member each, of a type of the
// extension's own. Gone with the login.

#include <memory>

namespace policy {
class Watch;
}

namespace imap {

class Contexts;
class Notifications;
struct DecodingPlace;

struct Features {
  std::shared_ptr<Contexts> contexts;            // of the selected folder; contexts.h
  std::shared_ptr<DecodingPlace> decoding;       // likewise; fetch_content.h
  std::shared_ptr<policy::Watch> url_key;        // likewise, of an own folder; announcing.cpp
  std::shared_ptr<Notifications> notifications;  // none: NOTIFY was not used; notifications.h
};

}  // namespace imap
