#pragma once
// RFC 3501 section 9, sequence-set: "1:4,7,*". A value; resolved against a view's numbers or UIDs.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace imap {

class SequenceSet {
 public:
  static constexpr std::uint32_t star = 0;  // "*"
  struct Range {
    std::uint32_t first, last;  // as written; `star` where "*" stood
  };

  static SequenceSet parsed(std::string_view);  // throws BadSyntax
  bool is_saved() const { return saved_; }      // "$": what SEARCH has saved (RFC 5182); no ranges
  const std::vector<Range>& ranges() const { return ranges_; }

  // Sorted, merged, with "*" as `largest` and each range the right way round (RFC 3501: order in a
  // range does not matter). With largest 0, "*" is nothing.
  std::vector<Range> resolved(std::uint32_t largest) const;

 private:
  std::vector<Range> ranges_;
  bool saved_ = false;
};

// "1:3,5" from rising numbers.
std::string compact(const std::vector<std::uint32_t>& rising);

}  // namespace imap
