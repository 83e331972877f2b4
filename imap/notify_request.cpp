#include "imap/notify_request.h"

#include <algorithm>

namespace imap {
namespace {

using Kind = FolderFilter::Kind;

bool is_selected(const FolderFilter& filter) {
  return filter.kind == Kind::selected || filter.kind == Kind::selected_delayed;
}

// The events of one group, as they are read.
struct Reading {
  NotifyEvents events;
  bool arrivals = false, expunges = false, unsupported = false;
};

void parse_event(Request& request, Reading& reading) {
  auto& events = reading.events;
  const auto name = upper_ascii(request.atom());
  if (name == "MESSAGENEW") {
    reading.arrivals = true;
    const auto before = request.position();
    if (request.try_space() && request.peek() == '(')
      events.items = parse_fetch_items(request);
    else
      request.rewind(before);
  } else if (name == "MESSAGEEXPUNGE") {
    reading.expunges = true;
  } else if (name == "FLAGCHANGE") {
    events.flags = true;
  } else if (name == "MAILBOXNAME") {
    events.names = true;
  } else if (name == "SUBSCRIPTIONCHANGE") {
    events.subscriptions = true;
  } else if (name == "MAILBOXMETADATACHANGE") {
    events.annotations = true;
  } else if (name == "SERVERMETADATACHANGE") {
    events.server_annotations = true;
  } else {
    reading.unsupported = true;
  }
}

// In parentheses; the RFC's own examples go without.
Reading parse_events(Request& request) {
  Reading reading;
  const auto before = request.position();
  if (request.peek() != '(' && upper_ascii(request.atom()) == "NONE") return reading;
  request.rewind(before);
  const bool enclosed = request.try_char('(');
  do {
    parse_event(request, reading);
  } while (request.try_space());
  if (enclosed) request.expect(')');
  return reading;
}

void check(const NotifyGroup& group, const Reading& reading) {
  const auto& events = group.events;
  if (reading.arrivals != reading.expunges)
    throw BadSyntax("MessageNew and MessageExpunge go together");
  if (events.flags && !reading.arrivals)
    throw BadSyntax("FlagChange goes with MessageNew and MessageExpunge");
  const bool selected = is_selected(group.filter);
  const bool others =
      events.names || events.subscriptions || events.annotations || events.server_annotations;
  if (selected && others) throw BadSyntax("only events of messages go with the selected folder");
  if (!selected && !events.items.empty())
    throw BadSyntax("fetch items go with the selected folder only");
  if (group.filter.kind == Kind::subtree_one) throw BadSyntax("subtree-one is for ESEARCH");
}

NotifyGroup parse_group(Request& request, NotifyRequest& notify) {
  NotifyGroup group;
  request.expect('(');
  group.filter = parse_folder_filter(request);
  request.space();
  auto reading = parse_events(request);
  request.expect(')');
  group.events = std::move(reading.events);
  group.events.messages = reading.arrivals;
  check(group, reading);
  notify.unsupported = notify.unsupported || reading.unsupported;
  return group;
}

}  // namespace

NotifyRequest parse_notify(Request& request) {
  NotifyRequest notify;
  request.space();
  const auto verb = upper_ascii(request.atom());
  if (verb == "NONE") {
    request.end();
    notify.none = true;
    return notify;
  }
  if (verb != "SET") throw BadSyntax("NOTIFY takes SET or NONE");
  request.space();
  if (request.peek() != '(') {
    if (upper_ascii(request.atom()) != "STATUS") throw BadSyntax("NOTIFY SET takes STATUS");
    notify.status = true;
    request.space();
  }
  do {
    auto group = parse_group(request, notify);
    if (notify.groups.size() < notify_group_limit)
      notify.groups.push_back(std::move(group));
    else
      notify.too_much = true;
  } while (request.try_space() && !request.at_end());
  request.end();
  const auto selected = std::ranges::count_if(
      notify.groups, [](const auto& group) { return is_selected(group.filter); });
  if (selected > 1) throw BadSyntax("the selected folder is named once");
  return notify;
}

}  // namespace imap
