#pragma once
// Many texts, kept together until it goes.

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

namespace imap::search {

class TextStore {
 public:
  // The same text, as long as this lives.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > left_) {
      left_ = std::max(block_size, text.size());
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
      next_ = blocks_.back().get();
    }
    const std::string_view kept(next_, text.copy(next_, text.size()));
    next_ += text.size();
    left_ -= text.size();
    return kept;
  }

 private:
  static constexpr std::size_t block_size = 64 * 1024;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;  // of the last block
};

}  // namespace imap::search
