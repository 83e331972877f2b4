// Octets and search texts of messages.

#include <algorithm>

#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

// A message and what belongs to it go in one transaction.
[[noreturn]] void missing(Connection& connection, const MailboxSeals& seals, MessageId message) {
  if (has_message(connection, message)) seals.corrupt("key or texts of message", message.value);
  throw Error(Fault::not_found, "the message was expunged");
}

crypto::MessageKey message_key(Connection& connection, const MailboxSeals& seals,
                               MessageId message) {
  auto row =
      connection.query("select epoch, wrapped from message_key where message = ?", message.value);
  if (!row.next()) missing(connection, seals, message);
  return seals.unwrap(row.blob(1), message, static_cast<std::uint32_t>(row.integer(0)));
}

// A message's chunks, each of the size that the message's size gives it.
class Chunks {
 public:
  Chunks(Connection& connection, const MailboxSeals& seals, const Entry& entry,
         const Reason& reason)
      : connection_(connection),
        seals_(seals),
        entry_(entry),
        reason_(reason),
        key_(message_key(connection, seals, entry.message)),
        count_(chunks_of(entry.size)) {}

  Bytes open(std::uint64_t number) {
    auto row =
        connection_.query("select d from body where id = ?", chunk_row(entry_.message, number));
    if (!row.next()) damaged();
    const bool last = number + 1 == count_;
    auto plain = seals_.open_chunk(entry_.message, key_, static_cast<std::uint32_t>(number), last,
                                   row.blob(0), reason_);
    if (plain.size() != (last ? entry_.size - number * chunk_size : chunk_size)) damaged();
    return plain;
  }

 private:
  [[noreturn]] void damaged() const { seals_.corrupt("body of message", entry_.message.value); }

  Connection& connection_;
  const MailboxSeals& seals_;
  const Entry& entry_;
  const Reason& reason_;
  crypto::MessageKey key_;
  std::uint64_t count_;
};

// The columns that were not asked for are not read: a text can be long.
std::string_view texts_sql(Mailbox::Texts texts) {
  switch (texts) {
    case Mailbox::Texts::header:
      return "select k.epoch, k.wrapped, d.header from message_key k"
             " join derived d on d.message = k.message where k.message = ?";
    case Mailbox::Texts::body:
      return "select k.epoch, k.wrapped, d.body from message_key k"
             " join derived d on d.message = k.message where k.message = ?";
    case Mailbox::Texts::both:
      break;
  }
  return "select k.epoch, k.wrapped, d.header, d.body from message_key k"
         " join derived d on d.message = k.message where k.message = ?";
}

struct OpenTexts {
  Bytes header, body;
};

// Nothing when it was expunged, or is damaged, which is in the log then.
std::optional<OpenTexts> read_texts(Connection& connection, const MailboxSeals& seals,
                                    MessageId message, Mailbox::Texts texts,
                                    const Reason& reason) try {
  auto row = connection.query(texts_sql(texts), message.value);
  if (!row.next()) missing(connection, seals, message);
  const auto key = seals.unwrap(row.blob(1), message, static_cast<std::uint32_t>(row.integer(0)));
  OpenTexts open;
  int column = 2;
  if (texts != Mailbox::Texts::body)
    open.header = seals.open(crypto::Kind::header_text, message, key, row.blob(column++), reason);
  if (texts != Mailbox::Texts::header)
    open.body = seals.open(crypto::Kind::body_text, message, key, row.blob(column), reason);
  return open;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt && error.fault() != Fault::not_found) throw;
  return std::nullopt;
}

}  // namespace

std::string Mailbox::octets(const Entry& entry, std::uint64_t offset, std::uint64_t length,
                            const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  const SqlTransaction at_once(*reader, SqlTransaction::Kind::deferred);
  Chunks chunks(*reader, open_->seals(), entry, reason);
  const auto begin = std::min(offset, entry.size);
  const auto end = begin + std::min(length, entry.size - begin);
  std::string octets;
  octets.reserve(end - begin);
  while (begin + octets.size() < end) {
    const auto at = begin + octets.size();
    const auto plain = chunks.open(at / chunk_size);
    const auto skip = at % chunk_size;
    octets.append(text_of(plain).substr(skip, end - at));
  }
  return octets;
}

std::string Mailbox::summary(const Entry& entry, const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  auto row = reader->query(
      "select k.epoch, k.wrapped, d.summary from message_key k"
      " join derived d on d.message = k.message where k.message = ?",
      entry.message.value);
  if (!row.next()) missing(*reader, open_->seals(), entry.message);
  const auto key =
      open_->seals().unwrap(row.blob(1), entry.message, static_cast<std::uint32_t>(row.integer(0)));
  return std::string(
      text_of(open_->seals().open(crypto::Kind::summary, entry.message, key, row.blob(2), reason)));
}

void Mailbox::texts(
    std::span<const Entry> entries, Texts texts,
    const std::function<bool(std::size_t, std::string_view, std::string_view)>& each,
    const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  for (std::size_t n = 0; n < entries.size(); ++n) {
    const auto open = read_texts(*reader, open_->seals(), entries[n].message, texts, reason);
    if (open && !each(n, text_of(open->header), text_of(open->body))) return;
  }
}

}  // namespace storage
