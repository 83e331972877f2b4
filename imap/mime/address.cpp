#include "imap/mime/address.h"

#include <algorithm>

#include "imap/mime/lexer.h"

namespace imap::mime {
namespace {

constexpr std::string_view specials = "@<>,;:";

struct Token {
  std::string text;
  bool spaced;  // white space or a comment came before it
};

bool dotted(const Token& left, const Token& right) {
  return (!left.text.empty() && left.text.back() == '.') ||
         (!right.text.empty() && right.text.front() == '.');
}

class Parser {
 public:
  Parser(std::string_view value, std::size_t limit) : lexer_(value), limit_(limit) {}

  std::vector<Address> run() {
    while (out_.size() < limit_) {
      space();
      if (lexer_.at_end()) break;
      if (lexer_.take(',')) continue;
      if (lexer_.take(';'))
        end_group();
      else
        one();
    }
    end_group();
    return std::move(out_);
  }

 private:
  bool space() {
    const auto before = lexer_.position();
    auto comment = lexer_.skip_cfws();
    if (!comment.empty()) comment_ = std::move(comment);
    return lexer_.position() != before;
  }

  void end_group() {
    if (in_group_) out_.push_back({Address::Kind::group_end, {}, {}, {}, {}});
    in_group_ = false;
  }

  std::vector<Token> tokens() {
    std::vector<Token> found;
    for (bool spaced = false; true; spaced = space()) {
      if (lexer_.at_end() || specials.find(lexer_.peek()) != std::string_view::npos) return found;
      if (lexer_.peek() == '"') {
        found.push_back({lexer_.quoted(), spaced});
      } else {
        std::string word(lexer_.word(specials));
        std::replace(word.begin(), word.end(), '\0', '?');
        found.push_back({std::move(word), spaced});
      }
    }
  }

  static std::string phrase(const std::vector<Token>& words, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0 && words[i].spaced) out += ' ';
      out += words[i].text;
    }
    return out;
  }

  // "john . doe" is one local part (obs-local-part); of "John Doe john" only the last word is.
  static Address addressed(const std::vector<Token>& words) {
    Address out;
    auto first = words.size();
    while (first > 0) {
      --first;
      if (words[first].spaced && first > 0 && !dotted(words[first - 1], words[first])) break;
    }
    for (auto i = first; i < words.size(); ++i) out.local += words[i].text;
    out.name = phrase(words, first);
    return out;
  }

  void one() {
    comment_.clear();
    const auto words = tokens();
    if (lexer_.take(':')) {
      end_group();
      in_group_ = true;
      out_.push_back({Address::Kind::group_start, {}, {}, phrase(words, words.size()), {}});
      return;
    }
    Address found;
    if (lexer_.take('<')) {
      found = angle();
      found.name = phrase(words, words.size());
    } else {
      found = addressed(words);
      read_hosts(found);
    }
    rest_of_entry();
    if (found.name.empty()) found.name = comment_;
    if (!found.local.empty() || !found.host.empty() || !found.name.empty())
      out_.push_back(std::move(found));
  }

  Address angle() {
    Address out;
    space();
    std::string route;
    while (lexer_.peek() == '@' || lexer_.peek() == ',') {
      if (lexer_.take(',')) {
        if (!route.empty() && route.back() != ',') route += ',';
      } else {
        lexer_.skip();
        route += '@';
        route += host();
      }
      space();
    }
    if (lexer_.take(':')) {
      while (!route.empty() && route.back() == ',') route.pop_back();
      out.route = std::move(route);
    }
    for (const auto& token : tokens()) out.local += token.text;
    read_hosts(out);
    lexer_.skip_to(">,;");
    lexer_.take('>');
    return out;
  }

  // Of a@b@c the last is the host.
  void read_hosts(Address& out) {
    for (bool more = false; lexer_.take('@'); more = true) {
      if (more) (out.local += '@') += out.host;
      out.host = host();
    }
  }

  std::string host() {
    space();
    if (lexer_.peek() == '[') return literal();
    std::string out;
    for (bool spaced = false; true; spaced = space()) {
      const auto before = lexer_.position();
      const auto word = lexer_.word(specials);
      const bool joins = !spaced || out.ends_with('.') || word.starts_with('.');
      if (word.empty() || !joins) {
        lexer_.back_to(before);
        break;
      }
      out += word;
    }
    std::replace(out.begin(), out.end(), '\0', '?');
    return out;
  }

  std::string literal() {
    std::string out;
    while (!lexer_.at_end()) {
      const char c = lexer_.peek();
      lexer_.skip();
      if (c != '\r' && c != '\n' && c != ' ' && c != '\t') out += c == '\0' ? '?' : c;
      if (c == ']') break;
    }
    return out;
  }

  // What is left of an entry is a comment, or nothing that an address could hold.
  void rest_of_entry() {
    space();
    while (!lexer_.at_end() && lexer_.peek() != ',' && lexer_.peek() != ';') {
      const auto before = lexer_.position();
      lexer_.skip_to(",;(");
      space();
      if (lexer_.position() == before) lexer_.skip();
    }
  }

  Lexer lexer_;
  std::size_t limit_;
  std::vector<Address> out_;
  std::string comment_;
  bool in_group_ = false;
};

}  // namespace

std::vector<Address> parse_addresses(std::string_view value, std::size_t limit) {
  return Parser(value, limit).run();
}

}  // namespace imap::mime
