#pragma once
// The messages that tests/bench/corpus.py has made, and whether what a server gives back is one of
// them.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace load {

class Corpus {
 public:
  explicit Corpus(const std::filesystem::path& directory);

  std::size_t count() const { return places_.size(); }
  std::string_view operator[](std::size_t number) const;

  // The number of the message whose Message-ID field is in this header.
  static std::optional<std::size_t> number_in(std::string_view header);

  // The number of the message that this is, octet by octet, below trace fields that a server has
  // put on top.
  std::optional<std::size_t> same(std::string_view stored) const;

 private:
  struct Place {
    std::size_t offset, length;
  };
  std::vector<Place> places_;
  const char* octets_;
};

}  // namespace load
