// What the audit log reads back: the inside of a record, a checkpoint, and the words of a query.

#include "base/error.h"
#include "server/admin/audit_json.h"
#include "server/http/target.h"
#include "storage/audit_record.h"

namespace {

// What opens is written again to the same octets.
void read_record(std::string_view octets) {
  const auto record = storage::decoded(bytes_of(octets));
  if (storage::encoded(record) != copy_of(bytes_of(octets))) __builtin_trap();
  server::admin::as_json(storage::AuditEntry{.record = record, .hash = {}});
}

void read_checkpoint(std::string_view octets) {
  storage::AuditCheckpoint::checked(bytes_of(octets), Bytes(32, 1));
  storage::stored_of(octets);
}

void read_query(std::string_view text) {
  const auto target = http::parse_target("/v1/audit?" + std::string(text));
  const auto query = server::admin::audit_query([&](std::string_view name) {
    const auto value = target.value(name);
    return value ? std::optional(std::string(*value)) : std::nullopt;
  });
  storage::AuditRecord record;
  record.event = storage::bounded({.operation = std::string(text),
                                   .actor = {},
                                   .request_id = {},
                                   .dep_name = {},
                                   .account = {},
                                   .details = {{"x", std::string(text)}}});
  static_cast<void>(query.matches(record));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto read : {read_record, read_checkpoint, read_query}) try {
      read(text);
    } catch (const Error&) {
    }
  return 0;
}
