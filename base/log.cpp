#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ctime>

namespace logging {
namespace {

std::atomic<Level> threshold{Level::info};

constexpr std::string_view level_names[] = {"debug", "info", "warning", "error"};

std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     millis);
}

bool plain(std::string_view value) {
  if (value.empty()) return false;
  for (const unsigned char c : value)
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 127) return false;
  return true;
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const unsigned char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < ' ' || c == 127) {
      out += fmt::format("\\x{:02x}", c);
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

}  // namespace

void set_level(Level level) { threshold = level; }

std::string formatted(Level level, std::string_view event, std::initializer_list<Field> fields) {
  auto line = fmt::format("{} {} {}", timestamp(), level_names[static_cast<int>(level)], event);
  for (const auto& field : fields)
    line +=
        fmt::format(" {}={}", field.key, plain(field.value) ? field.value : quoted(field.value));
  return line + '\n';
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (level < threshold) return;
  const auto line = formatted(level, event, fields);
  // A log that cannot be written must not stop mail; there is nobody to tell.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace logging
