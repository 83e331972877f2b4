// Keeping the search index: group by group, each in a transaction of its own, beside all else.

#include <algorithm>
#include <map>

#include "storage/folder_reading.h"
#include "storage/mailbox_open.h"
#include "storage/search_builder.h"

namespace storage {
namespace {

using GoOn = std::function<bool(const IndexProgress&)>;

bool overlap(const SearchSpan& one, const SearchSpan& other) {
  return one.first < other.first ? other.first - one.first < one.uids
                                 : one.first - other.first < other.uids;
}

// What is read is, not a whole database.
bool is_damaged_or_gone(const Error& error) {
  const bool is_meant = error.fault() == Fault::corrupt || error.fault() == Fault::not_found;
  return is_meant && dynamic_cast<const SqliteError*>(&error) == nullptr;
}

// The index of one mailbox while it is gone through.
class Upkeep {
 public:
  Upkeep(Mailbox& mailbox, MailDatabase::Implementation& database, const Folders& tree,
         const GoOn& go_on, const BriefsOf& briefs_of, const Reason& reason,
         const std::stop_token& stop)
      : mailbox_(mailbox),
        database_(database),
        tree_(tree),
        go_on_(go_on),
        briefs_of_(briefs_of),
        reason_(reason),
        stop_(stop),
        turn_(database_.search.turn()),
        at_{mailbox.id(), mailbox.generation()} {}

  bool run() {
    if (!database_.search.files()) return true;
    groups_ = database_.search.groups(mailbox_.id());
    const auto folders = this->folders();
    if (!groups_.empty() || std::ranges::any_of(folders, [&](auto id) { return is_big(id); })) {
      remove_strangers(folders);
      for (const auto folder : folders) plan(folder);
      if (!work_off()) return false;
    }
    database_.search.set_kept(at_, turn_);
    return true;
  }

 private:
  struct Work {
    FolderId folder;
    SearchSpan span;
    std::vector<StoredGroup> instead;
  };
  using Folder = SearchDatabase::Folder;
  struct Left {
    Folder now;
    std::size_t works = 0;
  };

  std::vector<FolderId> folders() const {
    std::vector<FolderId> all;
    for (const auto tree = mailbox_.tree(); const auto& [name, node] : tree->nodes())
      if (node.folder) all.push_back(*node.folder);
    std::ranges::sort(all);
    return all;
  }

  // Has had enough messages for a group: in clear, so that nothing is opened of small ones.
  bool is_big(FolderId folder) {
    const auto reader = database_.readers.lease();
    return reader
        ->number("select 1 from folder_block where id between ? and ? limit 1",
                 block_of(folder, Uid(small_span)), last_block(folder))
        .has_value();
  }

  // What does not open, was sealed under another key, or is of a folder that is gone.
  void remove_strangers(const std::vector<FolderId>& folders) {
    const auto reported = database_.search.take_reported(mailbox_.id());
    const auto is_strange = [&](const StoredGroup& group) {
      return reported.contains(group.id) || group.epoch != tree_.seals().epoch() ||
             !std::ranges::binary_search(folders, group.folder);
    };
    std::vector<StoredGroup> strangers;
    std::ranges::copy_if(groups_, std::back_inserter(strangers), is_strange);
    if (strangers.empty()) return;
    database_.search.look_again(mailbox_.id());
    database_.search.remove(strangers);
    std::erase_if(groups_, is_strange);
  }

  std::vector<StoredGroup> groups_of(FolderId folder) const {
    std::vector<StoredGroup> found;
    std::ranges::copy_if(groups_, std::back_inserter(found),
                         [&](const auto& group) { return group.folder == folder; });
    return found;
  }

  // Which of its groups are to be made. Where that cannot be told, what there is goes.
  void plan(FolderId folder) try {
    Snapshot now(database_, tree_, reason_);
    auto record = read_folder_record(now.connection(), tree_.seals(), now.root(), folder, reason_);
    const auto& state = record.state;
    const Folder known{.spans = state.uid_next.value / small_span,
                       .gone = state.uid_next.value - 1 - state.messages};
    const auto before = database_.search.known(mailbox_.id(), folder);
    of_ += std::uint64_t{known.spans} * small_span;
    if (before == known) return;
    load_list(now.connection(), tree_.seals(), list_row(folder), record.blocks, reason_);
    if (record.blocks.is_lost()) return database_.search.remove(groups_of(folder));
    plan(folder, full_spans(state.uid_next), record.blocks, !before || before->gone != known.gone);
    looked_at_[folder].now = known;
  } catch (const Error& error) {  // logged
    if (!is_damaged_or_gone(error)) throw;
    database_.search.remove(groups_of(folder));
  }

  void plan(FolderId folder, const std::vector<SearchSpan>& spans, const BlockVersions& blocks,
            bool some_gone) {
    auto there = groups_of(folder);
    for (const auto& span : spans) {
      Work work{.folder = folder, .span = span, .instead = {}};
      std::ranges::copy_if(there, std::back_inserter(work.instead),
                           [&](const auto& group) { return overlap(group.span, span); });
      std::erase_if(there, [&](const auto& group) { return overlap(group.span, span); });
      const bool is_made = work.instead.size() == 1 && work.instead.front().span == span;
      if (is_made && (!some_gone || is_whole(work.instead.front(), blocks))) continue;
      ++looked_at_[folder].works;
      left_ += span.uids;
      work_.push_back(std::move(work));
    }
    database_.search.remove(there);
  }

  // Nothing in it is gone.
  bool is_whole(const StoredGroup& group, const BlockVersions& blocks) {
    const auto map = read_map(group);
    return map && std::ranges::all_of(map->slots, [&](const SearchSlot& slot) {
             const auto block = blocks.find(slot.uid.value / uids_in_block);
             return block && (block->slots >> slot.uid.value % uids_in_block & 1) != 0;
           });
  }

