#pragma once
// An open mailbox: its rows and its key, and the gate (gate.h) that says who may still read it. One
// object a mailbox in a process, shared by all its sessions and by the system.
//
// Every call blocks (blocking pool only) but for tree(), watch() and watch_all(), which any thread
// may call. Writes return when they are on disk, changes of flags when they are committed and soon
// will be (Durable in writer.h); one that throws has left nothing behind. All calls that open
// sealed data take the reason: a crypto::Cause and an Actor. Errors common to all: corrupt (named
// in the log with database, mailbox and row), unavailable (disk), and what the gate throws.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/crossing.h"
#include "crypto/delivery_key.h"
#include "crypto/keys.h"
#include "storage/annotations.h"
#include "storage/brief.h"
#include "storage/changes.h"
#include "storage/delivery_sealed.h"
#include "storage/doorway.h"
#include "storage/entry.h"
#include "storage/entry_list.h"
#include "storage/epoch_key.h"
#include "storage/gate.h"
#include "storage/quota.h"
#include "storage/reason.h"
#include "storage/search_needle.h"
#include "storage/tree.h"

namespace storage {

class MailDatabase;

// A message on its way in. What is derived from the octets is made once, by imap::mime::prepare(),
// while the plaintext is there; storage keeps it sealed and looks at no more than whether it came
// encrypted end to end (message_rows.h).
struct NewMessage {
  std::string octets;       // exactly what BODY[] gives back
  std::string summary;      // imap/mime/summary.h
  std::string header_text;  // searchable text of the header, folded
  std::string body_text;    // searchable text of the body, folded
  FlagNames flags;
  UnixTime internal_date = 0;
  std::int16_t zone = 0;  // minutes east of UTC
};

struct Appended {
  std::uint32_t uid_validity;
  std::vector<Uid> uids;  // in the order given
};

// Which flags a copy keeps (RFC 4314 section 4).
struct KeptFlags {
  std::uint8_t system = 0xff;  // SystemFlag bits
  bool keywords = true;
};
inline constexpr KeptFlags all_flags{};

// UIDs pair up in order and rise (RFC 4315 COPYUID).
struct Copied {
  std::uint32_t uid_validity;  // of the destination
  std::vector<Uid> from, to;
};

// How far an index is: UIDs that it covers as it should, of those to be covered.
struct IndexProgress {
  std::uint64_t done = 0, of = 0;
};

enum class FlagMode { replace, add, remove };

struct Selected {
  FolderState state;  // first_recent: as it was before this session claimed it
  EntryList entries;  // lost ones among them (folder_reading.h)
};

// Claimed by a watch (changes.h): UIDs from `from` on, below `to`.
struct UntoldRecent {
  Uid from, to;
};

class Mailbox {
 public:
  // The keys as unwrapped by policy::KeyRing; `former` while the mailbox key is being changed, and
  // then the rows say which of the two seals. Loads the tree; makes a new mailbox with INBOX,
  // Drafts, Sent, Trash, Junk and Archive, subscribed, if the database does not have it yet. Throws
  // corrupt, with a hint, when its root or tree is damaged or older than what hangs from it.
  Mailbox(MailDatabase&, MailboxId, EpochKey newest, std::optional<EpochKey> former,
          std::shared_ptr<const Gate>);
  ~Mailbox();

  MailboxId id() const { return id_; }

  std::uint64_t generation() const;  // MailDatabase::generations; any thread
  // An older state was put back and accepted, of which clients have seen the `later` generation:
  // goes on behind that, and gives each folder a new UIDVALIDITY, so that they fetch all anew.
  // Before anybody else has it.
  void restored(std::uint64_t later);

