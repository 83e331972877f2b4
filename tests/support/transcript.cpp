#include "tests/support/transcript.h"

#include <stdexcept>
#include <utility>

namespace test_support {

namespace {

constexpr std::string_view anything = "...";

struct Item {
  bool from_client = false;
  int number = 1;
  std::string_view text;
};

Item parsed(std::string_view line) {
  Item item;
  const auto colon = line.find(':');
  const auto who = line.substr(0, colon);
  if (colon == std::string_view::npos || who.empty() || (who[0] != 'C' && who[0] != 'S'))
    throw std::logic_error("a line begins with C: or S:");
  item.from_client = who[0] == 'C';
  if (who.size() > 1) item.number = std::stoi(std::string(who.substr(1)));
  item.text = line.substr(colon + 1);
  if (item.text.starts_with(' ')) item.text.remove_prefix(1);
  return item;
}

}  // namespace

bool line_matches(std::string_view pattern, std::string_view line) {
  const auto wild = pattern.find(anything);
  if (wild == std::string_view::npos) return pattern == line;
  if (line.substr(0, wild) != pattern.substr(0, wild)) return false;
  const auto rest = pattern.substr(wild + anything.size());
  for (auto from = wild; from <= line.size(); ++from)
    if (line_matches(rest, line.substr(from))) return true;
  return false;
}

Transcript::Party& Transcript::party(int number) {
  auto& party = parties_[number];
  if (!party.client) party.client = connect_(number);
  return party;
}

void Transcript::send_all() {
  for (auto& [number, party] : parties_)
    if (!party.unsent.empty()) party.client->send(std::exchange(party.unsent, {}));
}

void Transcript::expect(Party& party, std::string_view pattern) {
  if (pattern == anything) {
    party.skipping = true;
    return;
  }
  auto line = party.client->line();
  while (party.skipping && !line_matches(pattern, line)) line = party.client->line();
  party.skipping = false;
  if (!line_matches(pattern, line))
    throw std::runtime_error("expected \"" + std::string(pattern) + "\", got \"" + line + '"');
}

void Transcript::play(std::string_view text) {
  int number = 0;
  try {
    while (!text.empty()) {
      ++number;
      auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      if (line.empty()) continue;
      const auto item = parsed(line);
      auto& speaker = party(item.number);
      if (item.from_client) {
        speaker.unsent += std::string(item.text) + "\r\n";
      } else {
        send_all();
        expect(speaker, item.text);
      }
    }
    send_all();
  } catch (const std::exception& error) {
    throw std::runtime_error("line " + std::to_string(number) + ": " + error.what());
  }
}

}  // namespace test_support
