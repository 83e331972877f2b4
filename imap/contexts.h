#pragma once
// Searches of the selected folder whose results are kept up to date for the client (UPDATE, RFC
// 5267 4.3). Only messages that have come, gone or changed are looked at again. Belongs to one
// session and the folder it has selected.

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "imap/fetch_item.h"
#include "imap/search/kept.h"
#include "imap/search/query.h"
#include "imap/session.h"

namespace imap {

inline constexpr std::size_t context_limit = 16;                  // in one session
inline constexpr std::size_t sorted_message_limit = 50'000;       // in all its sorted ones
inline constexpr std::size_t context_message_limit = 10'000'000;  // in all of them

struct Context {
  std::string tag;
  std::string correlator;  // between the parentheses of its ESEARCH lines
  bool by_uid = false;
  search::Key key;               // decoded
  std::vector<Uid> saved;        // what "$" was
  UnixTime asked = 0;            // what YOUNGER and OLDER count from
  std::vector<FetchItem> items;  // told of arrivals that match (RFC 5465 section 7)
  search::Kept kept;
};

class Contexts {
 public:
  bool has(std::string_view tag) const;
  // Begins to be kept up to date. False when there is no room.
  bool add(View&, Context);
  void cancel(std::string_view tag);  // RFC 5267 4.3.5; an unknown one is none
  bool empty() const { return contexts_.empty(); }

  // The lines of what has been expunged, while its numbers stand; then the view may tell it.
  std::string removals(View&);

  // Looks at what else was touched, once the view has told it: lines() and matches() speak of it
  // then. One that cannot be kept up to date ends, and NOUPDATE says so. Throws Disconnected alone.
  Task<> look(Session&);
  std::string take_lines() { return std::exchange(lines_, {}); }
  // Of messages that have come and match: what is to be told of them.
  struct Match {
    Uid uid;
    std::vector<FetchItem> items;
  };
  std::vector<Match> take_matches() { return std::exchange(matches_, {}); }

 private:
  struct Tested;
  void touch_ends(const View&);
  Task<> look_at(Session&, Context&, const std::vector<storage::Entry>&);
  Task<Tested> test(Session&, const Context&, const std::vector<storage::Entry>&);
  void note(const View&, Context&, Tested);

  std::vector<Context> contexts_;
  std::set<Uid> touched_;
  Uid known_up_to_{};  // the view's last message; later ones are new to all contexts
  std::string lines_;
  std::vector<Match> matches_;
};

// Message numbers of a search are looked up once, when it is asked (RFC 5267 4.3): as UIDs.
search::Key pinned(search::Key, const View&);

}  // namespace imap
