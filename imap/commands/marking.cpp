#include "imap/commands/marking.h"

namespace imap::commands {

Task<std::vector<Uid>> mark(Session& session, const std::vector<Uid>& uids, storage::FlagMode mode,
                            const storage::FlagNames& flags,
                            std::optional<ModSeq> unchanged_since) {
  auto& view = session.view();
  const auto reason = session.reason(crypto::Cause::fetch);
  auto work = [&] {
    return session.selected_mailbox().store(view.folder(), uids, mode, flags, unchanged_since,
                                            reason);
  };
  const auto left_alone = co_await session.blocking(work);
  view.absorb();
  co_return left_alone;
}

}  // namespace imap::commands
