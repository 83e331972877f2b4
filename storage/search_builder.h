#pragma once
// Makes one group of the search index from the texts of its messages. One thread an object.

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/mailbox_seals.h"
#include "storage/search_database.h"
#include "storage/search_words.h"

namespace storage {

class GroupBuilder {
 public:
  GroupBuilder(FolderId folder, const SearchSpan& span)
      : map_{.folder = folder, .span = span, .slots = {}} {}

  // UIDs rise. Without `briefs` its summary is read each time.
  void add(const Entry&, std::string_view header, std::string_view body,
           const std::optional<Briefs>& briefs);
  bool is_empty() const { return map_.slots.empty(); }
  SealedGroup sealed(const MailboxSeals&);  // once

 private:
  std::uint8_t add_columns(std::string_view text);
  void add_header(std::string_view header);
  void add_briefs(const std::optional<Briefs>&);

  SearchMap map_;
  SearchColumns columns_;
  WordList words_;
  std::vector<std::array<SliceRecord, header_parts>> headers_;  // a slice each
  std::vector<std::array<SliceRecord, brief_kinds>> briefs_;
};

}  // namespace storage
