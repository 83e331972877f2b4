#include "storage/audit_record.h"

#include "crypto/aead.h"
#include "crypto/digest.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::string_view chain_label = "sealpost audit 1";
constexpr std::string_view cut_off = "...";

crypto::Place place_of(std::int64_t number) {
  return {.kind = crypto::Kind::audit_record, .row = number};
}

// Octets of the UTF-8 character at the front; 0 if there is none, or a control character.
std::size_t character(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  if (first < 0x80) return first >= ' ' && first != 0x7f ? 1 : 0;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((static_cast<std::uint8_t>(text[i]) & 0xc0) != 0x80) return 0;
  const auto second = static_cast<std::uint8_t>(text[1]);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool beyond = (first == 0xed && second >= 0xa0) || (first == 0xf4 && second >= 0x90);
  return overlong || beyond ? 0 : size;
}

std::string clean(std::string_view text, std::size_t limit) {
  text = text.substr(0, limit + 4);  // enough to see that it is too long
  std::string out;
  while (!text.empty()) {
    const auto size = character(text);
    out += size == 0 ? std::string_view("?") : text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  if (out.size() <= limit) return out;
  auto end = limit - cut_off.size();
  while ((static_cast<std::uint8_t>(out[end]) & 0xc0) == 0x80) --end;
  return out.substr(0, end) + std::string(cut_off);
}

std::string text_from(Decoder& from) { return std::string(from.text<std::uint16_t>()); }

}  // namespace

AuditEvent bounded(AuditEvent event) {
  for (auto* text : {&event.operation, &event.actor, &event.result, &event.request_id,
                     &event.dep_name, &event.account})
    *text = clean(*text, AuditEvent::text_limit);
  if (event.details.size() > AuditEvent::details_limit)
    event.details.resize(AuditEvent::details_limit);
  for (auto& [name, value] : event.details) {
    name = clean(name, AuditEvent::text_limit);
    value = clean(value, AuditEvent::detail_limit);
  }
  return event;
}

Bytes encoded(const AuditRecord& record) {
  const auto& event = record.event;
  Encoder to;
  to.number(version);
  to.number(record.time);
  to.number(static_cast<std::uint16_t>(event.type));
  for (const auto* text :
       {&record.organisation, &event.operation, &event.actor, &event.result, &event.request_id})
    to.text<std::uint16_t>(*text);
  to.number(event.dep.value_or(DepId()).value);
  to.text<std::uint16_t>(event.dep_name);
  to.number(event.dep_version);
  to.number(event.mailbox.value_or(MailboxId()).value);
  to.text<std::uint16_t>(event.account);
  to.number(static_cast<std::uint8_t>(event.details.size()));
  for (const auto& [name, value] : event.details) {
    to.text<std::uint16_t>(name);
    to.text<std::uint16_t>(value);
  }
  return to.take();
}

AuditRecord decoded(ByteView plain) {
  Decoder from(plain);
  from.version(version);
  AuditRecord record;
  auto& event = record.event;
  record.time = from.number<UnixTime>();
  event.type = static_cast<AuditType>(from.number<std::uint16_t>());
  for (auto* text :
       {&record.organisation, &event.operation, &event.actor, &event.result, &event.request_id})
    *text = text_from(from);
  if (const auto dep = from.number<std::int64_t>()) event.dep = DepId(dep);
  event.dep_name = text_from(from);
  event.dep_version = from.number<std::uint32_t>();
  if (const auto mailbox = from.number<std::int64_t>()) event.mailbox = MailboxId(mailbox);
  event.account = text_from(from);
  for (auto count = from.number<std::uint8_t>(); count > 0; --count) {
    auto name = text_from(from);
    event.details.emplace_back(std::move(name), text_from(from));
  }
  from.end();
  return record;
}

Bytes sealed(const crypto::DirectoryKey& key, const AuditRecord& record) {
  return crypto::Aead::seal_record(key, place_of(record.number), encoded(record));
}

AuditRecord opened(const crypto::DirectoryKey& key, std::int64_t number, ByteView sealed) {
  auto record = decoded(crypto::Aead::open_record(key, place_of(number), sealed));
  record.number = number;
  return record;
}

Bytes audit_hash(std::int64_t number, ByteView previous, ByteView sealed) {
  Encoder to;
  for (const auto octet : bytes_of(chain_label)) to.number(octet);
  to.number(number);
  auto linked = to.take();
  linked.insert(linked.end(), previous.begin(), previous.end());
  linked.insert(linked.end(), sealed.begin(), sealed.end());
  return crypto::sha256(linked);
}

Bytes no_audit_hash() { return Bytes(32); }

}  // namespace storage
