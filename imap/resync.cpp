#include "imap/resync.h"

#include <algorithm>

namespace imap {
namespace {

using Ranges = std::vector<SequenceSet::Range>;

// A set without "*" and "$".
SequenceSet plain_set(Request& request) {
  auto set = request.sequence_set();
  const auto has_star = [](const SequenceSet::Range& range) {
    return range.first == SequenceSet::star || range.last == SequenceSet::star;
  };
  if (set.is_saved() || std::ranges::any_of(set.ranges(), has_star))
    throw BadSyntax("QRESYNC takes sets of numbers, without * and $");
  return set;
}

// How many numbers are in it.
std::uint64_t checked_rising(const SequenceSet& set) {
  std::uint64_t count = 0;
  std::uint32_t before = 0;
  for (const auto& [first, last] : set.ranges()) {
    if (first <= before || last < first) throw BadSyntax("Matched numbers and UIDs must rise");
    count += std::uint64_t{last} - first + 1;
    before = last;
  }
  return count;
}

KnownNumbers parse_known_numbers(Request& request) {
  KnownNumbers result;
  request.expect('(');
  result.numbers = plain_set(request);
  request.space();
  result.uids = plain_set(request);
  request.expect(')');
  if (checked_rising(result.numbers) != checked_rising(result.uids))
    throw BadSyntax("There must be as many matched numbers as UIDs");
  return result;
}

// The numbers of a rising set, one after the other: there may be billions.
class Members {
 public:
  explicit Members(const Ranges& ranges) : ranges_(ranges) {}

  std::optional<std::uint32_t> next() {
    if (at_ == ranges_.size()) return std::nullopt;
    const auto& range = ranges_[at_];
    const auto member = range.first + passed_++;
    if (member == range.last) {
      ++at_;
      passed_ = 0;
    }
    return member;
  }

 private:
  const Ranges& ranges_;
  std::size_t at_ = 0;
  std::uint32_t passed_ = 0;
};

Ranges ranges_of(const View& view, const SequenceSet& uids) {
  if (!uids.is_saved()) return uids.resolved(view.uid_next().value - 1);
  Ranges ranges;
  for (const auto uid : view.saved()) ranges.push_back({uid.value, uid.value});
  return ranges;
}

void add_range(std::string& text, std::uint32_t first, std::uint32_t last) {
  if (first > last) return;
  if (!text.empty()) text += ',';
  text += std::to_string(first);
  if (last > first) text += ':' + std::to_string(last);
}

// What is missing in [first, last].
void add_missing(std::string& text, const View& view, std::uint32_t first, std::uint32_t last) {
  const auto& entries = view.entries();
  for (auto n = entries.lower_bound(Uid(first)); n < entries.size();) {
    const auto run = entries.run_at(n);
    if (run.first.value > last) break;
    add_range(text, first, run.first.value - 1);
    first = run.last.value + 1;
    n += run.count;
  }
  add_range(text, first, last);
}

}  // namespace

Resync parse_resync(Request& request) {
  Resync result;
  request.space();
  request.expect('(');
  result.uid_validity = request.nz_number();
  request.space();
  result.modseq = ModSeq(request.number64());
  bool has_more = request.try_space();
  if (has_more && request.peek() != '(') {
    result.known = plain_set(request);
    has_more = request.try_space();
  }
  if (has_more) result.matched = parse_known_numbers(request);
  request.expect(')');
  return result;
}

Uid matched_up_to(const View& view, const KnownNumbers& known) {
  Members numbers(known.numbers.ranges());
  Members uids(known.uids.ranges());
  Uid matched{0};
  while (const auto number = numbers.next()) {
    const auto uid = uids.next();
    if (*number > view.count() || view.entry(*number).uid != Uid(*uid)) break;
    matched = Uid(*uid);
  }
  return matched;
}

std::string vanished(const View& view, const SequenceSet& uids, ModSeq since, Uid above) {
  std::string text;
  if (since == view.told_up_to()) return text;
  for (const auto& [first, last] : ranges_of(view, uids))
    add_missing(text, view, std::max(first, above.value + 1),
                std::min(last, view.uid_next().value - 1));
  return text;
}

}  // namespace imap
