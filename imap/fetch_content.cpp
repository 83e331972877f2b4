#include "imap/fetch_content.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace imap {

namespace {

constexpr std::uint64_t shortest_content_step = 64 * 1024;

}  // namespace

Content as_stored(mime::Range range) { return {.stored = range, .length = range.length}; }

ContentReader::ContentReader(ReadOctets read, const Content& content)
    : ContentReader(
          std::move(read), content,
          {.stored = content.stored, .decoder = mime::TransferDecoder(content.encoding)}) {}

ContentReader::ContentReader(ReadOctets read, const Content& content, Decoding decoding)
    : read_(std::move(read)),
      at_(std::move(decoding)),
      skipped_(content.skipped - at_.given),
      left_(content.length) {}

// Of a short page not much more is read than it takes.
std::string ContentReader::decoded() {
  if (!at_.ahead.empty()) return std::exchange(at_.ahead, {});
  if (at_.stored.length == 0) {
    ended_ = true;
    return at_.decoder.end();
  }
  const auto wanted = left_ < content_step ? skipped_ + 2 * left_ : content_step;
  const auto step =
      std::min({at_.stored.length, content_step, std::max(wanted, shortest_content_step)});
  auto octets = read_({at_.stored.offset, step});
  if (octets.size() != step)
    throw Error(Fault::corrupt, "a stored message is shorter than it should be");
  at_.stored = {at_.stored.offset + step, at_.stored.length - step};
  return at_.decoder.add(std::move(octets));
}

std::string ContentReader::next() {
  auto piece = decoded();
  const auto skipped = std::min<std::uint64_t>(skipped_, piece.size());
  piece.erase(0, skipped);
  if (piece.size() > left_) {
    at_.ahead = piece.substr(left_);
    piece.resize(left_);
  }
  at_.given += skipped + piece.size();
  skipped_ -= skipped;
  left_ -= piece.size();
  return piece;
}

std::string all_of(const ReadOctets& read, const Content& content) {
  ContentReader reader(read, content);
  auto octets = reader.done() ? std::string() : reader.next();
  while (!reader.done()) octets += reader.next();
  return octets;
}

namespace {

Measured read_through(ContentReader& reader) {
  Measured result;
  while (!reader.done()) {
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

bool leads_to(const DecodingPlace& place, MessageId message, const Content& content) {
  return place.message == message && place.part.offset == content.stored.offset &&
         place.part.length == content.stored.length && place.decoding.given <= content.skipped;
}

}  // namespace

Measured measured(const ReadOctets& read, const Content& content) {
  ContentReader reader(read, content);
  return read_through(reader);
}

Measured measured(const ReadOctets& read, const Content& content, MessageId message,
                  DecodingPlace& place) {
  auto reader = leads_to(place, message, content)
                    ? ContentReader(read, content, std::exchange(place, {}).decoding)
                    : ContentReader(read, content);
  auto result = read_through(reader);
  if (!reader.ended()) place = {message, content.stored, reader.leave()};
  return result;
}

}  // namespace imap
