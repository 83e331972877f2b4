#include "policy/root_memory.h"

#include <algorithm>

#include "base/log.h"

namespace policy {

using crypto::RootVerdict;

std::string Standing::failures() const {
  std::string text;
  for (const auto& answer : answers) text += (text.empty() ? "" : "; ") + described(answer);
  return text;
}

void RootMemory::weigh(const storage::Dep& dep, const std::vector<storage::RootDenial>& denials,
                       RootAnswer& answer) {
  const auto before = std::ranges::find(denials, answer.kid, &storage::RootDenial::kid);
  const bool denied_before = before != denials.end();
  if (answer.verdict == RootVerdict::ok) {
    if (!denied_before) return;
    directory_.lift_root_denial(dep.id, answer.kid);
    logging::info("key.root_denial_lifted", {{"dep", dep.name}, {"root", answer.kid}});
  } else if (answer.verdict == RootVerdict::denied) {
    if (denied_before && before->reason == answer.reason) return;
    directory_.note_root_denial(dep.id, {answer.kid, clock_.now(), answer.reason});
    if (!denied_before)
      logging::warning("key.root_denied", {{"dep", dep.name}, {"root", described(answer)}});
  } else if (const auto counts = remembered(answer.verdict, denied_before);
             counts != answer.verdict) {
    answer.reason = before->reason + "; not lifted since, now " +
                    std::string(name_of(answer.verdict)) + ": " + answer.reason;
    answer.verdict = counts;
  }
}

Standing RootMemory::weigh(const storage::Dep& dep, std::uint32_t version,
                           std::vector<RootAnswer> answers) {
  Standing standing{.answers = std::move(answers)};
  const auto denials = directory_.root_denials(dep.id);
  for (auto& answer : standing.answers) weigh(dep, denials, answer);
  const auto& said = standing.answers;
  standing.outcome = decide(said.front().verdict, said.back().verdict);
  if (standing.outcome == Outcome::outage)
    standing.outage_since = directory_.note_outage(dep.id, version, clock_.now());
  else if (standing.outcome == Outcome::serve && directory_.outage(dep.id, version))
    directory_.end_outage(dep.id, version);
  return standing;
}

}  // namespace policy
