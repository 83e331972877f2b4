#pragma once
// What is written to standard error meanwhile: the log. One at a time.

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace test_support {

class CapturedLog {
 public:
  explicit CapturedLog(std::filesystem::path file)
      : file_(std::move(file)), kept_(dup(STDERR_FILENO)) {
    const auto to = open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(to, STDERR_FILENO);
    close(to);
  }
  ~CapturedLog() {
    dup2(kept_, STDERR_FILENO);
    close(kept_);
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string text() const {
    std::ifstream file(file_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int times(std::string_view words) const {
    int found = 0;
    const auto all = text();
    for (auto at = all.find(words); at != all.npos; at = all.find(words, at + 1)) ++found;
    return found;
  }

 private:
  std::filesystem::path file_;
  int kept_;
};

}  // namespace test_support