  std::optional<SearchMap> read_map(const StoredGroup& group) try {
    const auto files = database_.search.files();
    if (!files) return std::nullopt;
    const auto reader = files->readers.lease();
    auto row = reader->query("select d from search_group where id = ?", group.id);
    if (!row.next()) return std::nullopt;
    return decoded_search_map(
        tree_.seals().open(crypto::Kind::search_group, group.id, 0, row.blob(0), reason_));
  } catch (const Error& error) {
    if (!is_damaged_or_gone(error)) throw;
    return std::nullopt;
  }

  // What is gone first. A folder is known once its last work is done.
  bool work_off() {
    std::ranges::stable_partition(work_, [](const Work& work) { return !work.instead.empty(); });
    for (const auto& [folder, left] : looked_at_)
      if (left.works == 0) database_.search.set_known(mailbox_.id(), folder, left.now, turn_);
    for (const auto& work : work_) {
      do_one(work);
      if (stop_.stop_requested()) return false;
      left_ -= work.span.uids;
      auto& left = looked_at_[work.folder];
      if (--left.works == 0)
        database_.search.set_known(mailbox_.id(), work.folder, left.now, turn_);
      if (!go_on_({.done = of_ - left_, .of = of_}) && left_ > 0) return false;
    }
    return true;
  }

  // Damaged, or removed, while it is read: it is logged, and nothing of it is kept.
  void do_one(const Work& work) try {
    build(work, entries(work.folder, work.span));
  } catch (const Error& error) {
    if (!is_damaged_or_gone(error)) throw;
    database_.search.remove(work.instead);
  }

  std::vector<Entry> entries(FolderId folder, const SearchSpan& span) {
    Snapshot now(database_, tree_, reason_);
    auto record = read_folder_record(now.connection(), tree_.seals(), now.root(), folder, reason_);
    load_list(now.connection(), tree_.seals(), list_row(folder), record.blocks, reason_);
    std::vector<Entry> all;
    for (auto uid = span.first; span.has(Uid(uid)); uid += uids_in_block) {
      const auto id = block_of(folder, Uid(uid));
      const auto block = read_block(now.connection(), tree_.seals(), record.blocks, id, reason_);
      all.insert(all.end(), block.entries.begin(), block.entries.end());
    }
    return all;
  }

  std::vector<std::optional<Briefs>> briefs(FolderId folder, const std::vector<Entry>& entries) {
    std::vector<std::optional<Briefs>> briefs(entries.size());
    const auto each = [&](std::size_t n, std::string_view summary) {
      try {
        briefs[n] = briefs_of_(summary);
      } catch (const Error& error) {
        if (error.fault() != Fault::corrupt) throw;
      }
    };
    mailbox_.summaries(folder, entries, each, reason_);
    return briefs;
  }

  void build(const Work& work, const std::vector<Entry>& entries) {
    GroupBuilder builder(work.folder, work.span);
    const auto briefs = this->briefs(work.folder, entries);
    const auto each = [&](std::size_t n, std::string_view header, std::string_view body) {
      builder.add(entries[n], header, body, briefs[n]);
      return !stop_.stop_requested();
    };
    mailbox_.texts(entries, Mailbox::Texts::both, each, reason_);
    if (stop_.stop_requested()) return;
    if (builder.is_empty()) return database_.search.remove(work.instead);
    const auto& seals = tree_.seals();
    const auto group = builder.sealed(seals);
    // The key may have been changed meanwhile, or the mailbox removed.
    database_.search.put(mailbox_.id(), group, work.instead, [&] {
      return seals.epoch() == group.place.epoch && database_.generations.has(mailbox_.id());
    });
  }

  Mailbox& mailbox_;
  MailDatabase::Implementation& database_;
  const Folders& tree_;
  const GoOn& go_on_;
  const BriefsOf& briefs_of_;
  const Reason& reason_;
  const std::stop_token& stop_;
  const SearchDatabase::Turn turn_;
  const MailboxGeneration at_;
  std::vector<StoredGroup> groups_;
  std::vector<Work> work_;
  std::map<FolderId, Left> looked_at_;
  std::uint64_t of_ = 0, left_ = 0;  // UIDs
};

}  // namespace

bool Mailbox::keep_index(const GoOn& go_on, const BriefsOf& briefs_of, const Reason& reason,
                         const std::stop_token& stop) {
  return Upkeep(*this, open_->database, *open_->folders, go_on, briefs_of, reason, stop).run();
}

// ---- of a database

std::vector<MailboxId> MailDatabase::behind_index() {
  auto& search = implementation_->search;
  const auto all = implementation_->generations.all();
  for (const auto mailbox : search.mailboxes())
    if (!implementation_->generations.has(mailbox)) search.remove(mailbox);
  std::vector<MailboxId> behind;
  for (const auto& now : all) {
    if (search.is_ahead(now)) search.remove(now.mailbox);
    if (search.is_behind(now)) behind.push_back(now.mailbox);
  }
  return behind;
}

bool MailDatabase::may_have_index(MailboxId mailbox) {
  return implementation_->search.may_have(mailbox);
}

std::uint64_t MailDatabase::indexed_uids(MailboxId mailbox) {
  std::uint64_t uids = 0;
  for (const auto& group : implementation_->search.groups(mailbox)) uids += group.span.uids;
  return uids;
}

void MailDatabase::remove_index(MailboxId mailbox) { implementation_->search.remove(mailbox); }

void MailDatabase::mend_index() { implementation_->search.mend(); }

}  // namespace storage
