// A command line of a stranger: every production of imap::Request, what is made of whole commands
// from it, and folder names both ways.

#include <cstdlib>

#include "base/error.h"
#include "imap/command_reader.h"
#include "imap/folder_name.h"
#include "imap/folder_pattern.h"
#include "imap/list_query.h"
#include "imap/notify_request.h"
#include "imap/request.h"
#include "imap/select_parameters.h"
#include "imap/sequence_set.h"

namespace {

using imap::Request;

void must(bool holds) {
  if (!holds) std::abort();
}

// One production after the other on the same text; each may say that it is broken, and no more.
template <class Production>
void try_on(const std::string& text, Production production) {
  try {
    Request request(text);
    request.try_space();
    production(request);
    must(request.position() <= text.size());
    request.rest();
    request.at_end();
  } catch (const imap::BadSyntax&) {
  } catch (const Error& error) {
    must(error.fault() == Fault::invalid);
  }
}

void productions(const std::string& text) {
  try_on(text, [](Request& r) { r.atom(); });
  try_on(text, [](Request& r) { r.astring(); });
  try_on(text, [](Request& r) { r.string(); });
  try_on(text, [](Request& r) { r.literal(); });
  try_on(text, [](Request& r) { r.nstring(); });
  try_on(text, [](Request& r) { r.list_mailbox(); });
  try_on(text, [](Request& r) { imap::checked_name(r.astring(), imap::NameForm::modified_utf7); });
  try_on(text, [](Request& r) {
    r.require_utf8();
    const auto name = imap::normalized_name(imap::checked_name(r.astring(), imap::NameForm::utf8));
    must(imap::normalized_name(name) == name);
    imap::wire_name(name, imap::NameForm::utf8);
  });
  try_on(text, [](Request& r) { r.number64(); });
  try_on(text, [](Request& r) { r.nz_number(); });
  try_on(text, [](Request& r) { r.sequence_set().resolved(1000); });
  try_on(text, [](Request& r) { r.flag_list(); });
  try_on(text, [](Request& r) { r.date(); });
  try_on(text, [](Request& r) { r.date_time(); });
  try_on(text, [](Request& r) { r.keyword_text(); });
  try_on(text, [](Request& r) {
    r.astring();
    imap::parse_select_parameters(r);
  });
  try_on(text, [](Request& r) {
    while (!r.at_end()) {
      r.astring();
      r.space();
    }
  });
}

void lists(const std::string& text) {
  storage::Tree tree;
  tree.create("a/b", FolderId(2), storage::SpecialUse::sent);
  tree.subscribe("a/b");
  try_on(text, [&](Request& r) { imap::listed(imap::read_list(r), tree); });
}

// Text alone, as it stands after the command's name.
void notifies(const std::string& text) {
  storage::Tree tree;
  tree.create("a/b", FolderId(2), storage::SpecialUse::sent);
  try {
    Request request("a NOTIFY " + text);
    const auto notify = imap::parse_notify(request);
    must(notify.groups.size() <= imap::notify_group_limit);
    for (const auto& group : notify.groups) {
      imap::covers(group.filter, "a/b", tree);
      must(group.events.messages || !group.events.flags);
    }
  } catch (const imap::BadSyntax&) {
  }
}

void folder_names(const std::string& text) {
  try {
    must(imap::to_modified_utf7(imap::from_modified_utf7(text)) == text);
  } catch (const imap::BadSyntax&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  imap::tag_of(text);
  imap::announced_literal(text);
  productions(text);
  lists(text);
  notifies(text);
  folder_names(text);
  if (size < 200) imap::matches(text.substr(0, size / 2), text.substr(size / 2));
  return 0;
}
