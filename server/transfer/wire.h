#pragma once
// Messages in a row, as they travel through the admin socket:
//
//   mail SIZE DATE ZONE FLAGS KEYWORD...   SIZE octets follow the line; DATE in seconds since 1970,
//                                          ZONE in minutes east of UTC, FLAGS as
//                                          storage::SystemFlag
//   damaged UID                            of an export: a message that cannot be opened
//   end                                    what ends without it was cut off
//
// Each line ends with LF; one blank between words.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "server/transfer/mail.h"

namespace server::transfer {

std::string wire_form(const Mail&);
std::string wire_damaged(Uid);
inline constexpr std::string_view wire_end = "end\n";

// Reads such a row, however it comes in pieces. Keeps one message and one piece.
class WireReader {
 public:
  struct To {
    std::function<void(Mail)> mail;
    std::function<void(Uid)> damaged;
  };
  // A message of more than `limit` octets is refused.
  WireReader(std::uint64_t limit, To to) : limit_(limit), to_(std::move(to)) {}

  void feed(std::string_view);  // throws invalid, too_big; and what `to` throws
  void finish() const;          // throws invalid when there was no end

 private:
  bool step();
  void line(std::string_view);

  std::uint64_t limit_;
  To to_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::optional<Mail> mail_;  // whose octets come next
  std::size_t size_ = 0;
  bool ended_ = false;
};

}  // namespace server::transfer
