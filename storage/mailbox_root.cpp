#include "storage/mailbox_root.h"

#include "base/error.h"

namespace storage {
namespace {

constexpr std::uint8_t root_version = 1;

SharedRoot opened(Connection& connection, const MailboxSeals& seals, std::uint64_t generation,
                  ByteView sealed, std::int64_t filed, const SharedRoot& latest,
                  const Reason& reason) {
  const auto row = static_cast<std::int64_t>(generation);
  auto root =
      decoded_root(generation, seals.open(crypto::Kind::mailbox_root, row, 0, sealed, reason));
  if (root.filed != filed) seals.corrupt("arrivals filed, root", row);
  if (latest && latest->records.list_version() == root.records.list_version())
    root.records.load(latest->records.list());
  else
    load_list(connection, seals, list_row(seals.mailbox()), root.records, reason);
  return std::make_shared<const MailboxRoot>(std::move(root));
}

}  // namespace

Bytes encoded(const MailboxRoot& root) {
  Encoder to;
  to.number(root_version);
  to.number(root.tree);
  to.number(root.last_message.value);
  to.number(root.filed);
  to.number(static_cast<std::uint32_t>(root.unfiled.size()));
  for (const auto arrival : root.unfiled) to.number(arrival);
  root.records.encode(to);
  return to.take();
}

MailboxRoot decoded_root(std::uint64_t generation, ByteView bytes) {
  Decoder from(bytes);
  from.version(root_version);
  MailboxRoot root{.generation = generation, .unfiled = {}, .records = {}};
  root.tree = from.number<std::uint32_t>();
  root.last_message = MessageId(from.number<std::int64_t>());
  root.filed = from.number<std::int64_t>();
  for (auto left = from.number<std::uint32_t>(); left > 0; --left)
    root.unfiled.insert(from.number<std::int64_t>());
  root.records = RecordVersions::decoded(from);
  from.end();
  return root;
}

SharedRoot read_root(Connection& connection, const MailboxSeals& seals, const SharedRoot& latest,
                     const Reason& reason) {
  seals.pass(reason);
  auto row = connection.query("select generation, filed, d from root where mailbox = ?",
                              seals.mailbox().value);
  if (!row.next()) {
    if (latest && latest->generation > 0) seals.corrupt("root of mailbox", seals.mailbox().value);
    return nullptr;
  }
  const auto generation = static_cast<std::uint64_t>(row.integer(0));
  if (latest && generation == latest->generation) return latest;
  if (latest && generation < latest->generation)  // put back while it is open
    seals.corrupt("root of mailbox", seals.mailbox().value);
  return opened(connection, seals, generation, row.blob(2), row.integer(1), latest, reason);
}

template <class Key, class Version>
void load_list(Connection& connection, const MailboxSeals& seals, std::int64_t row,
               Versions<Key, Version>& versions, const Reason& reason) try {
  if (versions.list_version() == 0) return;
  using These = Versions<Key, Version>;
  auto found = connection.query("select d from versions where id = ?", row);
  if (!found.next()) seals.corrupt("list of versions", row);
  const auto plain =
      seals.open(crypto::Kind::versions, row, versions.list_version(), found.blob(0), reason);
  versions.load(std::make_shared<const typename These::List>(These::decoded_list(plain)));
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
}

void write_root(Connection& connection, const MailboxSeals& seals, const MailboxRoot& root,
                std::uint32_t epoch) {
  const auto generation = static_cast<std::int64_t>(root.generation);
  const auto sealed = seals.seal(crypto::Kind::mailbox_root, generation, 0, encoded(root), epoch);
  connection.run("insert or replace into root(mailbox, generation, filed, d) values(?, ?, ?, ?)",
                 seals.mailbox().value, generation, root.filed, sealed);
}

template <class Key, class Version>
void write_list(Connection& connection, const MailboxSeals& seals, std::int64_t row,
                const Versions<Key, Version>& versions, std::uint32_t epoch) {
  const auto plain = Versions<Key, Version>::encoded_list(*versions.list());
  const auto sealed =
      seals.seal(crypto::Kind::versions, row, versions.list_version(), plain, epoch);
  connection.run("insert or replace into versions(id, d) values(?, ?)", row, sealed);
}

void remove_root(Connection& connection, MailboxId mailbox) {
  connection.run("delete from root where mailbox = ?", mailbox.value);
  connection.run("delete from versions where id = ?", list_row(mailbox));
}

template void load_list(Connection&, const MailboxSeals&, std::int64_t, BlockVersions&,
                        const Reason&);
template void load_list(Connection&, const MailboxSeals&, std::int64_t, RecordVersions&,
                        const Reason&);
template void write_list(Connection&, const MailboxSeals&, std::int64_t, const BlockVersions&,
                         std::uint32_t);
template void write_list(Connection&, const MailboxSeals&, std::int64_t, const RecordVersions&,
                         std::uint32_t);

}  // namespace storage
