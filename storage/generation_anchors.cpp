#include "storage/generation_anchors.h"

namespace storage {

std::map<MailboxId, std::uint64_t> GenerationAnchors::all() const {
  return anchors_.read([](Connection& anchors) {
    std::map<MailboxId, std::uint64_t> found;
    for (auto rows = anchors.query("select mailbox, number from generation where mailbox > 0");
         rows.next();)
      found[MailboxId(rows.integer(0))] = static_cast<std::uint64_t>(rows.integer(1));
    return found;
  });
}

std::uint64_t GenerationAnchors::of(MailboxId mailbox) const {
  return anchors_.read([&](Connection& anchors) {
    return static_cast<std::uint64_t>(
        anchors.number("select number from generation where mailbox = ?", mailbox.value)
            .value_or(0));
  });
}

void GenerationAnchors::raise(std::span<const MailboxGeneration> generations,
                              Anchors::Until until) {
  anchors_.write(until, [&](Connection& anchors) {
    for (const auto& [mailbox, generation] : generations)
      anchors.run(
          "insert into generation(mailbox, number) values(?, ?)"
          " on conflict do update set number = max(number, excluded.number)",
          mailbox.value, static_cast<std::int64_t>(generation));
  });
}

void GenerationAnchors::set(MailboxId mailbox, std::uint64_t generation) {
  anchors_.write(Anchors::Until::on_disk, [&](Connection& anchors) {
    anchors.run("insert or replace into generation(mailbox, number) values(?, ?)", mailbox.value,
                static_cast<std::int64_t>(generation));
  });
}

void GenerationAnchors::forget(std::span<const MailboxId> mailboxes) {
  anchors_.write(Anchors::Until::on_disk, [&](Connection& anchors) {
    for (const auto mailbox : mailboxes)
      anchors.run("delete from generation where mailbox = ?", mailbox.value);
  });
}

}  // namespace storage
