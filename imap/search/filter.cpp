#include "imap/search/filter.h"

namespace imap::search {
namespace {

using Needle = storage::SearchNeedle;

// Bit of a needle that is asked; none when there is nothing to ask, or no room.
std::uint64_t ask(std::vector<Needle>& needles, Needle::In in, std::vector<std::string> pieces) {
  const auto least = in == Needle::In::header ? storage::trigram_size : 1;
  std::erase_if(pieces, [least](const auto& piece) { return piece.size() < least; });
  if (pieces.empty() || needles.size() == storage::needle_limit) return 0;
  needles.push_back({in, std::move(pieces)});
  return std::uint64_t{1} << (needles.size() - 1);
}

bool is_everywhere(std::string_view field) {
  return storage::header_part(field) != storage::HeaderPart::other;
}

std::vector<std::string> pieces_of_field(const Test& test) {
  std::vector<std::string> pieces{test.needle};
  if (test.needle.size() < storage::trigram_size || !is_everywhere(test.name))
    pieces.push_back(test.name + ':');
  return pieces;
}

void collect(Test& test, std::vector<Needle>& needles) {
  for (auto& child : test.tests) collect(child, needles);
  if (test.match == Key::Match::fuzzy) return;
  switch (test.kind) {
    case Key::Kind::header:
      test.in_header = ask(needles, Needle::In::header, pieces_of_field(test));
      break;
    case Key::Kind::body:
      test.in_body = ask(needles, Needle::In::shown_body, {test.needle});
      break;
    case Key::Kind::text:
      test.in_header = ask(needles, Needle::In::header, {test.needle});
      test.in_body = ask(needles, Needle::In::body, {test.needle});
      break;
    default:
      break;
  }
}

}  // namespace

std::vector<Needle> ask_index(Test& test) {
  std::vector<Needle> needles;
  collect(test, needles);
  return needles;
}

storage::HeaderParts header_parts_of(const Test& test) {
  if (test.kind == Key::Kind::text) return storage::all_header_parts;
  if (test.kind == Key::Kind::header)
    return static_cast<storage::HeaderParts>(
        1U << static_cast<unsigned>(storage::header_part(test.name)));
  storage::HeaderParts parts = 0;
  for (const auto& child : test.tests) parts |= header_parts_of(child);
  return parts;
}

}  // namespace imap::search
