#include "imap/url_message.h"

#include "base/error.h"
#include "imap/folder_name.h"
#include "imap/message_section.h"

namespace imap {
namespace {

void check_size(std::uint64_t size, std::uint64_t limit) {
  if (size > limit)
    throw Error(Fault::too_big, "what the URLs name is more than this server takes");
}

std::optional<std::string> octets_of(const Readable& message, const FetchItem& section,
                                     std::uint64_t limit) {
  const auto value = section_of(message, section);
  if (!value) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&*value)) {
    check_size(text->size(), limit);
    return *text;
  }
  const auto& content = std::get<Content>(*value);
  check_size(content.length, limit);
  return all_of(message.read, content);
}

}  // namespace

std::optional<FolderId> folder_of(const storage::Tree& tree, const ImapUrl& url) try {
  const auto name = storage::checked_folder_name(url.mailbox.value_or(""));
  const auto* node = tree.find(name);
  if (node == nullptr) node = tree.find(normalized_name(name));
  return node != nullptr ? node->folder : std::nullopt;
} catch (const Error& error) {
  if (error.fault() != Fault::invalid) throw;  // no folder can be called so
  return std::nullopt;
}

std::optional<std::string> url_octets(storage::Mailbox& mailbox, FolderId folder,
                                      const ImapUrl& url, std::uint64_t limit,
                                      const storage::Reason& reason) try {
  const auto [uid_validity, entry] = mailbox.find(folder, Uid(url.uid.value_or(0)), reason);
  if (!entry || url.uid_validity.value_or(uid_validity) != uid_validity) return std::nullopt;
  const ReadOctets read = [&, &entry = entry](mime::Range range) {
    return mailbox.octets(*entry, range.offset, range.length, reason);
  };
  if (!needs_summary(url.section)) return octets_of({*entry, nullptr, read}, url.section, limit);

  std::string summary;
  mailbox.summaries(
      folder, std::span(&*entry, 1), [&](std::size_t, std::string_view found) { summary = found; },
      reason);
  if (summary.empty()) throw Error(Fault::corrupt, "the summary of a message cannot be read");
  const mime::SummaryView view(summary);
  return octets_of({*entry, &view, read}, url.section, limit);
} catch (const Error& error) {
  if (error.fault() != Fault::not_found) throw;  // expunged, or the folder removed, meanwhile
  return std::nullopt;
}

}  // namespace imap
