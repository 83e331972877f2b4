#include "tests/support/installation.h"

namespace test_support {

namespace {

policy::Mailboxes::Databases two_databases(const std::filesystem::path& data) {
  policy::Mailboxes::Databases databases;
  for (const DatabaseId id : {DatabaseId(1), DatabaseId(2)})
    databases[id] =
        std::make_unique<storage::MailDatabase>(id, data / "mail" / std::to_string(id.value));
  return databases;
}

}  // namespace

Installation::Installation(std::chrono::seconds dep_key_ttl, std::chrono::seconds linger)
    : Installation(policy::KeyTimes{.dep_key_ttl = dep_key_ttl}, linger) {}

Installation::Installation(const policy::KeyTimes& times, std::chrono::seconds linger)
    : Installation({}, times, linger) {}

Installation::Installation(const std::filesystem::path& root)
    : Installation(root, {}, std::chrono::seconds(30)) {}

Installation::Installation(const std::filesystem::path& root, const policy::KeyTimes& times,
                           std::chrono::seconds linger)
    : root_(root.empty() ? temporary_.path() : root),
      databases(two_databases(data())),
      ring(directory, roots, service_keys, audit, clock, times),
      mailboxes(directory, ring, databases, clock, linger) {
  mailboxes.hold_back(roll_backs.not_restored());
  deps.ensure_managed(roots.add("managed://", "a"), roots.add("managed://", "b"));
}

Installation::~Installation() = default;

storage::Dep Installation::make_dep(const std::string& name) {
  return deps.create({.name = name, .description = "", .root_a = root_a, .root_b = root_b});
}

storage::Account Installation::make_account(const std::string& name) {
  return make_account(name, deps.default_dep());
}

storage::Account Installation::make_account(const std::string& name, const storage::Dep& dep) {
  return mailboxes.create(name, "no password", dep);
}

void Installation::assign(const storage::Account& account, std::string_view dep) {
  deps.assign(std::span(&account.mailbox, 1), dep, policy::Run::change);
}

void Installation::add_mail(const storage::Account& account, const std::string& octets) {
  const auto mailbox = mailboxes.open(account.mailbox, crypto::ActorClass::system);
  mailbox->append(mailbox->tree()->folder("INBOX"), {storage_test::sample_message(octets)},
                  {crypto::Cause::deliver, crypto::Actor::service()});
}

std::vector<std::string> Installation::inbox(const storage::Account& account) {
  const auto mailbox = mailboxes.open(account.mailbox, crypto::ActorClass::system);
  const auto folder = mailbox->tree()->folder("INBOX");
  std::vector<std::string> all;
  for (const auto& entry :
       mailbox->select(folder, storage::Mailbox::Recent::look, storage_test::reading).entries)
    all.push_back(mailbox->octets(entry, 0, entry.size, storage_test::reading));
  return all;
}

}  // namespace test_support
