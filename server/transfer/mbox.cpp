#include "server/transfer/mbox.h"

#include <algorithm>

#include "base/error.h"
#include "server/transfer/from_line.h"
#include "server/transfer/mbox_status.h"

namespace server::transfer {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;
constexpr std::string_view from = "From ";

// "From " after any number of '>'.
bool is_quotable(std::string_view line) {
  const auto at = std::min(line.find_first_not_of('>'), line.size());
  return line.substr(at).starts_with(from);
}

bool is_empty_line(std::string_view line) { return line == "\n" || line == "\r\n"; }

}  // namespace

MboxReader::MboxReader(ReadOctets read, std::uint64_t limit)
    : read_(std::move(read)), limit_(limit) {
  const auto first = piece();
  if (!first) return;
  if (!first->text.starts_with(from))
    throw Error(Fault::invalid, "that is no mbox file: it does not begin with \"From \"",
                "say what it is with --format maildir or --format eml");
  from_line_ = std::string(first->text);
}

// Moves what is left to the front and reads on.
void MboxReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const auto kept = buffer_.size();
  buffer_.resize(buffer_size);
  const auto count = read_(buffer_.data() + kept, buffer_size - kept);
  buffer_.resize(kept + count);
  read_all_ = count == 0 && kept < buffer_size;
}

std::optional<MboxReader::Piece> MboxReader::piece() {
  auto end = buffer_.find('\n', at_);
  while (end == std::string::npos && !read_all_ && buffer_.size() - at_ < buffer_size) {
    fill();
    end = buffer_.find('\n', at_);
  }
  if (at_ == buffer_.size()) return {};
  const bool ends = end != std::string::npos;
  const auto length = ends ? end + 1 - at_ : buffer_.size() - at_;
  const Piece found{std::string_view(buffer_).substr(at_, length), line_begins_};
  at_ += length;
  offset_ += length;
  line_begins_ = ends;
  return found;
}

void MboxReader::begin(MboxMessage& message, std::string_view line) {
  message.date = parse_from_line(line);
  message.number = ++number_;
}

void MboxReader::append(MboxMessage& message, std::string_view text) const {
  if (message.too_big) return;
  message.octets += text;
  // Two for the empty line after the message.
  if (message.octets.size() <= limit_ + 2) return;
  message.too_big = true;
  message.octets = {};
}

std::optional<MboxMessage> MboxReader::next() {
  if (!from_line_) return {};
  MboxMessage message;
  begin(message, *from_line_);
  from_line_.reset();
  std::size_t empty_line = 0;  // length of the line before, if it is empty
  for (bool first = true; const auto found = piece(); first = false) {
    const auto& text = found->text;
    if (!first && found->begins && parse_from_line(text)) {
      from_line_ = std::string(text);
      break;
    }
    const bool quoted = found->begins && text[0] == '>' && is_quotable(text);
    append(message, quoted ? text.substr(1) : text);
    empty_line = found->begins && is_empty_line(text) ? text.size() : 0;
  }
  if (!message.too_big) message.octets.resize(message.octets.size() - empty_line);
  if (message.octets.size() > limit_) message.too_big = true;
  return message;
}

std::string mbox_entry(std::string_view message, const storage::FlagNames& flags, UnixTime date) {
  const auto whole = with_status(message, flags);
  std::string_view octets = whole;
  auto out = from_line(date);
  out.reserve(out.size() + octets.size() + octets.size() / 64 + 2);
  while (!octets.empty()) {
    const auto end = octets.find('\n');
    const auto line = octets.substr(0, end == std::string_view::npos ? end : end + 1);
    if (is_quotable(line)) out += '>';
    out += line;
    octets.remove_prefix(line.size());
  }
  if (out.back() != '\n') out += '\n';
  return out += '\n';
}

}  // namespace server::transfer
