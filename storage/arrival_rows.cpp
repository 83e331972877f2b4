#include "storage/arrival_rows.h"

#include "base/error.h"
#include "base/log.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t content_version = 1;
constexpr std::size_t head_size = 1 + 8 + 2;
constexpr std::int64_t removed_at_once = 100;

// That it can have, whatever its row says.
std::int64_t last_row(const ArrivalRow& row) { return row.id << 16 | 0xffff; }

std::vector<ArrivalRow> rows_of(Query query) {
  std::vector<ArrivalRow> rows;
  while (query.next())
    rows.push_back({.id = query.integer(0),
                    .chunks = static_cast<std::uint64_t>(query.integer(1)),
                    .ephemeral = copy_of(query.blob(2))});
  return rows;
}

void remove_rows(Connection& connection, const ArrivalRow& row) {
  connection.run("delete from arrival where id = ?", row.id);
  connection.run("delete from arrival_body where id between ? and ?", row.id << 16, last_row(row));
}

[[noreturn]] void taken() {
  throw Error(Fault::exists, "the arrival has been filed by somebody else");
}

}  // namespace

Bytes arrival_head(UnixTime internal_date, std::int16_t zone) {
  Encoder to;
  to.number(content_version);
  to.number(internal_date);
  to.number(zone);
  return to.take();
}

ArrivalContent decoded_arrival(std::string plain) {
  Decoder from(bytes_of(plain));
  from.version(content_version);
  ArrivalContent content;
  content.internal_date = from.number<UnixTime>();
  content.zone = from.number<std::int16_t>();
  content.octets = std::move(plain);
  content.octets.erase(0, head_size);
  return content;
}

void insert_arrival(Connection& connection, MailboxId mailbox, const ArrivalRow& row,
                    ArrivalState state) {
  connection.run("insert into arrival(id, mailbox, state, chunks, ephemeral) values(?, ?, ?, ?, ?)",
                 row.id, mailbox.value, static_cast<std::int64_t>(state),
                 static_cast<std::int64_t>(row.chunks), row.ephemeral);
}

void insert_arrival_chunks(Connection& connection, std::vector<SealedChunk>& chunks) {
  for (const auto& chunk : chunks)
    connection.run("insert into arrival_body(id, d) values(?, ?)", chunk.row, chunk.data);
}

void set_arrival_state(Connection& connection, std::int64_t id, ArrivalState state) {
  connection.run("update arrival set state = ? where id = ?", static_cast<std::int64_t>(state), id);
  if (connection.changed() == 0) taken();
}

void remove_arrival(Connection& connection, const ArrivalRow& row) {
  if (!connection.number("select 1 from arrival where id = ?", row.id)) taken();
  remove_rows(connection, row);
}

bool remove_some_arrivals(Connection& connection, MailboxId mailbox) {
  const auto rows = rows_of(
      connection.query("select id, chunks, ephemeral from arrival where mailbox = ? limit ?",
                       mailbox.value, removed_at_once));
  for (const auto& row : rows) remove_rows(connection, row);
  return !rows.empty();
}

namespace {

// Its last chunk was written with the state that says so.
bool is_whole(Connection& connection, const ArrivalRow& row) {
  const auto chunks = connection.number(
      "select count(*) from arrival_body where id between ? and ?", row.id << 16, last_row(row));
  return row.chunks > 0 && static_cast<std::uint64_t>(chunks.value()) == row.chunks;
}

// Its state says something else.
void restore(Connection& connection, const ArrivalRow& row) {
  const auto whose = connection.number("select mailbox from arrival where id = ?", row.id);
  logging::error("corrupt",
                 {{"mailbox", whose.value_or(0)}, {"what", "state of arrival"}, {"row", row.id}});
  set_arrival_state(connection, row.id, ArrivalState::whole);
}

void sweep(Connection& connection, const ArrivalRow& row) {
  SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
  if (is_whole(connection, row)) {
    restore(connection, row);
  } else {
    remove_rows(connection, row);
  }
  transaction.commit();
}

}  // namespace

void sweep_arrivals(Connection& connection) {
  const auto unfinished = rows_of(
      connection.query("select id, chunks, ephemeral from arrival where state = 0 order by id"));
  for (const auto& row : unfinished) sweep(connection, row);
  const auto hidden =
      rows_of(connection.query("select id, chunks, ephemeral from arrival where state = 2 and id >"
                               " (select filed from root where root.mailbox = arrival.mailbox)"));
  for (const auto& row : hidden) restore(connection, row);
}

std::int64_t filed_up_to(Connection& connection, MailboxId mailbox) {
  const auto filed =
      connection.number("select filed from root where mailbox = ?", mailbox.value).value_or(0);
  return filed < std::int64_t{1} << 46 ? filed : 0;  // no id: the root does not open either
}

std::set<MailboxId> mailboxes_with_arrivals(Connection& connection) {
  std::set<MailboxId> found;
  auto rows = connection.query("select distinct mailbox from arrival where state = 1");
  while (rows.next()) found.emplace(rows.integer(0));
  return found;
}

std::vector<ArrivalRow> whole_arrivals(Connection& connection, MailboxId mailbox,
                                       std::size_t most) {
  return rows_of(
      connection.query("select id, chunks, ephemeral from arrival where mailbox = ? and state = 1"
                       " order by id limit ?",
                       mailbox.value, static_cast<std::int64_t>(most)));
}

std::vector<std::int64_t> whole_arrivals_between(Connection& connection, MailboxId mailbox,
                                                 std::int64_t after, std::int64_t last) {
  std::vector<std::int64_t> found;
  auto rows = connection.query(
      "select id from arrival where mailbox = ? and state = 1 and id > ? and id <= ?",
      mailbox.value, after, last);
  while (rows.next()) found.push_back(rows.integer(0));
  return found;
}

std::vector<Bytes> arrival_chunks(Connection& connection, const ArrivalRow& row) {
  std::vector<Bytes> chunks;
  auto query = connection.query("select d from arrival_body where id between ? and ? order by id",
                                row.id << 16, last_row(row));
  while (query.next()) chunks.push_back(copy_of(query.blob(0)));
  return chunks;
}

}  // namespace storage
