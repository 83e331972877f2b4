#include "imap/sequence_set.h"

#include <algorithm>

#include "imap/request.h"

namespace imap {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Of RFC 3501 section 9, seq-number: nz-number or "*". Takes it off the front.
std::uint32_t take_number(std::string_view& text) {
  if (text.starts_with('*')) {
    text.remove_prefix(1);
    return SequenceSet::star;
  }
  std::uint64_t number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits]) && number <= UINT32_MAX)
    number = number * 10 + static_cast<std::uint64_t>(text[digits++] - '0');
  if (number == 0 || number > UINT32_MAX)
    throw BadSyntax("a sequence set has numbers from 1 to 4294967295, or *");
  text.remove_prefix(digits);
  return static_cast<std::uint32_t>(number);
}

std::vector<SequenceSet::Range> merged(std::vector<SequenceSet::Range> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<SequenceSet::Range> result;
  for (const auto& range : ranges) {
    if (!result.empty() && range.first <= std::uint64_t{result.back().last} + 1)
      result.back().last = std::max(result.back().last, range.last);
    else
      result.push_back(range);
  }
  return result;
}

}  // namespace

SequenceSet SequenceSet::parsed(std::string_view text) {
  SequenceSet set;
  set.saved_ = text == "$";
  while (!set.saved_) {
    Range range{take_number(text), 0};
    range.last = range.first;
    if (text.starts_with(':')) {
      text.remove_prefix(1);
      range.last = take_number(text);
    }
    set.ranges_.push_back(range);
    if (text.empty()) return set;
    if (!text.starts_with(',')) throw BadSyntax("that is no sequence set");
    text.remove_prefix(1);
  }
  return set;
}

std::vector<SequenceSet::Range> SequenceSet::resolved(std::uint32_t largest) const {
  std::vector<Range> result;
  for (auto [first, last] : ranges_) {
    if (largest == 0 && (first == star || last == star)) continue;
    if (first == star) first = largest;
    if (last == star) last = largest;
    result.push_back({std::min(first, last), std::max(first, last)});
  }
  return merged(std::move(result));
}

std::string compact(const std::vector<std::uint32_t>& rising) {
  std::string text;
  for (std::size_t i = 0; i < rising.size();) {
    std::size_t end = i + 1;
    while (end < rising.size() && rising[end] == rising[end - 1] + 1) ++end;
    if (!text.empty()) text += ',';
    text += std::to_string(rising[i]);
    if (end - i > 1) text += ':' + std::to_string(rising[end - 1]);
    i = end;
  }
  return text;
}

}  // namespace imap