  // ---- folders
  std::shared_ptr<const Tree> tree() const;  // as last committed
  void create_folder(const std::string& name, SpecialUse, const Reason&);
  void remove_folder(const std::string& name, const Reason&);
  // INBOX: its messages move to the new folder and INBOX stays, empty (RFC 3501 6.3.5).
  void rename_folder(const std::string& from, const std::string& to, const Reason&);
  void subscribe(const std::string& name, const Reason&);
  void unsubscribe(const std::string& name, const Reason&);
  // None: the entry goes. Throws not_found, limit.
  void set_rights(FolderId, const Grantee&, Rights, const Reason&);

  FolderState state(FolderId, const Reason&);  // throws not_found
  std::vector<std::pair<FolderId, FolderState>> states(std::span<const FolderId>, const Reason&);

  // Subscribes to a folder; then take a Selected, which holds everything up to its
  // state.highest_modseq: drop published changes that are not newer.
  // One that claims takes \Recent of what comes, so it goes with a select() that claims.
  using Recent = storage::Recent;
  std::shared_ptr<Watch> watch(FolderId, Recent, std::function<void()> wake);
  Selected select(FolderId, Recent, const Reason&);
  // Subscribes to all folders and to the tree.
  std::shared_ptr<MailboxWatch> watch_all(std::function<void()> wake);
  // For a session that ends without having told its client of these: they are recent to the next
  // one, unless newer mail has been claimed meanwhile. Any thread; is done a little later.
  void give_back(FolderId, const UntoldRecent&);

  // ---- annotations (annotations.h). They go with their folder where it is renamed or removed.
  Annotations annotations(Annotated, const Reason&);
  // All of the changes or none; a use that is given goes from the folder that has it to this one.
  // Throws not_found.
  Annotating annotate(Annotated, const AnnotationChanges&, std::optional<SpecialUse>,
                      const Reason&);

  // ---- quota (quota.h): APPEND, COPY and new folders throw over_quota beyond the limits; MOVE and
  // file_arrivals go on.
  void set_limits(const QuotaLimits&);  // this and the next: any thread
  QuotaLimits limits() const;
  Usage usage(const Reason&);
  void require_room(const Usage& more, const Reason&);
  std::uint64_t deleted_size(FolderId, const Reason&);  // of messages with \Deleted, octets

  // ---- protection (doorway.h): while something is set, no message comes in but as it makes it.
  void protect_with(std::shared_ptr<const Protect>);  // null: as they are. This and the next: any
  bool is_protected() const;                          // thread
  // A message that came before, made so: a new UID in its place in one transaction, flags and dates
  // as they were. Nothing: it is so already, or gone.
  std::optional<Uid> protect(FolderId, Uid, const Reason&);

  // ---- writing
  Appended append(FolderId, std::vector<NewMessage>, const Reason&);
  // The message comes into `to` and `old` goes from `from`, in one transaction (RFC 8508). Nothing
  // is done when `old` is gone.
  std::optional<Appended> replace(FolderId from, Uid old, FolderId to, NewMessage, const Reason&);
  // Of another mailbox, opened there for the same reason and sealed anew here, all or none; one at
  // a time is in memory. Flags but for those. Gone ones are passed over, as copy() does.
  Copied copy_from(Mailbox&, std::span<const Entry>, FolderId to, const KeptFlags&, const Reason&);
  // UIDs may come in any order and twice; those that are gone are passed over. `unchanged_since`:
  // entries with a higher modseq are left alone and returned (RFC 7162 3.1.3). Entries whose flags
  // stay as they are keep their modseq and are in no Change.
  std::vector<Uid> store(FolderId, std::span<const Uid>, FlagMode, const FlagNames&,
                         std::optional<ModSeq> unchanged_since, const Reason&);
  Copied copy(FolderId from, std::span<const Uid>, FolderId to, const KeptFlags&, const Reason&);
  Copied move(FolderId from, std::span<const Uid>, FolderId to, const KeptFlags&, const Reason&);
  // Those with \Deleted, all or only among the given; returns what went. All: those of damaged
  // blocks stay.
  std::vector<Uid> expunge(FolderId, std::optional<std::span<const Uid>> among, const Reason&);

