#include "server/transfer/progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace server::transfer {
namespace {

constexpr std::chrono::milliseconds on_terminal{200};
constexpr std::chrono::seconds in_log{5};
constexpr std::uint64_t skips_told = 50;  // one by one; the sum comes at the end
constexpr std::string_view clear_line = "\r\033[K";

// Names of files and folders are somebody's: nothing in them may steer the terminal.
std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    out += octet < ' ' || octet == 0x7f ? '?' : c;
  }
  return out;
}

}  // namespace

std::string progress_text(const Advance& advance) {
  auto text = fmt::format("{} messages", advance.messages);
  if (advance.all > 0)
    text += fmt::format(", {}%", std::min<std::uint64_t>(100, advance.octets * 100 / advance.all));
  if (advance.seconds < 1) return text;
  text += fmt::format(", {:.0f}/s", static_cast<double>(advance.messages) / advance.seconds);
  if (advance.octets == 0 || advance.octets > advance.all) return text;
  const auto rest = static_cast<double>(advance.all - advance.octets);
  const auto left =
      static_cast<std::uint64_t>(rest * advance.seconds / static_cast<double>(advance.octets));
  return text + fmt::format(", {}:{:02}:{:02} left", left / 3600, left / 60 % 60, left % 60);
}

Observer Progress::observer() {
  return {
      .all = [this](std::uint64_t octets) { advance_.all = octets; },
      .done = [this](std::uint64_t messages, std::uint64_t octets) { done(messages, octets); },
      .skipped = [this](const std::string& what, const std::string& why) { skipped(what, why); }};
}

void Progress::done(std::uint64_t messages, std::uint64_t octets) {
  advance_.messages += messages;
  advance_.octets += octets;
  if (show_ == Show::nothing) return;
  const auto now = Clock::now();
  if (now - shown_ < (show_ == Show::one_line ? Clock::duration(on_terminal) : in_log)) return;
  shown_ = now;
  advance_.seconds = std::chrono::duration<double>(now - begun_).count();
  const auto text = progress_text(advance_);
  if (show_ == Show::one_line)
    err_ << clear_line << text << std::flush;
  else
    err_ << text << std::endl;
}

void Progress::clear() {
  if (show_ == Show::one_line) err_ << clear_line;
}

void Progress::skipped(const std::string& what, const std::string& why) {
  if (++skips_ > skips_told) return;
  clear();
  err_ << "skipped: " << printable(what) << ": " << printable(why) << std::endl;
}

void Progress::finish() {
  clear();
  if (skips_ > skips_told) err_ << "skipped: and " << skips_ - skips_told << " more" << std::endl;
  err_ << std::flush;
}

}  // namespace server::transfer
