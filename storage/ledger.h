#pragma once
// The ledger of crossings: ledger.db in the data directory. How often a mailbox's mail was opened,
// how much of it, why and for whom, by hours, after four weeks by days, after thirteen months
// without a time (policy/RULES.md section 19). Every row is sealed under the directory key and
// found by a keyed hash: without that key the file says how many rows there are and how long, no
// more.
//
// A row that does not open is logged; counting goes on in a new one in its place. An older file or
// row that is put back is noticed (policy/RULES.md, "Roll-back"), and counting goes on, too.
// Blocking; any thread. Throws unavailable (disk).

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "crypto/service_keys.h"
#include "storage/checkpointer.h"
#include "storage/generation_anchors.h"
#include "storage/ledger_edit.h"
#include "storage/ledger_record.h"
#include "storage/owner_lock.h"
#include "storage/sqlite.h"

namespace storage {

inline constexpr std::int32_t ledger_days = 28;    // that are kept by hours
inline constexpr std::int32_t ledger_months = 13;  // that are kept by days

struct LedgerAddition {
  UnixTime time = 0;
  MailboxId mailbox;
  DepId dep;
  crypto::Cause cause;
  crypto::Actor actor;
  crypto::CrossingTotals totals{};
};

class Ledger {
 public:
  // Makes it, or opens it; whether it is an older one is known then. Throws unavailable when
  // another process has it, invalid when it is of a newer version.
  Ledger(const std::filesystem::path& data, crypto::ServiceKeys&, Anchors&);
  ~Ledger();  // anchored as it is then

  // All or none, on disk when it returns.
  void add(std::span<const LedgerAddition>);

  // Each record of one mailbox, or of all; as they were at one moment. What is damaged is passed
  // over; so is what somebody has taken out, which is logged.
  using Each = std::function<void(const LedgerRecord&)>;
  void read(MailboxId, const Each&);
  void read_all(const Each&);

  // Mailboxes that have days or months that are old by now, and what makes these less exact, of all
  // of them or none.
  std::vector<MailboxId> to_be_aged(UnixTime now);
  void age(std::span<const MailboxId>, UnixTime now);

  // ---- roll-backs. An older file keeps its generation until it is accepted.
  bool rolled_back() const { return older_ || altered_; }
  void check_rows();                                        // once, before much is read
  void accept_roll_back();                                  // what is there is believed
  std::uint64_t generation() const { return generation_; }  // as last committed

  // ---- who wants a notice each month
  std::vector<LedgerNotice> notices();
  std::optional<LedgerNotice> notice(MailboxId);
  void set_notice(const LedgerNotice&);
  void remove_notice(MailboxId);

 private:
  std::optional<LedgerRecord> found(Connection&, MailboxId, LedgerPeriod) const;
  LedgerRecord found_or_new(MailboxId, LedgerPeriod);
  std::optional<LedgerRecord> opened(std::int64_t row, ByteView sealed) const;
  std::optional<LedgerNotice> opened_notice(std::int64_t row, ByteView sealed) const;
  void list(LedgerEdit&, MailboxId, LedgerPeriod day, std::uint8_t hour);
  std::set<LedgerPeriod> present(MailboxId, LedgerPeriod today);
  void keep(LedgerEdit&, const LedgerRecord&);
  void remove(LedgerEdit&, MailboxId, LedgerPeriod);
  void age(LedgerEdit&, MailboxId, UnixTime now);
  void fold(LedgerEdit&, LedgerRecord& all, LedgerPeriod from, LedgerPeriod to);
  void change(const std::function<void(LedgerEdit&)>&);
  std::optional<GenerationRecord> found_generation(Connection&) const;
  void check_generation();
  void adopt(std::uint64_t generation);  // with `writing_`
  void believe(GenerationRecord);

  const std::filesystem::path file_;
  const crypto::DirectoryKey key_;
  OwnerLock lock_;
  GenerationAnchors anchors_;
  std::mutex writing_;
  Connection connection_;                            // with `writing_`; this, too:
  GenerationRecord now_;                             // as last committed
  std::uint64_t adopted_ = 0;                        // how often what is there was believed
  std::atomic<bool> older_{false}, altered_{false};  // the file was put back, or a row of it
  std::atomic<std::uint64_t> generation_{0};
  Checkpointer checkpointer_;
};

}  // namespace storage
