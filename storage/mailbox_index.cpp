// Keeping the search index: group by group, each in a transaction of its own, beside all else.

#include <algorithm>
#include <set>

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

// The index of one mailbox while it is gone through.
class Upkeep {
 public:
  Upkeep(Mailbox& mailbox, MailDatabase::Implementation& database, const Folders& tree,
         const GoOn& go_on, const Reason& reason)
      : mailbox_(mailbox),
        database_(database),
        tree_(tree),
        go_on_(go_on),
        reason_(reason),
        groups_(database_.search.groups(mailbox.id())) {}

  bool run() {
    using Groups = SearchDatabase::Groups;
    const MailboxGeneration at{mailbox_.id(), mailbox_.generation()};
    const auto folders = this->folders();
    if (groups_.empty() && std::ranges::none_of(folders, [&](auto id) { return is_big(id); })) {
      database_.search.set_kept(at, Groups::none);
      return true;
    }
    remove_strangers(folders);
    for (const auto folder : folders) plan(folder);
    for (const auto& work : work_)
      if (!do_one(work)) return false;
    for (const auto& [folder, now] : looked_at_)
      database_.search.set_known(mailbox_.id(), folder, now);
    const bool any = !database_.search.groups(mailbox_.id()).empty();
    database_.search.set_kept(at, any ? Groups::some : Groups::none);
    return true;
  }

 private:
  struct Work {
    FolderId folder;
    SearchSpan span;
    std::vector<StoredGroup> instead;
    bool is_there;  // as one group, to be looked at
  };
  using Folder = SearchDatabase::Folder;

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

  // Which of its groups are to be looked at or made.
  void plan(FolderId folder) try {
    const auto state = mailbox_.state(folder, reason_);
    const Folder now{.spans = state.uid_next.value / small_span,
                     .gone = state.uid_next.value - 1 - state.messages};
    const auto before = database_.search.known(mailbox_.id(), folder);
    if (before == now) return;
    const bool some_gone = !before || before->gone != now.gone;
    std::vector<StoredGroup> there;
    std::ranges::copy_if(groups_, std::back_inserter(there),
                         [&](const auto& group) { return group.folder == folder; });
    for (const auto& span : full_spans(state.uid_next)) {
      Work work{.folder = folder, .span = span, .instead = {}, .is_there = false};
      for (const auto& group : there) {
        if (!overlap(group.span, span)) continue;
        work.instead.push_back(group);
        work.is_there = work.is_there || group.span == span;
      }
      std::erase_if(there, [&](const auto& group) { return overlap(group.span, span); });
      if (!work.is_there || some_gone || work.instead.size() > 1) work_.push_back(std::move(work));
    }
    database_.search.remove(there);
    looked_at_.emplace_back(folder, now);
  } catch (const Error& error) {  // logged, or it was removed; another time
    if (error.fault() != Fault::corrupt && error.fault() != Fault::not_found) throw;
  }

  bool do_one(const Work& work) try {
    const auto entries = this->entries(work.folder, work.span);
    if (!work.is_there || !is_as_it_was(work, entries)) build(work, entries);
    ++done_;
    return go_on_({.done = done_ * small_span, .of = work_.size() * small_span});
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt && error.fault() != Fault::not_found) throw;
    return true;
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

  // Nothing in it is gone.
  bool is_as_it_was(const Work& work, const std::vector<Entry>& entries) {
    if (work.instead.size() != 1) return false;
    const auto map = read_map(work.instead.front());
    return map && std::ranges::all_of(map->slots, [&](const SearchSlot& slot) {
             const auto entry = std::ranges::lower_bound(entries, slot.uid, {}, &Entry::uid);
             return entry != entries.end() && slot.shows(*entry);
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
  } catch (const SqliteError&) {
    throw;
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return std::nullopt;
  }

  void build(const Work& work, const std::vector<Entry>& entries) {
    GroupBuilder builder(work.folder, work.span);
    const auto each = [&](std::size_t n, std::string_view header, std::string_view body) {
      builder.add(entries[n], header, body);
      return true;
    };
    mailbox_.texts(entries, Mailbox::Texts::both, each, reason_);
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
  const Reason& reason_;
  std::vector<StoredGroup> groups_;
  std::vector<Work> work_;
  std::vector<std::pair<FolderId, Folder>> looked_at_;
  std::uint64_t done_ = 0;
};

}  // namespace

bool Mailbox::keep_index(const GoOn& go_on, const Reason& reason) {
  return Upkeep(*this, open_->database, *open_->folders, go_on, reason).run();
}

// ---- of a database

std::vector<MailboxId> MailDatabase::behind_index() {
  auto& search = implementation_->search;
  for (const auto mailbox : search.mailboxes())
    if (!implementation_->generations.has(mailbox)) search.remove(mailbox);
  std::vector<MailboxId> behind;
  for (const auto& now : implementation_->generations.all())
    if (search.is_behind(now)) behind.push_back(now.mailbox);
  return behind;
}

bool MailDatabase::may_have_index(MailboxId mailbox) {
  return implementation_->search.may_have(mailbox);
}

IndexUse MailDatabase::index_use(MailboxId mailbox) {
  IndexUse use;
  for (const auto& group : implementation_->search.groups(mailbox)) {
    ++use.groups;
    use.uids += group.span.uids;
  }
  return use;
}

void MailDatabase::remove_index(MailboxId mailbox) { implementation_->search.remove(mailbox); }

void MailDatabase::mend_index() { implementation_->search.replace_if_reported(); }

}  // namespace storage
