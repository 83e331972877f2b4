#include "imap/commands/marking.h"

namespace imap::commands {

Task<> mark(Session& session, const std::vector<Uid>& uids, storage::FlagMode mode,
            const storage::FlagNames& flags) {
  auto& view = session.view();
  const auto reason = session.reason(crypto::Cause::fetch);
  auto work = [&] {
    session.mailbox().store(view.folder(), uids, mode, flags, std::nullopt, reason);
  };
  co_await session.blocking(work);
  view.absorb();
}

}  // namespace imap::commands
