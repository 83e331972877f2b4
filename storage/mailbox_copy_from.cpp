// COPY from one mailbox to another: opened there, sealed anew here.

#include "base/error.h"
#include "storage/mailbox_open.h"

namespace storage {
namespace {

constexpr std::size_t messages_at_once = 10'000;
constexpr std::uint64_t octets_at_once = 512u << 20;
constexpr std::size_t texts_at_once = 64u << 20;  // held until all are sealed, octets

[[noreturn]] void refuse_so_much() {
  throw Error(Fault::limit, "that is too much to be copied to another mailbox at once",
              "copy fewer messages at a time");
}

FlagNames names_of(const Flags& flags, const Tree& tree) {
  FlagNames names{.system = flags.system, .keywords = {}};
  for (std::size_t bit = 0; bit < tree.keywords().size(); ++bit)
    if (flags.has_keyword(bit)) names.keywords.push_back(tree.keywords()[bit]);
  return names;
}

// Whole, with what was derived from it.
NewMessage opened(Mailbox& mailbox, const Entry& entry, const Reason& reason) {
  NewMessage message;
  message.octets = mailbox.octets(entry, 0, entry.size, reason);
  message.summary = mailbox.summary(entry, reason);
  const auto take = [&](std::size_t, std::string_view header, std::string_view body) {
    message.header_text = header;
    message.body_text = body;
    return true;
  };
  mailbox.texts(std::span(&entry, 1), Mailbox::Texts::both, take, reason);
  message.internal_date = entry.internal_date;
  message.zone = entry.zone;
  return message;
}

}  // namespace

Copied Mailbox::copy_from(Mailbox& source, std::span<const Entry> entries, FolderId to,
                          const KeptFlags& flags, const Reason& reason) {
  const auto tree = source.tree();
  Copied copied;
  NewMessage message;
  std::size_t held = 0;
  const auto next = [&]() -> const NewMessage* {
    for (; !entries.empty(); entries = entries.subspan(1)) try {
        const auto& entry = entries.front();
        message = opened(source, entry, reason);
        held += message.summary.size() + message.header_text.size() + message.body_text.size();
        if (held > texts_at_once) refuse_so_much();
        message.flags = names_of(kept(entry.flags, flags), *tree);
        copied.from.push_back(entry.uid);
        entries = entries.subspan(1);
        return &message;
      } catch (const Error& error) {
        if (error.fault() != Fault::not_found) throw;  // expunged meanwhile
      }
    return nullptr;
  };
  const auto more = usage_of({entries.begin(), entries.end()});
  if (more.messages > messages_at_once || more.octets > octets_at_once) refuse_so_much();
  auto appended = open_->append(to, next, more, Room::required, reason, nothing_else);
  copied.uid_validity = appended.uid_validity;
  copied.to = std::move(appended.uids);
  return copied;
}

}  // namespace storage
