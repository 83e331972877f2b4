#pragma once
// What the roots of a DEP said, weighed with what they said before (RULES.md section 2, decision
// D8): a denial holds until that same root unwraps again, over restarts too. Blocking pool only;
// any thread.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "policy/verdicts.h"
#include "storage/directory.h"

namespace policy {

// What follows from the answers of a DEP version's roots.
struct Standing {
  Outcome outcome = Outcome::serve;
  std::vector<RootAnswer> answers{};  // denials of before in the place of what says nothing
  UnixTime outage_since = 0;          // with outage

  std::string failures() const;  // "https://...: denied (...); https://...: transient (...)"
};

class RootMemory {
 public:
  RootMemory(storage::Directory& directory, const Clock& clock)
      : directory_(directory), clock_(clock) {}

  // Of the roots that were asked, in that order; the last of them has unwrapped, or none has.
  // What is new in it is on disk when this returns.
  Standing weigh(const storage::Dep&, std::uint32_t version, std::vector<RootAnswer>);

 private:
  void weigh(const storage::Dep&, const std::vector<storage::RootDenial>&, RootAnswer&);

  storage::Directory& directory_;
  const Clock& clock_;
};

}  // namespace policy
