#include "server/vault/audit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "base/log.h"
#include "server/vault/audit_chain.h"

namespace vault {
namespace {

Error cannot_write() { return {Fault::unavailable, "cannot write the audit log"}; }

int opened(const Path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) throw Error(Fault::unavailable, "cannot write " + path.string());
  return file;
}

struct Ending {
  AuditState state;     // where to go on
  std::string problem;  // none: as it should be
};

// Reads what the checkpoint does not know of yet. A line cut short by a crash is no line.
Ending ending_of(const AuditFiles& files, const Secret& key) {
  const bool logged = std::filesystem::exists(files.log);
  const auto size = logged ? std::filesystem::file_size(files.log) : 0;
  if (!std::filesystem::exists(files.checkpoint))
    return {{0, size, Bytes(32)}, size == 0 ? "" : "the checkpoint is missing"};
  const auto checkpoint = read_checkpoint(files.checkpoint, key);
  if (!checkpoint) return {{0, size, Bytes(32)}, "the checkpoint is not genuine"};
  auto state = *checkpoint;
  if (size < state.offset) return {{state.number, size, state.chain}, "lines are missing"};
  std::ifstream log(files.log, std::ios::binary);
  log.seekg(static_cast<std::streamoff>(state.offset));
  for (std::string line; std::getline(log, line) && !log.eof();) {
    const auto next = follows(line, state, key);
    if (!next) return {{state.number, size, state.chain}, "lines were added or altered"};
    state = *next;
  }
  return {state, ""};
}

}  // namespace

AuditLog::AuditLog(const AuditFiles& files, Secret key, const Clock& clock)
    : key_(std::move(key)), log_(-1), checkpoint_(-1) {
  const bool begins = !std::filesystem::exists(files.log);
  auto [state, problem] = ending_of(files, key_);
  state_ = std::move(state);
  log_ = opened(files.log, O_RDWR);
  checkpoint_ = opened(files.checkpoint, O_RDWR);
  if (::ftruncate(log_, static_cast<off_t>(state_.offset)) != 0) throw cannot_write();
  write_checkpoint(state_);
  synced_ = state_.number;
  if (begins) add({clock.now(), "vault", "audit begins", "", 200, "", "", ""});
  if (problem.empty()) return;
  logging::error("the audit log was damaged", {{"log", files.log.string()}, {"text", problem}});
  add({clock.now(), "vault", "audit damaged", "", 500, problem, "", ""});
}

AuditLog::~AuditLog() {
  ::close(log_);
  ::close(checkpoint_);
}

void AuditLog::add(const AuditEntry& entry) {
  std::unique_lock lock(mutex_);
  const auto line = audit_line(entry, state_, key_);
  write(line);
  state_ = follows(std::string_view(line).substr(0, line.size() - 1), state_, key_).value();
  sync(lock, state_.number);
}

void AuditLog::write(const std::string& line) const {
  const auto at = static_cast<off_t>(state_.offset);
  if (::pwrite(log_, line.data(), line.size(), at) == static_cast<ssize_t>(line.size())) return;
  if (::ftruncate(log_, at) != 0) logging::error("the audit log has half a line");
  throw cannot_write();
}

// Whoever finds nobody syncing does it for all lines written so far.
void AuditLog::sync(std::unique_lock<std::mutex>& lock, std::uint64_t number) {
  changed_.wait(lock, [&] { return synced_ >= number || !syncing_; });
  if (synced_ >= number) return;
  syncing_ = true;
  const auto covered = state_;
  lock.unlock();
  const bool done = ::fdatasync(log_) == 0;
  lock.lock();
  syncing_ = false;
  if (done) synced_ = covered.number;
  changed_.notify_all();
  if (!done) throw Error(Fault::unavailable, "cannot write the audit log to disk");
  write_checkpoint(covered);
}

void AuditLog::write_checkpoint(const AuditState& state) const {
  const auto text = checkpoint_text(state, key_);
  if (::pwrite(checkpoint_, text.data(), text.size(), 0) < 0) throw cannot_write();
}

AuditReport verify_audit(const AuditFiles& files, const Secret& key) {
  const auto checkpoint = read_checkpoint(files.checkpoint, key);
  AuditReport report;
  std::ifstream log(files.log, std::ios::binary);
  if (!log) throw Error(Fault::not_found, "there is no " + files.log.string());
  bool met = checkpoint && checkpoint->number == 0;
  for (std::string line; std::getline(log, line) && !log.eof();) {
    const auto next = follows(line, report.state, key);
    if (!next) {
      report.problems.push_back("line " + std::to_string(report.state.number + 1) +
                                " does not follow the one before it");
      return report;
    }
    report.state = *next;
    if (line.find(R"("operation":"audit damaged")") != line.npos)
      report.problems.push_back("line " + std::to_string(next->number) +
                                " tells of damage found at a start");
    met = met ||
          (checkpoint && next->number == checkpoint->number && next->chain == checkpoint->chain);
  }
  if (!checkpoint) report.problems.emplace_back("the checkpoint is not genuine");
  if (checkpoint && !met)
    report.problems.push_back("lines up to " + std::to_string(checkpoint->number) +
                              " are missing at the end");
  return report;
}

}  // namespace vault