  // ---- arrivals (arrivals.h)
  // The public half of its delivery key, which is made if there is none.
  crypto::DeliveryPublic delivery_public();
  // What arrived first goes into INBOX first, `most` messages at a time; each leaves the arrivals
  // in the transaction that files it. Returns how many there were; 0: none are left. Those that do
  // not open are set aside, and logged.
  using Prepare =
      std::function<NewMessage(std::string octets, UnixTime internal_date, std::int16_t zone)>;
  std::size_t file_arrivals(std::size_t most, const Prepare&, const Reason&);
  // What was sealed to its delivery key at that place, kept elsewhere (spool.h).
  std::string open_delivered(const crypto::Place&, const DeliverySealed&, const Reason&);

  // ---- reading. A message that has been expunged meanwhile is passed over (summaries, texts) or
  // throws not_found (octets).
  // Calls `each(index into entries, summary)` in order; reads ahead in blocks.
  void summaries(FolderId, std::span<const Entry>,
                 const std::function<void(std::size_t, std::string_view)>& each, const Reason&);
  // One message by its UID, with the folder's UIDVALIDITY. Throws not_found when the folder is
  // gone.
  std::pair<std::uint32_t, std::optional<Entry>> find(FolderId, Uid, const Reason&);
  std::string summary(const Entry&, const Reason&);
  // Octets [offset, offset+length) clamped to the end; opens only the chunks it needs.
  std::string octets(const Entry&, std::uint64_t offset, std::uint64_t length, const Reason&);

  enum class Texts { header, body, both };
  // Calls `each(index, header text, body text)`; what was not asked for is empty. Stops early when
  // `each` returns false.
  void texts(std::span<const Entry>, Texts,
             const std::function<bool(std::size_t, std::string_view, std::string_view)>& each,
             const Reason&);

  // ---- search index (search_database.h)
  // What can be told of each entry, whose UIDs rise, and at most needle_limit needles without its
  // text. Of what is not in the index, or does not open, nothing.
  std::vector<NeedleBits> told_by_index(FolderId, std::span<const Entry>,
                                        std::span<const SearchNeedle>, const Reason&);
  // As texts() of headers, but of the lines only those of `parts`, at least, in any order of fields
  // and of messages.
  void header_texts(FolderId, std::span<const Entry>, HeaderParts parts,
                    const std::function<void(std::size_t, std::string_view)>& each, const Reason&);
  // What the index keeps of that kind of their summaries. The entries' UIDs rise; calls
  // `each(index, brief)` for those it has, in their order.
  void briefs(FolderId, std::span<const Entry>, Brief,
              const std::function<void(std::size_t, std::string_view)>& each, const Reason&);
  // Makes what is missing of the index, and anew what has messages that are gone, a piece at a
  // time, until `go_on` says false; a stop that is requested ends it within a message. True: all is
  // as it should be.
  bool keep_index(const std::function<bool(const IndexProgress&)>& go_on, const BriefsOf&,
                  const Reason&, const std::stop_token& = {});

  // ---- changing the mailbox key, while everything above goes on
  // From here on `newest` seals the mailbox: tree, states and blocks are sealed anew, in one
  // transaction. Nothing happens when it does already.
  void seal_under(EpochKey newest, const Reason&);
  // The next few messages after `after` whose keys a former mailbox key wraps: wraps them anew, or
  // gives the messages new keys and seals their contents anew. Returns the last of them; nothing
  // when there are no more.
  enum class Renew { message_keys, contents };
  std::optional<MessageId> renew(Renew, MessageId after, const Reason&);
  std::uint64_t to_be_renewed();  // messages
  // What former keys open leaves the log, too. False: readers are in the way, try again later.
  bool settle();

 private:
  struct Open;  // what writer and readers share
  MailboxId id_;
  std::shared_ptr<Open> open_;
};

}  // namespace storage
