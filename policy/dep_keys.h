#pragma once
// DEP keys in use (RULES.md sections 1 and 2, decisions D7 to D9): in locked memory for a while,
// each with how long it serves whom, renewed ahead of its end. One question to the roots in flight
// for each version; others wait for its answer. Blocking pool only; any thread.

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "policy/audit.h"
#include "policy/dep_unwrap.h"
#include "policy/root_memory.h"

namespace policy {

using storage::DepVersion;

struct KeyTimes {
  std::chrono::seconds dep_key_ttl{900};             // 0: the roots are asked at each opening
  std::chrono::seconds availability_max{72 * 3600};  // of an outage, for users
};

// Who wants a DEP key, for the audit log.
struct Wanting {
  crypto::ActorClass use;
  std::span<const MailboxId> mailboxes;  // to be opened with it
};

// What the roots said last of a version, and what came of it.
struct DepKeyState {
  std::shared_ptr<const crypto::DepKey> key;  // none: not to be had
  bool by_availability_key = false;
  UnixTime asked = 0;        // just before the roots were
  UnixTime ends = 0;         // of the key in memory
  UnixTime users_until = 0;  // how long an open mailbox may serve users
  Standing standing{};
  std::string request_id;               // that the audit log has it under
  std::optional<Error> user_refusal;    // why not
  std::optional<Error> system_refusal;  // likewise; none without a key: nobody has wanted it yet
};
using SharedDepKeyState = std::shared_ptr<const DepKeyState>;

class DepKeys {
 public:
  // Asked again no sooner than this after an answer that refuses users, however many log in; and
  // after one that refuses the system. In the background, as often as the latter.
  static constexpr UnixTime user_retry = 3;
  static constexpr UnixTime recheck = 20;
  // How long an open mailbox may serve users without being confirmed, though the ttl is shorter.
  static constexpr UnixTime shortest_lease = 2;

  DepKeys(storage::Directory&, crypto::RootKeys&, crypto::ServiceKeys&, Audit&, const Clock&,
          const KeyTimes&);

  // A state with a key that serves the use. Throws denied, unavailable or corrupt; the text names
  // the DEP and what each root said.
  SharedDepKeyState serving(const DepVersion&, const Wanting&);
  // What is known now: asks nobody. None: nothing. Counts as a sign that the key is in use.
  SharedDepKeyState known(const DepVersion&);

  // Versions whose roots are to be asked now: keys in use near their end, and trouble that may be
  // over. Each is named once until renew() has been called for it.
  std::vector<DepVersion> due();
  // Asks the roots. A key that they do not confirm stays until its end, unless they deny: then it
  // goes at once. Does not throw: what failed is logged, and known to the next who asks.
  void renew(const DepVersion&);
  void forget_expired();
  void forget(DepId);  // waits for answers that are on their way

  // Versions that an availability key served last, and no root since.
  std::vector<DepVersion> on_availability_key() const;

  struct Statistics {
    DepUnwrap::Counters counters;
    std::size_t cached = 0, waiting = 0;
  };
  Statistics statistics() const;

 private:
  struct Entry {
    SharedDepKeyState last;
    std::shared_future<SharedDepKeyState> in_flight;
    UnixTime wanted = 0;
    bool renewing = false;
  };
  using Answer = std::promise<SharedDepKeyState>;

  // What the entry alone answers; throws the refusal that it remembers. With the mutex held.
  SharedDepKeyState remembered(const Entry&, crypto::ActorClass) const;
  SharedDepKeyState ask(const DepVersion&, const Wanting&, Answer&);
  SharedDepKeyState asked(const DepVersion&, const Wanting&, const SharedDepKeyState& before);
  bool carried_over(DepKeyState&, const SharedDepKeyState& before) const;
  bool lasts(const SharedDepKeyState&) const;
  void without_root(DepKeyState&, const storage::Dep&, const storage::WrappedDepKey&,
                    const Wanting&, const SharedDepKeyState& before);
  SharedDepKeyState wait_for(const std::shared_future<SharedDepKeyState>&);
  // What the roots have just said, for another use than the one that had them asked.
  SharedDepKeyState shared(const DepVersion&, const Wanting&, const SharedDepKeyState&);
  void fall_back(DepKeyState&, const storage::Dep&, const storage::WrappedDepKey&, const Wanting&);
  void record_fallback(const DepKeyState&, const storage::Dep&, std::uint32_t version,
                       const Wanting&);
  void keep(Entry&, const SharedDepKeyState&) const;
  bool serves(const DepKeyState&, crypto::ActorClass) const;
  bool is_due(const Entry&, UnixTime now) const;

  storage::Directory& directory_;
  Audit& audit_;
  const Clock& clock_;
  const UnixTime ttl_, availability_max_;
  DepUnwrap unwrap_;
  RootMemory memory_;
  mutable std::mutex mutex_;
  std::map<DepVersion, Entry> entries_;
  std::atomic<std::size_t> waiting_ = 0;
};

}  // namespace policy
