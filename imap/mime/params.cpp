#include "imap/mime/params.h"

#include <algorithm>
#include <optional>

#include "imap/mime/charset.h"
#include "imap/mime/header.h"
#include "imap/mime/lexer.h"
#include "imap/mime/words.h"

namespace imap::mime {
namespace {

struct Piece {
  std::string name;
  int number = -1;  // of a continuation
  bool extended = false;
  std::string value;
};

constexpr std::string_view hex_digits = "0123456789ABCDEF";

// RFC 2231 section 3 and 4: name*, name*1, name*1*.
Piece named_piece(std::string_view name, std::string value) {
  Piece piece{std::string(name), -1, false, std::move(value)};
  const auto star = name.find('*');
  if (star == std::string_view::npos || star == 0) return piece;
  auto tail = name.substr(star + 1);
  if (tail.empty()) {
    piece.extended = true;
  } else {
    const bool extended = tail.back() == '*';
    if (extended) tail.remove_suffix(1);
    const bool number =
        !tail.empty() && tail.size() <= 3 &&
        std::all_of(tail.begin(), tail.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!number) return piece;
    piece.extended = extended;
    piece.number = std::stoi(std::string(tail));
  }
  piece.name = name.substr(0, star);
  return piece;
}

std::string param_value(Lexer& lexer) {
  lexer.skip_cfws();
  if (lexer.peek() == '"') return lexer.quoted();
  std::string value(lexer.word(";"));
  // Unquoted values with blanks are common (name=my file.pdf): read on to the semicolon.
  while (true) {
    const auto here = lexer.position();
    lexer.skip_cfws();
    const auto more = lexer.word(";");
    if (more.empty() || more.find('=') != std::string_view::npos) {
      lexer.back_to(here);
      break;
    }
    value += ' ';
    value += more;
  }
  std::replace(value.begin(), value.end(), '\0', '?');
  return value;
}

std::vector<Piece> pieces(Lexer& lexer) {
  std::vector<Piece> out;
  while (!lexer.at_end() && out.size() < param_limit) {
    lexer.skip_to(";");
    if (!lexer.take(';')) break;
    lexer.skip_cfws();
    std::string name(lexer.word(";="));
    lexer.skip_cfws();
    if (!lexer.take('=') || name.empty()) continue;
    std::replace(name.begin(), name.end(), '\0', '?');
    out.push_back(named_piece(name, param_value(lexer)));
  }
  return out;
}

// Percent signs of a plain piece must not be read as escapes once it is joined to extended ones.
std::string as_extended(const std::string& plain) {
  std::string out;
  for (const char c : plain) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || byte <= ' ' || byte >= 127)
      (out += '%').append({hex_digits[byte >> 4], hex_digits[byte & 15]});
    else
      out += c;
  }
  return out;
}

// All pieces of one continued parameter, in the order of their numbers.
Param joined(std::vector<Piece> parts) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Piece& a, const Piece& b) { return a.number < b.number; });
  Param param{parts.front().name, {}, parts.front().extended};
  const bool any = std::any_of(parts.begin(), parts.end(), [](auto& p) { return p.extended; });
  if (any && !param.extended) param.value = "''";  // no charset was given
  param.extended = any;
  int expected = 0;
  for (auto& piece : parts) {
    if (piece.number != expected) break;
    ++expected;
    param.value += any && !piece.extended ? as_extended(piece.value) : piece.value;
  }
  return param;
}

std::vector<Param> params_of(std::vector<Piece> found) {
  std::vector<Param> out;
  const auto known = [&](const Piece& piece) {
    return std::any_of(out.begin(), out.end(), [&](const Param& param) {
      return same_name(param.name, piece.name) && param.extended == piece.extended;
    });
  };
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto& piece = found[i];
    if (piece.number < 0) {
      if (!known(piece)) out.push_back({piece.name, std::move(piece.value), piece.extended});
      continue;
    }
    if (piece.number > 0) continue;  // joined to its number 0, or lost without it
    std::vector<Piece> same;
    for (auto& other : found)
      if (other.number >= 0 && same_name(other.name, piece.name)) same.push_back(other);
    auto param = joined(std::move(same));
    if (!known({param.name, -1, param.extended, {}})) out.push_back(std::move(param));
  }
  return out;
}

std::optional<int> hex_value(char c) {
  const auto at = hex_digits.find(c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c);
  if (at == std::string_view::npos) return {};
  return static_cast<int>(at);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
      if (high && low) {
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

std::string decoded_value(const Param& param) {
  if (!param.extended) return decode_words(param.value);
  const auto first = param.value.find('\'');
  const auto second = first == std::string::npos ? first : param.value.find('\'', first + 1);
  if (second == std::string::npos) return to_utf8(percent_decoded(param.value), {});
  return to_utf8(percent_decoded(std::string_view(param.value).substr(second + 1)),
                 std::string_view(param.value).substr(0, first));
}

std::string cleaned(std::string_view token) {
  std::string out(token.substr(0, 127));
  std::replace(out.begin(), out.end(), '\0', '?');
  return out;
}

}  // namespace

Parameterized parse_parameterized(std::string_view value) {
  Parameterized out;
  Lexer lexer(value);
  while (true) {
    lexer.skip_cfws();
    const auto word = lexer.word(";");
    if (!word.empty())
      out.value += cleaned(word);
    else if (lexer.peek() == '"')
      out.value += lexer.quoted();
    else
      break;
  }
  out.params = params_of(pieces(lexer));
  return out;
}

std::string Parameterized::decoded(std::string_view name) const {
  const Param* found = nullptr;
  for (const auto& param : params)
    if (same_name(param.name, name) && (!found || (param.extended && !found->extended)))
      found = &param;
  return found ? decoded_value(*found) : std::string();
}

std::string_view Parameterized::raw(std::string_view name) const {
  for (const auto& param : params)
    if (same_name(param.name, name) && !param.extended) return param.value;
  return {};
}

bool ContentType::is(std::string_view type_name, std::string_view subtype_name) const {
  return same_name(type, type_name) && same_name(subtype, subtype_name);
}

ContentType content_type(const Parameterized& field) {
  const auto slash = field.value.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == field.value.size())
    return {"text", "plain", field.params};
  return {field.value.substr(0, slash), field.value.substr(slash + 1), field.params};
}

}  // namespace imap::mime
