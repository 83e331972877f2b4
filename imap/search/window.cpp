#include "imap/search/window.h"

#include <algorithm>

namespace imap::search {

Shown shown(const Window& window, std::size_t found) {
  const auto low = std::min<std::size_t>(std::min(window.one, window.other), found + 1);
  const auto high = std::min<std::size_t>(std::max(window.one, window.other), found);
  if (low > high) return {};
  if (window.from == Window::From::first) return {low - 1, high};
  return {found - high, found - low + 1};
}

std::string text(const Window& window) {
  const std::string_view sign = window.from == Window::From::last ? "-" : "";
  return std::string(sign) + std::to_string(window.one) + ':' + std::string(sign) +
         std::to_string(window.other);
}

Window parse_window(Request& request) {
  Window window;
  const bool negative = request.try_char('-');
  if (negative) window.from = Window::From::last;
  window.one = request.nz_number();
  request.expect(':');
  if (negative) request.expect('-');
  window.other = request.nz_number();
  return window;
}

}  // namespace imap::search
