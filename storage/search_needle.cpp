#include "storage/search_needle.h"

#include <algorithm>

namespace storage {
namespace {

constexpr std::size_t most_asked = 12;
constexpr std::size_t stride = 3;  // trigrams so far apart share no octet

}  // namespace

TrigramSet trigrams_of(std::string_view text) {
  TrigramSet set{};
  for (std::size_t at = 0; at + trigram_size <= text.size(); ++at) {
    const auto value = trigram_value(text.data() + at);
    set[value / 64] |= std::uint64_t{1} << (value % 64);
  }
  return set;
}

std::vector<std::string_view> windows_of(std::string_view text) {
  const auto count = std::clamp<std::size_t>(text.size() / window_step, 1, window_limit);
  std::vector<std::string_view> windows;
  for (std::size_t n = 0; n < count; ++n) {
    const auto size = n + 1 == count ? text.npos : window_step + window_overlap;
    windows.push_back(text.substr(n * window_step, size));
  }
  return windows;
}

std::vector<unsigned> asked_values(std::string_view piece) {
  piece = piece.substr(0, window_overlap);
  std::vector<unsigned> asked;
  if (piece.size() < trigram_size) return asked;
  const auto trigrams = piece.size() - trigram_size + 1;
  const auto count = std::min(trigrams, most_asked);
  for (std::size_t first = 0; first < stride; ++first) {
    for (auto n = first; n < count; n += stride) {
      const auto at = count == 1 ? 0 : n * (trigrams - 1) / (count - 1);
      const auto value = trigram_value(piece.data() + at);
      if (std::ranges::find(asked, value) == asked.end()) asked.push_back(value);
    }
  }
  return asked;
}

HeaderPart header_part(std::string_view field) {
  if (field == "subject") return HeaderPart::subject;
  if (field == "from") return HeaderPart::from;
  return field == "to" || field == "cc" ? HeaderPart::recipients : HeaderPart::other;
}

std::array<std::string, header_parts> in_header_parts(std::string_view text) {
  std::array<std::string, header_parts> parts;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n') + 1);
    const auto whole = line.empty() ? text : line;
    const auto part = header_part(whole.substr(0, whole.find(':')));
    parts[static_cast<std::size_t>(part)] += whole;
    text.remove_prefix(whole.size());
  }
  return parts;
}

}  // namespace storage
