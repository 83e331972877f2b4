#include "server/process.h"

#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "base/error.h"
#include "crypto/locked_memory.h"

namespace server {
namespace {

struct Asset {
  std::string name;
  std::filesystem::path path;
};

bool on_this_machine(const std::string& url) {
  return url.starts_with("https://127.") || url.starts_with("https://localhost") ||
         url.starts_with("https://[::1]");
}

std::vector<Asset> assets(const Config& config) {
  std::vector<Asset> out{{"mail data", config.data}, {"service keys", config.service_keys}};
  for (const auto& vault : config.vaults)
    if (on_this_machine(vault.url)) out.push_back({"vault " + vault.url, vault.ca});
  return out;
}

// Before threads start: getpwnam has one buffer for all.
passwd user_named(const std::string& name) {
  const auto* user = ::getpwnam(name.c_str());
  if (!user)
    throw Error(Fault::not_found, "there is no user " + name,
                "make it first, or name one of this machine");
  return *user;
}

std::optional<dev_t> device_of(const std::filesystem::path& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return {};
  return status.st_dev;
}

}  // namespace

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

void keep_files_private() { ::umask(S_IRWXG | S_IRWXO); }

std::size_t raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::uint64_t memory_of_machine() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

uid_t user_id(const std::string& name) { return user_named(name).pw_uid; }

void become_user(const std::string& name) {
  const auto user = user_named(name);
  if (::geteuid() == user.pw_uid) return;
  if (::initgroups(name.c_str(), user.pw_gid) != 0 || ::setgid(user.pw_gid) != 0 ||
      ::setuid(user.pw_uid) != 0)
    throw Error(Fault::denied, "cannot become user " + name, "start the server as root");
  crypto::secure_process();  // the kernel has let go of some of it
}

std::vector<std::string> shared_file_systems(const Config& config) {
  const auto all = assets(config);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const auto device = device_of(all[i].path);
      if (device && device == device_of(all[j].path))
        out.push_back(all[i].name + " and " + all[j].name);
    }
  return out;
}

}  // namespace server
