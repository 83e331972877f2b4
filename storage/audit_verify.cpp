// AuditReader::verify: what somebody did to the log, told as exactly as the rows let it be told.

#include <algorithm>
#include <map>

#include "crypto/signature.h"
#include "storage/audit.h"
#include "storage/audit_reader.h"

namespace storage {
namespace {

// Records whose contents were moved are named where they came from, among so many at most.
constexpr std::size_t moved_limit = 256;

std::string record_named(std::int64_t number) { return "record " + std::to_string(number); }

// "record 7", "records 7 to 9"
std::string records_named(std::int64_t first, std::int64_t last) {
  if (first == last) return record_named(first);
  return "records " + std::to_string(first) + " to " + std::to_string(last);
}

class Verification {
 public:
  Verification(const crypto::DirectoryKey& key, AuditVerdict& verdict)
      : key_(key), verdict_(verdict) {}

  void row(std::int64_t number, ByteView sealed, ByteView stored);
  void end();
  // The hash of a record, if it was there.
  void want_hash(std::int64_t number) { wanted_[number]; }
  const std::optional<Bytes>& hash(std::int64_t number) { return wanted_[number]; }
  std::int64_t last() const { return last_; }
  void found(std::int64_t number, std::string text);

 private:
  std::optional<AuditRecord> record(std::int64_t number, ByteView sealed);
  void note_break(const AuditRecord&);
  bool follows(std::int64_t number, ByteView sealed, ByteView stored);
  void missing(std::int64_t first, std::int64_t last);

  const crypto::DirectoryKey& key_;
  AuditVerdict& verdict_;
  std::int64_t last_ = 0;
  // What the record before may have had as its hash: as stored, and as it must be. Empty: unknown.
  std::vector<Bytes> previous_{no_audit_hash()};
  std::map<std::int64_t, Bytes> strangers_;  // sealed, of those that do not open in their place
  std::vector<std::int64_t> places_;         // where those may have been
  std::map<std::int64_t, std::optional<Bytes>> wanted_;
};

void Verification::found(std::int64_t number, std::string text) {
  if (verdict_.findings.size() < audit_findings_limit)
    verdict_.findings.push_back({number, std::move(text)});
}

void Verification::missing(std::int64_t first, std::int64_t last) {
  found(first, records_named(first, last) + (first == last ? " is missing" : " are missing"));
  for (auto number = first; number <= last && places_.size() < moved_limit; ++number)
    places_.push_back(number);
}

std::optional<AuditRecord> Verification::record(std::int64_t number, ByteView sealed) {
  try {
    return opened(key_, number, sealed);
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return std::nullopt;
  }
}

void Verification::note_break(const AuditRecord& record) {
  const auto& event = record.event;
  if (event.operation != broken_operation) return;
  found(record.number, record_named(record.number) +
                           ": the server found the log broken and went on here: " +
                           (event.details.empty() ? "" : event.details[0].second));
}

bool Verification::follows(std::int64_t number, ByteView sealed, ByteView stored) {
  return previous_.empty() || std::ranges::any_of(previous_, [&](const Bytes& previous) {
           return std::ranges::equal(audit_hash(number, previous, sealed), stored);
         });
}

void Verification::row(std::int64_t number, ByteView sealed, ByteView stored) {
  if (number <= 0) return found(number, "a row " + std::to_string(number) + " that is no record");
  if (number > last_ + 1) {
    missing(last_ + 1, number - 1);
    previous_.clear();
  }
  last_ = number;
  ++verdict_.records;
  if (const auto wanted = wanted_.find(number); wanted != wanted_.end())
    wanted->second = copy_of(stored);
  const auto genuine = record(number, sealed);
  if (genuine) note_break(*genuine);
  if (!genuine && strangers_.size() < moved_limit) {
    strangers_[number] = copy_of(sealed);
    places_.push_back(number);
  } else if (!genuine) {
    found(number, record_named(number) + " does not open: it was altered, or is not ours");
  } else if (!follows(number, sealed, stored)) {
    found(number,
          record_named(number) + " does not link to the one before it: its hash was altered");
  }
  auto computed = previous_.empty() ? Bytes() : audit_hash(number, previous_[0], sealed);
  previous_ = {copy_of(stored)};
  if (genuine && !computed.empty()) previous_.push_back(std::move(computed));
  if (!genuine) previous_.clear();
}

void Verification::end() {
  for (const auto& [number, sealed] : strangers_) {
    const auto from = std::ranges::find_if(
        places_, [&, &octets = sealed](auto place) { return record(place, octets).has_value(); });
    found(number, from == places_.end()
                      ? record_named(number) + " does not open: it was altered, or is not ours"
                      : record_named(number) + " holds what was " + record_named(*from));
  }
}

void check_checkpoint(Verification& log, const AuditCheckpoint& checkpoint, const char* which) {
  const auto count = checkpoint.count;
  if (count > log.last()) {
    log.found(log.last(), "the log ends at " + record_named(log.last()) + ", and " + which +
                              " was signed for " + std::to_string(count) +
                              ": the last were removed, or an old copy was put back");
  } else if (count > 0 && log.hash(count) && *log.hash(count) != checkpoint.head) {
    log.found(count, std::string(which) + " was signed for another hash of " + record_named(count) +
                         ": it or one before it was replaced");
  }
}

}  // namespace

AuditVerdict AuditReader::verify(const std::optional<Bytes>& against) const {
  AuditVerdict verdict{.checkpoint = checkpoints_.read(public_key_), .public_key = public_key_};
  Verification log(key_, verdict);
  std::optional<AuditCheckpoint> earlier;
  if (against) {
    earlier = AuditCheckpoint::checked(*against, public_key_);
    if (!earlier)
      throw Error(Fault::invalid,
                  "that checkpoint was not signed with the key of this installation");
  }
  for (const auto& checkpoint : {verdict.checkpoint, earlier})
    if (checkpoint) log.want_hash(checkpoint->count);
  Connection connection(file_, Connection::Mode::read);
  for (auto rows = connection.query("select number, sealed, hash from record order by number");
       rows.next();)
    log.row(rows.integer(0), rows.blob(1), rows.blob(2));
  log.end();
  if (verdict.checkpoint)
    check_checkpoint(log, *verdict.checkpoint, "the last checkpoint");
  else
    log.found(0, "there is no checkpoint in the service-key directory that holds");
  if (earlier) check_checkpoint(log, *earlier, "the given checkpoint");
  std::ranges::stable_sort(verdict.findings, {}, &AuditFinding::number);
  return verdict;
}

}  // namespace storage
