#pragma once
// One line an event, as logfmt on standard error: time, level, event, then key=value pairs. Never
// content, never keys, never passwords: values are names, ids, counts and texts of our own errors.
// Any thread; a line is written with one write(2).

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

// (Not "log": that is a function of the C library.)
namespace logging {

enum class Level { debug, info, warning, error };

struct Field {
  std::string_view key;
  std::string value;

  Field(std::string_view name, std::string text) : key(name), value(std::move(text)) {}
  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(text) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  Field(std::string_view name, Number number) : key(name), value(std::to_string(number)) {}
};

// Lines below this level are dropped. Set once at start.
void set_level(Level);

void write(Level, std::string_view event, std::initializer_list<Field> fields);

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
  write(Level::error, event, fields);
}

// key=value with quotes where needed; control characters escaped, so that a line stays a line.
std::string formatted(Level, std::string_view event, std::initializer_list<Field> fields);

}  // namespace logging
