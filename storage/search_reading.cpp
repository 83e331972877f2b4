#include "storage/search_reading.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"

namespace storage {
namespace {

// Indexes of the entries within a span.
std::pair<std::size_t, std::size_t> within(std::span<const Entry> entries, const SearchSpan& span) {
  const auto last = std::uint64_t{span.first} + span.uids - 1;
  const auto begin = std::ranges::lower_bound(entries, Uid(span.first), {}, &Entry::uid);
  const auto end = std::ranges::upper_bound(begin, entries.end(),
                                            Uid(static_cast<std::uint32_t>(last)), {}, &Entry::uid);
  return {begin - entries.begin(), end - entries.begin()};
}

std::vector<AskedSlot> asked_of(const SearchMap& map, std::span<const Entry> entries) {
  const auto [begin, end] = within(entries, map.span);
  std::vector<AskedSlot> asked;
  std::size_t slot = 0;
  for (auto n = begin; n < end; ++n) {
    while (slot < map.slots.size() && map.slots[slot].uid < entries[n].uid) ++slot;
    if (slot < map.slots.size() && map.slots[slot].shows(entries[n])) asked.push_back({slot, n});
  }
  return asked;
}

StoredGroup stored_group(const Query& row, FolderId folder) {
  return {.id = row.integer(0),
          .folder = folder,
          .span = {static_cast<std::uint32_t>(row.integer(1)),
                   static_cast<std::uint32_t>(row.integer(2))}};
}

}  // namespace

OpenGroup::OpenGroup(Connection& connection, const MailboxSeals& seals, const StoredGroup& group,
                     ByteView sealed_map, std::span<const Entry> entries, const Reason& reason)
    : connection_(connection),
      seals_(seals),
      group_(group),
      reason_(reason),
      map_(decoded_search_map(
          seals.open(crypto::Kind::search_group, group.id, 0, sealed_map, reason))) {
  if (map_.folder != group.folder || map_.span != group.span) malformed();
  asked_ = asked_of(map_, entries);
}

void OpenGroup::malformed() const { seals_.corrupt("group of search index", group_.id); }

Bytes OpenGroup::part(unsigned number) {
  const auto id = search_part_row(group_.id, number);
  auto row = connection_.query("select d from search_part where id = ?", id);
  if (!row.next()) seals_.corrupt("part of search index", id);
  return seals_.open(crypto::Kind::search_part, id, 0, row.blob(0), reason_);
}

void SearchReading::one_group(Connection& connection, const StoredGroup& group, ByteView sealed_map,
                              std::span<const Entry> entries, const Work& work) try {
  OpenGroup open(connection, seals_, group, sealed_map, entries, reason_);
  work(open);
} catch (const SqliteError&) {
  throw;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  search_.report(seals_.mailbox(), group.id);
}

void SearchReading::each_group(FolderId folder, std::span<const Entry> entries, std::size_t least,
                               const Work& work) try {
  const auto files = search_.files();
  if (!files || entries.size() < least || !search_.may_have(seals_.mailbox())) return;
  const auto reader = files->readers.lease();
  const SqlTransaction at_once(*reader, SqlTransaction::Kind::deferred);
  auto rows = reader->query(
      "select id, first, uids, d from search_group"
      " where folder = ? and first between ? and ? and epoch = ? order by first",
      folder.value, std::int64_t{entries.front().uid.value} - big_span,
      std::int64_t{entries.back().uid.value}, std::int64_t{seals_.epoch()});
  while (rows.next()) {
    const auto group = stored_group(rows, folder);
    const auto [begin, end] = within(entries, group.span);
    if (end - begin >= least) one_group(*reader, group, rows.blob(3), entries, work);
  }
} catch (const SqliteError& error) {  // the texts are read then
  logging::error("search_index.failed",
                 {{"mailbox", seals_.mailbox().value}, {"reason", error.what()}});
  if (error.fault() == Fault::corrupt) search_.report_file();
}

}  // namespace storage
