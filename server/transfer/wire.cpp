#include "server/transfer/wire.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "base/error.h"

namespace server::transfer {
namespace {

constexpr std::size_t line_limit = 64 * 1024;  // 128 keywords of 255 octets, and some numbers
constexpr std::uint8_t all_flags =
    storage::seen | storage::answered | storage::flagged | storage::deleted | storage::draft;

[[noreturn]] void broken(const char* what) {
  throw Error(Fault::invalid, std::string("the row of messages is broken: ") + what);
}

class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  bool at_end() const { return ended_; }
  std::string_view word() {
    const auto end = std::min(rest_.find(' '), rest_.size());
    const auto found = rest_.substr(0, end);
    ended_ = end == rest_.size();
    rest_.remove_prefix(ended_ ? end : end + 1);
    if (found.empty()) broken("a word is missing");
    return found;
  }
  template <class Number>
  Number number(Number least, Number most) {
    const auto text = word();
    Number value{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < least ||
        value > most)
      broken("a number is wrong");
    return value;
  }

 private:
  std::string_view rest_;
  bool ended_ = false;
};

template <class Number>
Number any_number(Words& words) {
  using Limits = std::numeric_limits<Number>;
  return words.number<Number>(Limits::min(), Limits::max());
}

}  // namespace

std::string wire_form(const Mail& mail) {
  auto text = "mail " + std::to_string(mail.octets.size()) + ' ' + std::to_string(mail.date) + ' ' +
              std::to_string(mail.zone) + ' ' + std::to_string(mail.flags.system);
  for (const auto& keyword : mail.flags.keywords) text += ' ' + keyword;
  text += '\n';
  return text += mail.octets;
}

std::string wire_damaged(Uid uid) { return "damaged " + std::to_string(uid.value) + '\n'; }

void WireReader::line(std::string_view text) {
  Words words(text);
  const auto kind = words.word();
  if (kind == "mail") {
    size_ = any_number<std::size_t>(words);
    if (size_ > limit_)
      throw Error(Fault::too_big, "a message is bigger than " + std::to_string(limit_) + " octets");
    Mail mail;
    mail.date = any_number<UnixTime>(words);
    mail.zone = words.number<std::int16_t>(-1439, 1439);
    mail.flags.system = words.number<std::uint8_t>(0, all_flags);
    while (!words.at_end()) mail.flags.keywords.emplace_back(words.word());
    if (mail.flags.keywords.size() > storage::keyword_limit) broken("too many keywords");
    mail_ = std::move(mail);
  } else if (kind == "damaged") {
    const Uid uid(any_number<std::uint32_t>(words));
    if (to_.damaged) to_.damaged(uid);
  } else if (kind == "end") {
    ended_ = true;
  } else {
    broken("an unknown line");
  }
  if (!words.at_end()) broken("too many words");
}

// One line or the octets of one message; false when more must come first.
bool WireReader::step() {
  const auto rest = std::string_view(buffer_).substr(at_);
  if (mail_) {
    if (rest.size() < size_) return false;
    mail_->octets = rest.substr(0, size_);
    at_ += size_;
    auto mail = std::exchange(mail_, std::nullopt);
    to_.mail(std::move(*mail));
    return true;
  }
  if (rest.empty()) return false;
  if (ended_) broken("something after the end");
  const auto end = rest.find('\n');
  if (std::min(end, rest.size()) > line_limit) broken("a line is too long");
  if (end == std::string_view::npos) return false;
  at_ += end + 1;
  line(rest.substr(0, end));
  return true;
}

void WireReader::feed(std::string_view piece) {
  buffer_ += piece;
  while (step()) continue;
  buffer_.erase(0, at_);
  at_ = 0;
}

void WireReader::finish() const {
  if (!ended_ || !buffer_.empty()) broken("it was cut off");
}

}  // namespace server::transfer
