#include "storage/arrivals.h"

#include <algorithm>

#include "base/error.h"
#include "crypto/aead.h"
#include "storage/arrival_rows.h"
#include "storage/mail_database_implementation.h"

namespace storage {
namespace {

// More than this goes ahead in writes of its own, so that a big message does not hold up others.
constexpr std::size_t ahead_at_once = 3 * 1024 * 1024;
static_assert(ahead_at_once + 2 * chunk_size < batch_bytes);

// One arrival on its way to the disk.
class Intake {
 public:
  Intake(MailDatabase::Implementation& database, MailboxId mailbox,
         const crypto::DeliveryPublic& to, std::uint64_t chunks)
      : database_(database),
        mailbox_(mailbox),
        row_{.id = database.next_arrival(), .chunks = chunks, .ephemeral = {}},
        seal_(to, {.kind = crypto::Kind::arrival, .mailbox = mailbox, .row = row_.id}) {
    const auto& ephemeral = seal_.ephemeral().octets;
    row_.ephemeral.assign(ephemeral.begin(), ephemeral.end());
  }

  // False: later ones were filed meanwhile, and it will not be; nothing of it is left.
  bool add(ByteView plain) {
    for (std::uint32_t number = 0; number < row_.chunks; ++number) {
      const auto begin = std::size_t{number} * chunk_size;
      add(number, plain.subspan(begin, std::min(chunk_size, plain.size() - begin)));
    }
    return !overtaken_;
  }

 private:
  void add(std::uint32_t number, ByteView plain) {
    const bool last = number + 1 == row_.chunks;
    chunks_.push_back({row_.id << 16 | number, seal_.chunk(number, last, plain)});
    bytes_ += chunks_.back().data.size();
    if (last || bytes_ > ahead_at_once)
      write(last ? ArrivalState::whole : ArrivalState::unfinished);
  }

  void write(ArrivalState state) {
    database_.writer.run(nullptr, bytes_, [&](Connection& connection) {
      const auto filed = filed_up_to(connection, mailbox_);
      overtaken_ = state == ArrivalState::whole && filed >= row_.id;
      if (overtaken_) {
        if (begun_) remove_arrival(connection, row_);
        database_.no_arrival_up_to(filed);
        return;
      }
      if (!begun_) insert_arrival(connection, mailbox_, row_, state);
      if (begun_ && state == ArrivalState::whole)
        set_arrival_state(connection, row_.id, ArrivalState::whole);
      insert_arrival_chunks(connection, chunks_);
    });
    begun_ = true;
    chunks_.clear();
    bytes_ = 0;
  }

  MailDatabase::Implementation& database_;
  MailboxId mailbox_;
  ArrivalRow row_;
  crypto::ArrivalSeal seal_;
  std::vector<SealedChunk> chunks_;
  std::size_t bytes_ = 0;
  bool begun_ = false, overtaken_ = false;
};

}  // namespace

void Arrivals::add(MailboxId mailbox, const crypto::DeliveryPublic& to, std::string_view octets,
                   UnixTime internal_date, std::int16_t zone) {
  auto plain = arrival_head(internal_date, zone);
  plain.insert(plain.end(), octets.begin(), octets.end());
  const auto chunks = chunks_of(plain.size());
  if (chunks > message_chunk_limit)
    throw Error(Fault::too_big, "the message is too big to be stored");
  database_.implementation().once_with_arrivals.add(mailbox);
  while (!Intake(database_.implementation(), mailbox, to, chunks).add(plain)) {
  }
}

std::vector<MailboxId> Arrivals::waiting() {
  const auto reader = database_.implementation().readers.lease();
  const auto found = mailboxes_with_arrivals(*reader);
  return {found.begin(), found.end()};
}

bool Arrivals::any(MailboxId mailbox) {
  if (!database_.implementation().once_with_arrivals.has(mailbox)) return false;
  const auto reader = database_.implementation().readers.lease();
  return reader
      ->number("select 1 from arrival where mailbox = ? and state = 1 limit 1", mailbox.value)
      .has_value();
}

Usage Arrivals::usage(MailboxId mailbox) {
  if (!database_.implementation().once_with_arrivals.has(mailbox)) return {};
  const auto reader = database_.implementation().readers.lease();
  auto row = reader->query(
      "select count(*), coalesce(sum((select sum(length(d)) from arrival_body"
      " where arrival_body.id between arrival.id * 65536 and arrival.id * 65536 + chunks - 1)), 0)"
      " from arrival where mailbox = ? and state = 1",
      mailbox.value);
  row.next();
  return {.octets = static_cast<std::uint64_t>(row.integer(1)),
          .messages = static_cast<std::uint64_t>(row.integer(0))};
}

std::size_t Arrivals::count(MailboxId mailbox) {
  const auto reader = database_.implementation().readers.lease();
  return static_cast<std::size_t>(
      reader->number("select count(*) from arrival where mailbox = ? and state = 1", mailbox.value)
          .value_or(0));
}

}  // namespace storage
