#include "crypto/crossing.h"
#include "crypto/locked_memory.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

json::array crossings() {
  json::array all;
  for (std::size_t i = 0; i < crypto::cause_count; ++i) {
    const auto cause = static_cast<crypto::Cause>(i);
    for (const auto kind : {crypto::ActorClass::user, crypto::ActorClass::system}) {
      const auto totals = crypto::crossings(cause, kind);
      if (totals.operations == 0) continue;
      all.push_back({{"cause", crypto::name_of(cause)},
                     {"class", kind == crypto::ActorClass::user ? "user" : "system"},
                     {"operations", totals.operations},
                     {"bytes", totals.bytes},
                     {"opaqueBytes", totals.opaque_bytes}});
    }
  }
  return all;
}

json::array databases(Parts& parts) {
  json::array all;
  for (const auto& [id, database] : parts.databases) {
    const auto counters = database->counters();
    all.push_back({{"database", id.value},
                   {"mailboxes", database->mailboxes().size()},
                   {"commits", counters.commits},
                   {"operations", counters.operations},
                   {"bytesWritten", counters.bytes_written}});
  }
  return all;
}

json::object keys(Parts& parts) {
  const auto statistics = parts.ring.statistics();
  return {{"rootCalls", statistics.root_calls},
          {"rootFailures", statistics.root_failures},
          {"availabilityKeyUses", statistics.availability_uses},
          {"depKeysInMemory", statistics.dep_keys_cached}};
}

json::object memory(Parts& parts) {
  const auto& mailboxes = parts.mailboxes;
  return {{"mailboxKeys", mailboxes.open_count()},
          {"mailboxKeysBudget", mailboxes.budget().mailboxes},
          {"plaintextAtMost", mailboxes.plaintext_at_most()},
          {"plaintextBudget", mailboxes.budget().plaintext},
          {"lockedKeys", crypto::locked_keys_alive()}};
}

json::object rolled_back(Parts& parts) {
  const auto found = parts.roll_backs.found();
  return {{"directoryRows", found.rows.size()},
          {"mailboxesNotServed", found.not_served().size()},
          {"queue", found.spool},
          {"ledger", found.ledger}};
}

}  // namespace

// Counted since the server was started; crossings as the crypto layer itself counts them.
json::value show_status(Call& call) {
  auto& parts = call.parts;
  return {{"started", iso_time(call.started)},
          {"uptime", parts.clock.now() - call.started},
          {"accounts", parts.directory.accounts().size()},
          {"deps", parts.deps.list().size()},
          {"openMailboxes", parts.mailboxes.open_count()},
          {"keys", keys(parts)},
          {"memory", memory(parts)},
          {"rolledBack", rolled_back(parts)},
          {"tlsCertificateExpires", parts.tls_certificate_expires
                                        ? json::value(iso_time(*parts.tls_certificate_expires))
                                        : json::value()},
          {"databases", databases(parts)},
          {"crossings", crossings()}};
}

}  // namespace server::admin
