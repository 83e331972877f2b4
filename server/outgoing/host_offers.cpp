#include "server/outgoing/host_offers.h"

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace server::outgoing {
namespace {

std::string upper_ascii(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    if (end > 0) words.push_back(upper_ascii(line.substr(0, end)));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::uint64_t number_in(const std::vector<std::string>& words) {
  std::uint64_t number = 0;
  if (words.size() > 1) std::from_chars(words[1].data(), words[1].data() + words[1].size(), number);
  return number;
}

struct Switch {
  std::string_view keyword;
  bool HostOffers::*flag;
};
constexpr Switch switches[] = {
    {"PIPELINING", &HostOffers::pipelining}, {"8BITMIME", &HostOffers::eight_bit},
    {"SMTPUTF8", &HostOffers::utf8},         {"DSN", &HostOffers::dsn},
    {"STARTTLS", &HostOffers::start_tls},    {"REQUIRETLS", &HostOffers::require_tls},
    {"CHUNKING", &HostOffers::chunking},     {"BINARYMIME", &HostOffers::binary},
};

void take_line(HostOffers& offers, std::string_view line) {
  const auto words = words_of(line);
  if (words.empty()) return;
  for (const auto& [keyword, flag] : switches)
    if (words[0] == keyword) offers.*flag = true;
  if (words[0] == "SIZE") offers.size = number_in(words);
  // Old servers say AUTH=PLAIN.
  if (words[0] != "AUTH" && !words[0].starts_with("AUTH=")) return;
  for (const auto& word : words) {
    offers.scram_plus = offers.scram_plus || word == "SCRAM-SHA-256-PLUS";
    offers.scram = offers.scram || word == "SCRAM-SHA-256";
    offers.plain = offers.plain || word == "PLAIN" || word == "AUTH=PLAIN";
    offers.login = offers.login || word == "LOGIN" || word == "AUTH=LOGIN";
  }
}

}  // namespace

HostOffers parse_offers(const smtp::Reply& to_hello) {
  HostOffers offers;
  std::string_view rest = to_hello.text;
  // The first line is the server's name.
  for (bool first = true; !rest.empty(); first = false) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (!first) take_line(offers, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return offers;
}

}  // namespace server::outgoing
