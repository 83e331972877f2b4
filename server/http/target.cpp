#include "server/http/target.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/error.h"

namespace http {
namespace {

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3) throw Error(Fault::invalid, "broken percent escape");
      c = static_cast<char>(from_hex(text.substr(i + 1, 2)).front());
      i += 2;
    }
    if (static_cast<unsigned char>(c) < ' ' || c == 127)
      throw Error(Fault::invalid, "control character in the request target");
    out += c;
  }
  return out;
}

// The part before `mark`; `rest` goes on behind it.
std::string_view cut(std::string_view& rest, char mark) {
  const auto end = rest.find(mark);
  const auto part = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return part;
}

}  // namespace

std::optional<std::string_view> Target::value(std::string_view name) const {
  const auto found = std::ranges::find(query, name, &std::pair<std::string, std::string>::first);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

Target parse_target(std::string_view raw) {
  if (!raw.starts_with('/')) throw Error(Fault::invalid, "the request target has no leading slash");
  Target target;
  auto path = cut(raw, '?').substr(1);
  const auto slashes = std::ranges::count(path, '/');
  for (auto i = slashes; i >= 0; --i) target.segments.push_back(percent_decoded(cut(path, '/')));
  while (!raw.empty()) {
    auto pair = cut(raw, '&');
    const auto name = cut(pair, '=');
    target.query.emplace_back(percent_decoded(name), percent_decoded(pair));
  }
  return target;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view marks = "-._~";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       marks.find(c) != marks.npos;
    if (plain)
      out += c;
    else
      out += '%' + to_hex(bytes_of({&c, 1}));
  }
  return out;
}

}  // namespace http
