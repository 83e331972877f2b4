#include "imap/mime/wire.h"

#include <algorithm>

namespace imap::mime {
namespace {

bool quotable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= ' ' && byte < 127) || c == '\t';
}

bool plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte < 127 &&
         std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
}

}  // namespace

void add_astring(std::string& out, std::string_view text) {
  const bool is_atom =
      !text.empty() && text != "NIL" && std::all_of(text.begin(), text.end(), plain);
  if (is_atom)
    out += text;
  else
    add_string(out, text);
}

void add_string(std::string& out, std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), quotable)) {
    out += '{';
    out += std::to_string(text.size());
    out += "}\r\n";
    const auto start = out.size();
    out += text;
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), '\0', '?');
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void add_nstring(std::string& out, std::string_view text) {
  if (text.empty())
    out += "NIL";
  else
    add_string(out, text);
}

}  // namespace imap::mime
