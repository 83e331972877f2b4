#include "policy/purge_certificate.h"

#include <boost/json.hpp>

#include "base/error.h"
#include "base/iso_time.h"
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "policy/purge.h"

namespace policy {

namespace json = boost::json;

namespace {

constexpr std::string_view purpose = "purge certificate";
constexpr std::string_view kind = "sealpost purge certificate 1";

constexpr std::string_view outside[] = {
    "backups and other copies of the data directory made before",
    "mail exported, fetched by clients or delivered elsewhere before",
    "the root keys, which are in the customer's vaults",
    "blocks that a disk or a file system keeps of files that were overwritten",
};

json::object described(const storage::PurgeStep& step) {
  return {{"by", step.name}, {"uid", step.user}, {"time", iso_time(step.time)}};
}

json::array versions_of(const storage::PurgeRecord& purge) {
  json::array all;
  for (const auto& version : purge.versions) {
    json::value generation;
    if (version.generation != 0) generation = version.generation;
    all.push_back({{"version", version.version},
                   {"roots", json::value_from(version.kids)},
                   {"availabilityKeyGeneration", std::move(generation)}});
  }
  return all;
}

json::array mailboxes_of(const storage::PurgeRecord& purge) {
  json::array all;
  for (const auto& mailbox : purge.mailboxes)
    all.push_back(
        {{"id", mailbox.id.value}, {"account", mailbox.account}, {"keyEpoch", mailbox.epoch}});
  return all;
}

json::object payload_of(const storage::PurgeRecord& purge, const Issuer& issuer) {
  return {
      {"kind", kind},
      {"organisation", issuer.organisation},
      {"purge", purge.id},
      {"object", object_of(purge)},
      {"dep", {{"id", purge.dep.value}, {"name", purge.dep_name}}},
      // All that wrapped the DEP's key. Of one mailbox, its wrapped key alone: the DEP goes on.
      {"depDestroyed", !purge.mailbox.has_value()},
      {"versions", versions_of(purge)},
      {"mailboxes", mailboxes_of(purge)},
      {"listDigest", list_digest(purge)},
      {"reason", purge.reason},
      {"contact", purge.contact},
      {"forced", purge.forced},
      {"requested", described(purge.request)},
      {"approved", described(purge.approval)},
      {"due", iso_time(purge.due)},
      {"destroyed", iso_time(purge.end.time)},
      {"rows", policy::described(purge.counts.value_or(storage::PurgeCounts()))},
      {"outside", json::value_from(outside)},
  };
}

std::string text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (!value || !value->is_string())
    throw Error(Fault::invalid, "that is no purge certificate: it has no " + std::string(name));
  return std::string(value->as_string());
}

json::object parsed(std::string_view text) {
  json::error_code failure;
  const auto value = json::parse(text, failure);
  if (failure || !value.is_object())
    throw Error(Fault::invalid, "that is no purge certificate: it is no JSON object");
  if (text_in(value.as_object(), "kind") != kind)
    throw Error(Fault::invalid, "that is no purge certificate of a kind that is known here");
  return value.as_object();
}

}  // namespace

json::object described(const storage::PurgeCounts& counts) {
  json::object rows{
      {"folders", counts.folders}, {"messages", counts.messages}, {"arrivals", counts.arrivals}};
  if (counts.queued) rows["queued"] = *counts.queued;
  return rows;
}

std::string purge_certificate(const storage::PurgeRecord& purge, const Issuer& issuer,
                              const crypto::SigningKey& key) {
  const auto payload = json::serialize(payload_of(purge, issuer));
  const json::object document{
      {"kind", kind},
      {"payload", payload},
      {"publicKey", to_hex(crypto::Signature::public_key(key))},
      {"signature", to_hex(crypto::Signature::of(key, purpose, bytes_of(payload)))}};
  return json::serialize(document) + "\n";
}

std::string fingerprint_of(ByteView public_key) {
  return "SHA256:" + to_hex(crypto::sha256(public_key));
}

CertificateVerdict verified_certificate(std::string_view document,
                                        const std::optional<Bytes>& expected) {
  const auto object = parsed(document);
  const auto key = from_hex(text_in(object, "publicKey"));
  const auto signature = from_hex(text_in(object, "signature"));
  CertificateVerdict verdict{.public_key = key, .payload = text_in(object, "payload")};
  if (!crypto::Signature::holds(key, purpose, bytes_of(verdict.payload), signature)) {
    verdict.payload.clear();
    return verdict;
  }
  parsed(verdict.payload);
  if (expected && *expected != key) {
    verdict.result = CertificateVerdict::Result::another_key;
  } else {
    verdict.result = CertificateVerdict::Result::valid;
  }
  return verdict;
}

}  // namespace policy
