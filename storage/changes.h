#pragma once
// How sessions learn what was committed. Every write to a folder, whoever made it, is published
// after its commit and before the writer's call returns: a session that drains its Watch after its
// own STORE or EXPUNGE finds its own change there, in order with everybody else's. That is the one
// path by which a session's view of a folder changes.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "storage/entry.h"

namespace storage {

class Watch;

// SELECT claims \Recent, EXAMINE and STATUS only look.
enum class Recent { claim, look };

struct Change {
  FolderId folder;
  ModSeq modseq;               // of the folder, after this change; rises strictly
  std::vector<Entry> added;    // UIDs rise
  std::vector<Entry> flagged;  // whole entries with their new flags
  std::vector<Uid> expunged;
  Uid first_recent;  // FolderState::first_recent after this change
  // New mail is \Recent to one session (RFC 3501 2.3.2): to the one that claims and has watched the
  // folder for longest. To it all from `recent_from` on is recent.
  std::weak_ptr<const Watch> recent_to{};
  Uid recent_from{};
};

// A subscription to one folder. Ends with its destruction.
class Watch {
 public:
  // Committed changes since the last take, in order. Any thread; does not block on I/O.
  std::vector<std::shared_ptr<const Change>> take();
  FolderId folder() const { return folder_; }

  // For Changes.
  Watch(FolderId folder, Recent recent, std::function<void()> wake)
      : folder_(folder), recent_(recent), wake_(std::move(wake)) {}
  Recent recent();
  void publish(std::shared_ptr<const Change>);
  // After it returns, wake is not running and will not be called, and nothing more is claimed.
  void stop();

 private:
  FolderId folder_;
  Recent recent_;
  std::mutex mutex_;
  std::function<void()> wake_;
  std::vector<std::shared_ptr<const Change>> waiting_;
};

// A subscription to a whole mailbox, for those who want to know that folders have changed and not
// what they hold now: it stays small, however much is committed. Ends with its destruction.
class MailboxWatch {
 public:
  static constexpr std::size_t added_limit = 1000;
  static constexpr std::size_t entry_limit = 1000;  // names of annotations, of one folder

  struct Touched {
    std::vector<Uid> added;  // the first `added_limit` of them
    bool expunged = false, flagged = false;
  };
  struct News {
    std::map<FolderId, Touched> folders;
    std::map<FolderId, std::set<std::string>> annotated;  // entries; annotations.h says whose
    bool tree = false;                                    // names, subscriptions, keywords
  };
  // What was committed since the last take. Any thread; does not block on I/O.
  News take();

  // For Changes.
  explicit MailboxWatch(std::function<void()> wake) : wake_(std::move(wake)) {}
  void publish(const Change&);
  void publish_tree();
  void publish_annotated(FolderId, const std::vector<std::string>& entries);
  // After it returns, wake is not running and will not be called.
  void stop();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  News news_;
};

class Changes {
 public:
  // `wake` is called by whoever writes, under a lock, when something was published: it must
  // only post. The watch ends when the handle goes.
  std::shared_ptr<Watch> watch(FolderId, Recent, std::function<void()> wake);
  std::shared_ptr<MailboxWatch> watch_all(std::function<void()> wake);  // likewise
  std::weak_ptr<const Watch> claimant(FolderId);  // whom new mail is recent to; nobody, perhaps
  void publish(std::shared_ptr<const Change>);
  void publish_tree();  // it has been committed
  void publish_annotated(FolderId, const std::vector<std::string>& entries);

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<Watch>> watches_;  // few: sessions of one mailbox
  std::vector<std::weak_ptr<MailboxWatch>> mailbox_watches_;
};

}  // namespace storage
