#include "storage/audit_reader.h"

#include <algorithm>

#include "crypto/signature.h"
#include "storage/migrations.h"

namespace storage {
namespace {

namespace fs = std::filesystem;

void require_file(const fs::path& file) {
  if (!fs::exists(file)) throw Error(Fault::not_found, "there is no " + file.string());
}

// Keys that are made on first use are not made by reading.
crypto::ServiceKeys& with_keys(crypto::ServiceKeys& keys) {
  require_file(keys.path() / "directory.key");
  require_file(keys.path() / "signing.key");
  return keys;
}

}  // namespace

AuditReader::AuditReader(const fs::path& data, crypto::ServiceKeys& keys)
    : file_(data / "audit.db"),
      key_(with_keys(keys).directory_key()),
      public_key_(crypto::Signature::public_key(keys.signing_key())),
      checkpoints_(keys.path()) {
  require_file(file_);
  Connection connection(file_, Connection::Mode::read);
  require_migrated(connection, FileKind::audit, audit_schema(), file_.string());
}

AuditEntry AuditReader::entry(const Query& row) const {
  AuditEntry found{.record = {}, .hash = copy_of(row.blob(2))};
  found.record.number = row.integer(0);
  try {
    found.record = opened(key_, row.integer(0), row.blob(1));
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    found.damaged = true;
  }
  return found;
}

AuditPage AuditReader::page(Query rows, std::int64_t start, const AuditQuery& query,
                            std::size_t limit) const {
  AuditPage page{.entries = {}, .next = start};
  std::int64_t looked_at = 0;
  while (page.entries.size() < limit && rows.next()) {
    auto found = entry(rows);
    page.next = found.record.number;
    ++looked_at;
    if (found.damaged || query.matches(found.record)) page.entries.push_back(std::move(found));
  }
  page.more = page.entries.size() == limit || looked_at == audit_scan_limit;
  return page;
}

AuditPage AuditReader::after(std::int64_t after, const AuditQuery& query, std::size_t limit) const {
  Connection connection(file_, Connection::Mode::read);
  return page(connection.query("select number, sealed, hash from record where number > ? "
                               "order by number limit ?",
                               after, audit_scan_limit),
              after, query, limit);
}

AuditPage AuditReader::before(std::int64_t before, const AuditQuery& query,
                              std::size_t limit) const {
  Connection connection(file_, Connection::Mode::read);
  auto found = page(connection.query("select number, sealed, hash from record where number < ? "
                                     "order by number desc limit ?",
                                     before, audit_scan_limit),
                    before, query, limit);
  std::ranges::reverse(found.entries);
  return found;
}

}  // namespace storage
