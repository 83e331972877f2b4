#include "server/alerts/command_channel.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "server/alerts/alert_json.h"

namespace server::alerts {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll{10};

[[noreturn]] void failed(const std::string& what, int error) {
  throw Error(Fault::unavailable, what + ": " + std::generic_category().message(error));
}

// A file without a name that holds the text, read from its beginning. No pipe: a program that does
// not read cannot hold us up.
class Input {
 public:
  explicit Input(const std::string& text) : descriptor_(::memfd_create("alert", MFD_CLOEXEC)) {
    const auto size = static_cast<ssize_t>(text.size());
    if (descriptor_ < 0 || ::write(descriptor_, text.data(), text.size()) != size ||
        ::lseek(descriptor_, 0, SEEK_SET) != 0) {
      const int error = errno;
      if (descriptor_ >= 0) ::close(descriptor_);
      failed("cannot hold the notice", error);
    }
  }
  ~Input() { ::close(descriptor_); }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// How the program starts: its three streams and no other file, a process group of its own, signals
// as a program expects them.
class Start {
 public:
  explicit Start(int input) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    for (const int out : {STDOUT_FILENO, STDERR_FILENO})
      posix_spawn_file_actions_addopen(&actions_, out, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Start() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;

  pid_t run(const std::vector<std::string>& command) {
    auto words = command;
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string path = "PATH=/usr/local/bin:/usr/bin:/bin", language = "LANG=C.UTF-8";
    char* const environment[] = {path.data(), language.data(), nullptr};
    pid_t pid = 0;
    if (const int error =
            posix_spawn(&pid, arguments[0], &actions_, &attributes_, arguments.data(), environment))
      failed("cannot start " + command[0], error);
    return pid;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// Its status; nothing when it had to be killed.
std::optional<int> waited_for(pid_t pid, steady_clock::time_point end,
                              const std::stop_token& stop) {
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (steady_clock::now() >= end || stop.stop_requested()) {
      ::kill(-pid, SIGKILL);
      ::waitpid(pid, &status, 0);
      return std::nullopt;
    }
    std::this_thread::sleep_for(poll);
  }
  return status;
}

}  // namespace

CommandChannel::CommandChannel(std::vector<std::string> command, std::string host_name,
                               std::chrono::milliseconds longest)
    : command_(std::move(command)), host_name_(std::move(host_name)), longest_(longest) {}

void CommandChannel::tell(const policy::Notice& notice, const std::stop_token& stop) {
  const Input input(told_as(notice, host_name_));
  const auto end = steady_clock::now() + longest_;
  const auto status = waited_for(Start(input.descriptor()).run(command_), end, stop);
  if (!status)
    throw Error(Fault::unavailable, command_[0] + " took too long and was ended",
                "it has " + std::to_string(longest_.count() / 1000) + " seconds");
  if (WIFSIGNALED(*status))
    throw Error(Fault::unavailable,
                command_[0] + " was ended by signal " + std::to_string(WTERMSIG(*status)));
  if (WEXITSTATUS(*status) != 0)
    throw Error(Fault::unavailable,
                command_[0] + " exited with " + std::to_string(WEXITSTATUS(*status)));
}

}  // namespace server::alerts
