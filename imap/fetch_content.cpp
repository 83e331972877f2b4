#include "imap/fetch_content.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace imap {

Content as_stored(mime::Range range) { return {.stored = range, .length = range.length}; }

ContentReader::ContentReader(ReadOctets read, const Content& content)
    : read_(std::move(read)),
      stored_(content.stored),
      skipped_(content.skipped),
      left_(content.length),
      decoder_(content.encoding) {}

std::string ContentReader::next() {
  std::string piece;
  if (stored_.length > 0) {
    const auto step = std::min(stored_.length, content_step);
    const auto octets = read_({stored_.offset, step});
    if (octets.size() != step)
      throw Error(Fault::corrupt, "a stored message is shorter than it should be");
    stored_ = {stored_.offset + step, stored_.length - step};
    piece = decoder_.add(octets);
  } else {
    piece = decoder_.end();
    ended_ = true;
  }
  const auto skipped = std::min<std::uint64_t>(skipped_, piece.size());
  piece.erase(0, skipped);
  piece.resize(std::min<std::uint64_t>(piece.size(), left_));
  skipped_ -= skipped;
  left_ -= piece.size();
  return piece;
}

std::string all_of(const ReadOctets& read, const Content& content) {
  std::string octets;
  for (ContentReader reader(read, content); !reader.done();) octets += reader.next();
  return octets;
}

Measured measured(const ReadOctets& read, const Content& content) {
  Measured result;
  for (ContentReader reader(read, content); !reader.done();) {
    const auto piece = reader.next();
    result.size += piece.size();
    result.has_nul = result.has_nul || piece.find('\0') != piece.npos;
    if (result.size <= held_limit) {
      result.held += piece;
    } else {
      result.held = {};
    }
  }
  return result;
}

}  // namespace imap
