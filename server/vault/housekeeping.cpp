#include "server/vault/housekeeping.h"

#include "base/log.h"
#include "server/vault/uuid.h"

namespace vault {

void Housekeeping::note(const char* operation, const std::string& key) {
  logging::info(operation, {{"key", key}});
  audit_.add({clock_.now(), "vault", operation, key, 200, "", random_uuid(), ""});
}

void Housekeeping::rotate(const KeyVersion& old) try {
  const auto fresh = store_.rotate(old.name);
  note("scheduled rotate", fresh->name + '/' + fresh->version);
} catch (const std::exception& error) {
  logging::error("cannot rotate a key", {{"key", old.name}, {"text", error.what()}});
}

void Housekeeping::run() try {
  store_.reachable();
  for (const auto& name : store_.purge_due()) note("scheduled purge", name);
  for (const auto& key : store_.due(LifetimeAction::Type::rotate)) rotate(*key);
  for (const auto& key : store_.due(LifetimeAction::Type::notify)) {
    if (!reminded_.insert(key->version).second) continue;
    logging::warning("a key is near its end", {{"key", key->name}, {"version", key->version}});
    note("near expiry", key->name + '/' + key->version);
  }
} catch (const std::exception& error) {
  logging::error("housekeeping failed", {{"text", error.what()}});
}

}  // namespace vault
