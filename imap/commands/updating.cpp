#include "imap/commands/updating.h"

#include "base/clock.h"
#include "imap/contexts.h"
#include "imap/features.h"

namespace imap::commands {

Updating::Updating(Session& session, const Request& request,
                   const std::optional<search::Returning>& returning)
    : session_(session), tag_(request.tag()) {
  if (!returning || !returning->update) return;
  const auto& contexts = session.features().contexts;
  if (contexts && contexts->has(tag_)) throw BadSyntax("a search of this tag is kept up to date");
  items_ = returning->update;
  saved_ = session.view().saved();
}

void Updating::begin(std::string correlator, bool by_uid, const search::Query& query,
                     std::vector<search::Sortable> in_order,
                     std::vector<search::Criterion> criteria) {
  if (!items_) return;
  auto& view = session_.view();
  auto& contexts = session_.features().contexts;
  if (!contexts) contexts = std::make_shared<Contexts>();
  const bool has_room =
      contexts->add(view, {.tag = tag_,
                           .correlator = std::move(correlator),
                           .by_uid = by_uid,
                           .key = pinned(search::decoded(query), view),
                           .saved = std::move(saved_),
                           .asked = SystemClock().now(),
                           .items = std::move(*items_),
                           .kept = search::Kept(std::move(in_order), std::move(criteria))});
  if (!has_room) refuse("There are too many of these: cancel one");
}

void Updating::begin(std::string correlator, bool by_uid, const search::Query& query,
                     const std::vector<search::Hit>& hits) {
  if (!items_) return;
  std::vector<search::Sortable> in_order;
  for (const auto& hit : hits) in_order.push_back({.hit = hit});
  begin(std::move(correlator), by_uid, query, std::move(in_order), {});
}

void Updating::refuse(const std::string& why) {
  if (items_) session_.say("NO [NOUPDATE \"" + tag_ + "\"] " + why);
}

}  // namespace imap::commands
