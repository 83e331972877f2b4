#pragma once
// DEFLATE over a connection (RFC 4978): raw deflate streams both ways. For imap/stream.cpp only.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace imap {

class Compression {
 public:
  Compression();
  ~Compression();

  // What has come and is not opened yet; receivers append to it.
  std::string& received() { return received_; }

  // Opens what it can of received(): appends at most `limit` octets to `out`, and says how many.
  // 0: more must come first. Throws invalid for what is no deflate stream, or beyond its end.
  std::size_t inflate(std::string& out, std::size_t limit);

  // Flushed: the peer can open all of it at once.
  std::string deflate(std::string_view octets);

  // The last of the stream.
  std::string finish(std::string_view octets);

  // Gives back the memory of deflate(). What follows opens all the same: a deflate stream may go on
  // with a block that looks back at nothing.
  void rest();

 private:
  struct Inflater;
  struct Deflater;
  std::string deflated(std::string_view octets, int flush);

  std::string received_;
  std::unique_ptr<Inflater> inflater_;  // some 40 KB
  bool ended_ = false;                  // the peer has ended its stream
  std::unique_ptr<Deflater> deflater_;  // some 256 KB; none while resting
};

}  // namespace imap
