#include "server/lab/reader.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"

namespace server::lab {

namespace {

using Path = std::filesystem::path;

constexpr const char* python = "/usr/bin/python3";

[[noreturn]] void failed(const std::string& what, int error) {
  throw Error(Fault::unavailable, what + ": " + std::generic_category().message(error));
}

// Without a name, in memory: what is read there may be somebody's mail.
class Output {
 public:
  Output() : descriptor_(::memfd_create("lab", MFD_CLOEXEC)) {
    if (descriptor_ < 0) failed("cannot hold what is read", errno);
  }
  ~Output() { ::close(descriptor_); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  int descriptor() const { return descriptor_; }

  std::string text() const {
    std::string all(static_cast<std::size_t>(::lseek(descriptor_, 0, SEEK_END)), '\0');
    std::size_t done = 0;
    while (done < all.size()) {
      const auto count =
          ::pread(descriptor_, all.data() + done, all.size() - done, static_cast<off_t>(done));
      if (count <= 0) failed("cannot read what was read", errno);
      done += static_cast<std::size_t>(count);
    }
    return all;
  }

 private:
  int descriptor_;
};

int run(std::vector<std::string> words, const Output& out, const Output& err) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.descriptor(), STDERR_FILENO);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, python, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) failed(std::string("cannot start ") + python, error);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) failed("cannot wait for the reader", errno);
  return status;
}

// What a program of ours says begins with "error: "; else Python says it.
[[noreturn]] void refused(const std::string& line) {
  constexpr std::string_view ours = "error: ";
  if (line.starts_with(ours))
    throw Error(Fault::unavailable, "the reader says: " + line.substr(ours.size()));
  throw Error(Fault::unavailable, "the reader says: " + line,
              line.starts_with("ModuleNotFoundError")
                  ? "it needs Debian's python3 and python3-cryptography"
                  : "");
}

std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

Path reader_program(const std::string& name) {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto file = here / "../share/sealpost" / name;
  if (std::filesystem::exists(file)) return std::filesystem::weakly_canonical(file);
  throw Error(Fault::not_found, "the independent reader is not there: " + file.string(),
              "install tests/reader and tests/examiner beside the programs, below share/sealpost");
}

boost::json::value read_by(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{python, "-B", reader_program(program).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Output out, err;
  if (run(words, out, err) != 0) refused(last_line(err.text()));
  return boost::json::parse(out.text());
}

}  // namespace server::lab
