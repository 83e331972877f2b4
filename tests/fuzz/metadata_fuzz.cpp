// GETMETADATA and SETMETADATA of any client: read, or refused as bad syntax; what is set is
// answered, and kept, as it was.
#include <cstdlib>

#include "imap/metadata.h"

namespace {

void check(const storage::AnnotationChanges& changes) {
  storage::Annotations annotations;
  imap::EntryQuery all{.names = {"/private", "/shared"}, .depth = imap::EntryQuery::Depth::all};
  std::string list;
  for (const auto& [name, value] : changes)
    if (value) annotations.emplace(name, *value);
  if (storage::decoded_annotations(storage::encoded(annotations)) != annotations) std::abort();
  const auto answer = imap::entry_answer(all, annotations);
  if (answer.list.empty() != annotations.empty() || answer.longest_left_out) std::abort();
  if (annotations.empty()) return;
  imap::Request again("a SETMETADATA \"\" (" + answer.list + ')');
  for (const auto& [name, value] : imap::read_set_metadata(again).changes)
    if (!value || annotations.at(name) != *value) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    imap::Request request("a GETMETADATA " + text);
    for (const auto& name : imap::read_get_metadata(request).query.names)
      if (!name.starts_with('/')) std::abort();
  } catch (const imap::BadSyntax&) {
  }
  try {
    imap::Request request("a SETMETADATA " + text);
    const auto set = imap::read_set_metadata(request);
    if (set.changes.size() < 0xffff) check(set.changes);
  } catch (const imap::BadSyntax&) {
  }
  return 0;
}
