#include "server/admin/people.h"

#include <pwd.h>

#include <charconv>
#include <vector>

#include "base/error.h"

namespace server::admin {

namespace {

constexpr std::size_t buffer_limit = 1 << 20;

// With a buffer that is large enough: getpw*_r say ERANGE when it is not.
template <class Look>
std::optional<passwd> looked_up(std::vector<char>& buffer, Look look) {
  passwd entry{};
  passwd* found = nullptr;
  buffer.resize(1024);
  while (look(&entry, buffer.data(), buffer.size(), &found) == ERANGE &&
         buffer.size() < buffer_limit)
    buffer.resize(buffer.size() * 2);
  if (!found) return std::nullopt;
  return entry;
}

}  // namespace

std::optional<std::string> find_user_name(uid_t user) {
  std::vector<char> buffer;
  const auto found =
      looked_up(buffer, [&](passwd* entry, char* at, std::size_t size, passwd** out) {
        return getpwuid_r(user, entry, at, size, out);
      });
  if (!found) return std::nullopt;
  return found->pw_name;
}

crypto::AdminId admin_of(const http::Peer& peer) {
  return crypto::AdminId(peer.process ? peer.process->user : nobody);
}

std::string described_user(uid_t user) {
  const auto number = "uid " + std::to_string(user);
  const auto name = find_user_name(user);
  return name ? *name + " (" + number + ")" : number;
}

uid_t user_of(const std::string& name) {
  uid_t number = 0;
  const auto* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, number);
  if (error == std::errc() && stopped == end) return number;
  std::vector<char> buffer;
  const auto found =
      looked_up(buffer, [&](passwd* entry, char* at, std::size_t size, passwd** out) {
        return getpwnam_r(name.c_str(), entry, at, size, out);
      });
  if (!found)
    throw Error(Fault::not_found, "this machine has no user " + name,
                "give a name or a number that `getent passwd` shows");
  return found->pw_uid;
}

}  // namespace server::admin
