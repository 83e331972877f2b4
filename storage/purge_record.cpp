#include "storage/purge_record.h"

#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t version = 1;

// Stored numbers.
enum class Counted : std::uint8_t { no = 0, but_for_the_queue = 1, all = 2 };

Counted counted(const std::optional<PurgeCounts>& counts) {
  if (!counts) return Counted::no;
  return counts->queued ? Counted::all : Counted::but_for_the_queue;
}

template <class Things, class Encode>
void encode_all(Encoder& to, const Things& things, Encode encode) {
  to.number(static_cast<std::uint32_t>(things.size()));
  for (const auto& thing : things) encode(thing);
}

template <class Decode>
void decode_all(Decoder& from, Decode decode) {
  for (auto count = from.number<std::uint32_t>(); count > 0; --count) decode();
}

std::string text_in(Decoder& from) { return std::string(from.text<std::uint16_t>()); }

void encode(Encoder& to, const PurgeStep& step) {
  to.number(step.user);
  to.text<std::uint16_t>(step.name);
  to.number(step.time);
}

PurgeStep step_in(Decoder& from) {
  PurgeStep step;
  step.user = from.number<std::uint32_t>();
  step.name = text_in(from);
  step.time = from.number<UnixTime>();
  return step;
}

void encode_texts(Encoder& to, const std::vector<std::string>& texts) {
  encode_all(to, texts, [&](const auto& text) { to.text<std::uint16_t>(text); });
}

std::vector<std::string> texts_in(Decoder& from) {
  std::vector<std::string> texts;
  decode_all(from, [&] { texts.push_back(text_in(from)); });
  return texts;
}

void encode(Encoder& to, const PurgeMailbox& mailbox) {
  to.number(mailbox.id.value);
  to.number(mailbox.database.value);
  to.number(mailbox.epoch);
  to.text<std::uint16_t>(mailbox.account);
}

PurgeMailbox mailbox_in(Decoder& from) {
  PurgeMailbox mailbox;
  mailbox.id = MailboxId(from.number<std::int64_t>());
  mailbox.database = DatabaseId(from.number<std::int64_t>());
  mailbox.epoch = from.number<std::uint32_t>();
  mailbox.account = text_in(from);
  return mailbox;
}

void encode(Encoder& to, const PurgeVersion& one) {
  to.number(one.version);
  encode_texts(to, one.kids);
  to.number(one.generation);
}

PurgeVersion version_in(Decoder& from) {
  PurgeVersion one;
  one.version = from.number<std::uint32_t>();
  one.kids = texts_in(from);
  one.generation = from.number<std::uint32_t>();
  return one;
}

void encode(Encoder& to, const std::optional<PurgeCounts>& counts) {
  to.number(static_cast<std::uint8_t>(counted(counts)));
  if (!counts) return;
  to.number(counts->folders);
  to.number(counts->messages);
  to.number(counts->arrivals);
  if (counts->queued) to.number(*counts->queued);
}

std::optional<PurgeCounts> counts_in(Decoder& from) {
  const auto how = static_cast<Counted>(from.number<std::uint8_t>());
  if (how == Counted::no) return std::nullopt;
  if (how > Counted::all) throw Error(Fault::corrupt, "a purge has counted in no known way");
  PurgeCounts counts;
  counts.folders = from.number<std::uint64_t>();
  counts.messages = from.number<std::uint64_t>();
  counts.arrivals = from.number<std::uint64_t>();
  if (how == Counted::all) counts.queued = from.number<std::uint64_t>();
  return counts;
}

PurgeState state_in(Decoder& from) {
  const auto state = static_cast<PurgeState>(from.number<std::uint8_t>());
  if (state < PurgeState::requested || state > PurgeState::cancelled)
    throw Error(Fault::corrupt, "a purge is in no known state");
  return state;
}

}  // namespace

Bytes encoded_purge(const PurgeRecord& purge) {
  Encoder to;
  to.number(version);
  to.number(static_cast<std::uint8_t>(purge.state));
  to.number(purge.dep.value);
  to.number(purge.mailbox ? purge.mailbox->value : std::int64_t{0});
  for (const auto* text : {&purge.dep_name, &purge.reason, &purge.contact, &purge.request_id})
    to.text<std::uint16_t>(*text);
  to.number(static_cast<std::uint8_t>(purge.forced ? 1 : 0));
  for (const auto* step : {&purge.request, &purge.approval, &purge.end}) encode(to, *step);
  to.number(purge.due);
  encode_texts(to, purge.blocked_by);
  encode_all(to, purge.mailboxes, [&](const auto& mailbox) { encode(to, mailbox); });
  encode_all(to, purge.versions, [&](const auto& one) { encode(to, one); });
  encode(to, purge.counts);
  return to.take();
}

PurgeRecord decoded_purge(std::int64_t id, ByteView plain) {
  Decoder from(plain);
  from.version(version);
  PurgeRecord purge{.id = id, .dep_name = {}, .reason = {}, .contact = {}};
  purge.state = state_in(from);
  purge.dep = DepId(from.number<std::int64_t>());
  if (const auto mailbox = from.number<std::int64_t>()) purge.mailbox = MailboxId(mailbox);
  for (auto* text : {&purge.dep_name, &purge.reason, &purge.contact, &purge.request_id})
    *text = text_in(from);
  purge.forced = from.number<std::uint8_t>() != 0;
  for (auto* step : {&purge.request, &purge.approval, &purge.end}) *step = step_in(from);
  purge.due = from.number<UnixTime>();
  purge.blocked_by = texts_in(from);
  decode_all(from, [&] { purge.mailboxes.push_back(mailbox_in(from)); });
  decode_all(from, [&] { purge.versions.push_back(version_in(from)); });
  purge.counts = counts_in(from);
  from.end();
  return purge;
}

}  // namespace storage
