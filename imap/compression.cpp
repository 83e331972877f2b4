#include "imap/compression.h"

#include <zlib.h>

#include <algorithm>
#include <new>

#include "base/error.h"

namespace imap {

namespace {

constexpr int raw_window = -15;  // RFC 4978 section 4: no zlib header, the largest window
constexpr int memory_level = 8;
constexpr int level = 3;                        // as fast as it helps: most of it is text
constexpr std::size_t output_step = 16 * 1024;  // octets

Bytef* octets_of(std::string_view text) {
  // zlib reads what next_in names and never writes there.
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

struct Compression::Inflater {
  Inflater() {
    if (inflateInit2(&stream, raw_window) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  z_stream stream{};
};

struct Compression::Deflater {
  Deflater() {
    const auto done =
        deflateInit2(&stream, level, Z_DEFLATED, raw_window, memory_level, Z_DEFAULT_STRATEGY);
    if (done != Z_OK) throw std::bad_alloc();
  }
  ~Deflater() { deflateEnd(&stream); }
  z_stream stream{};
};

Compression::Compression() : inflater_(std::make_unique<Inflater>()) {}
Compression::~Compression() = default;

std::size_t Compression::inflate(std::string& out, std::size_t limit) {
  if (ended_) throw Error(Fault::invalid, "the client has ended its deflate stream");
  auto& stream = inflater_->stream;
  const auto before = out.size();
  const auto room = std::min(limit, output_step);
  out.resize(before + room);
  stream.next_in = octets_of(received_);
  stream.avail_in = static_cast<uInt>(received_.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
  stream.avail_out = static_cast<uInt>(room);
  const auto done = ::inflate(&stream, Z_SYNC_FLUSH);
  const auto opened = room - stream.avail_out;
  out.resize(before + opened);
  received_.erase(0, received_.size() - stream.avail_in);
  if (received_.empty()) std::string().swap(received_);
  ended_ = done == Z_STREAM_END;
  if (done != Z_OK && done != Z_BUF_ERROR && !ended_)
    throw Error(Fault::invalid, "what the client sends is no deflate stream");
  return opened;
}

std::string Compression::deflate(std::string_view octets) { return deflated(octets, Z_SYNC_FLUSH); }

std::string Compression::finish(std::string_view octets) { return deflated(octets, Z_FINISH); }

std::string Compression::deflated(std::string_view octets, int flush) {
  if (!deflater_) deflater_ = std::make_unique<Deflater>();
  auto& stream = deflater_->stream;
  stream.next_in = octets_of(octets);
  stream.avail_in = static_cast<uInt>(octets.size());
  std::string out;
  do {
    const auto before = out.size();
    out.resize(before + output_step);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = output_step;
    ::deflate(&stream, flush);
    out.resize(out.size() - stream.avail_out);
  } while (stream.avail_out == 0);
  return out;
}

void Compression::rest() { deflater_.reset(); }

}  // namespace imap
