#include "corpus.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <stdexcept>

namespace load {

namespace {

constexpr std::array trace_fields{
    "Return-Path:", "Delivered-To:", "Received:", "X-Sieve:", "X-Cyrus-Session-Id:", " ", "\t"};

bool only_trace(std::string_view head) {
  while (!head.empty()) {
    const auto line = head.substr(0, head.find('\n') + 1);
    if (line.empty() || std::none_of(trace_fields.begin(), trace_fields.end(),
                                     [&](auto name) { return line.starts_with(name); }))
      return false;
    head.remove_prefix(line.size());
  }
  return true;
}

}  // namespace

Corpus::Corpus(const std::filesystem::path& directory) {
  std::ifstream index(directory / "index");
  Place place;
  while (index >> place.offset >> place.length) places_.push_back(place);
  const int file = open((directory / "mail").c_str(), O_RDONLY | O_CLOEXEC);
  const auto size = std::filesystem::file_size(directory / "mail");
  auto* mapped = mmap(nullptr, size, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
  close(file);
  if (places_.empty() || mapped == MAP_FAILED)
    throw std::runtime_error("no corpus in " + directory.string());
  octets_ = static_cast<const char*>(mapped);
}

std::string_view Corpus::operator[](std::size_t number) const {
  const auto& place = places_.at(number);
  return {octets_ + place.offset, place.length};
}

std::optional<std::size_t> Corpus::number_in(std::string_view header) {
  constexpr std::string_view field = "Message-ID: <";
  const auto at = header.substr(0, 16384).find(field);
  if (at == header.npos) return std::nullopt;
  const auto* start = header.data() + at + field.size();
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(start, header.data() + header.size(), number);
  if (error != std::errc() || end == start) return std::nullopt;
  return number;
}

std::optional<std::size_t> Corpus::same(std::string_view stored) const {
  const auto number = number_in(stored);
  if (!number || *number >= count()) return std::nullopt;
  const auto sent = (*this)[*number];
  if (!stored.ends_with(sent) || !only_trace(stored.substr(0, stored.size() - sent.size())))
    return std::nullopt;
  return number;
}

}  // namespace load
