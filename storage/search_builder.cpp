#include "storage/search_builder.h"

namespace storage {

std::uint8_t GroupBuilder::add_columns(std::string_view text) {
  const auto windows = windows_of(text);
  for (const auto window : windows) columns_.add(trigrams_of(window));
  return static_cast<std::uint8_t>(windows.size());
}

void GroupBuilder::add_header(std::string_view header) {
  if (map_.slots.size() % slice_size == 0) headers_.emplace_back();
  if (header.size() > listed_header_limit) {
    for (auto& record : headers_.back()) record.add_none();
    return;
  }
  const auto parts = in_header_parts(header);
  for (std::size_t n = 0; n < parts.size(); ++n) headers_.back()[n].add(parts[n]);
}

void GroupBuilder::add_briefs(const std::optional<Briefs>& briefs) {
  if (map_.slots.size() % slice_size == 0) briefs_.emplace_back();
  for (std::size_t n = 0; n < brief_kinds; ++n) {
    if (briefs && (*briefs)[n].size() <= listed_brief_limit)
      briefs_.back()[n].add((*briefs)[n]);
    else
      briefs_.back()[n].add_none();
  }
}

void GroupBuilder::add(const Entry& entry, std::string_view header, std::string_view body,
                       const std::optional<Briefs>& briefs) {
  add_header(header);
  add_briefs(briefs);
  const auto in_header = add_columns(header), in_body = add_columns(body);
  map_.slots.push_back({entry.uid, entry.message, in_header, in_body, words_.add(body)});
}

SealedGroup GroupBuilder::sealed(const MailboxSeals& seals) {
  const auto epoch = seals.epoch();
  const auto id = new_search_group();
  const auto words = words_.records();
  map_.word_records = static_cast<std::uint16_t>(words.size());
  SealedGroup group{.place = {.id = id, .folder = map_.folder, .span = map_.span, .epoch = epoch},
                    .map = seals.seal(crypto::Kind::search_group, id, 0, encoded(map_), epoch),
                    .parts = {}};
  const auto seal = [&](unsigned number, const Bytes& plain) {
    const auto row = search_part_row(id, number);
    group.parts.emplace_back(number, seals.seal(crypto::Kind::search_part, row, 0, plain, epoch));
  };
  unsigned number = 0;
  for (const auto& record : columns_.records()) seal(number++, record);
  number = first_header_record;
  for (auto& slice : headers_)
    for (auto& record : slice) seal(number++, record.take());
  number = first_brief_record;
  for (auto& slice : briefs_)
    for (auto& record : slice) seal(number++, record.take());
  number = first_word_record;
  for (const auto& record : words) seal(number++, record);
  return group;
}

}  // namespace storage
