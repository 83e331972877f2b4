#include "server/lab/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "server/lab/page.h"
#include "server/lab/report.h"

namespace server::lab {

namespace {

namespace json = boost::json;

struct Shown {
  std::string_view asset;
  std::string_view text;
};
constexpr Shown assets[] = {
    {"service-keys", "service keys"}, {"vault-a", "vault A"},
    {"vault-b", "vault B"},           {"memory", "the server's memory"},
    {"backup", "an older backup"},    {"password", "a user's password"},
    {"admin", "an admin's role"},
};
constexpr int row_height = 44, top = 46, left = 20, asset_width = 240, wall = 400, right = 480,
              card_width = 400, width = 900;
constexpr std::size_t most_mailboxes = 40;
constexpr std::size_t most_letters = 35;  // of a card's text, beside its level

int row_top(std::size_t row) { return top + static_cast<int>(row) * row_height; }
int middle(std::size_t row) { return row_top(row) + row_height / 2 - 4; }

std::string_view class_of(State state) {
  if (state == State::read) return "open";
  return state == State::sealed_inside ? "inside" : "shut";
}

std::string padlock(int x, int y, State state) {
  return fmt::format(
      "<g class=\"{}\" transform=\"translate({} {})\"><path d=\"M3 10V6a5 5 0 0 1 10 0{}\" "
      "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><rect x=\"0\" y=\"10\" "
      "width=\"16\" height=\"12\" rx=\"2\" fill=\"currentColor\"/></g>",
      class_of(state), x, y, state == State::read ? "" : "v4");
}

std::string asset_box(std::size_t row, std::string_view text, bool taken) {
  return fmt::format(
      "<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"34\" rx=\"6\"/>"
      "<text x=\"{}\" y=\"{}\">{}{}</text></g>",
      taken ? "taken" : "not-taken", left, row_top(row), asset_width, left + 14, row_top(row) + 22,
      text, taken ? "" : " (not taken)");
}

const json::object* recovered(const json::object& mailbox) {
  return mailbox.at("recovered").if_object();
}

std::string found_in(const json::object& mailbox) {
  if (state_of(mailbox) == State::missing) return "not in this copy";
  const auto* read = recovered(mailbox);
  if (!read) return "sealed";
  const auto all = json::serialize(read->at("messages"));
  if (state_of(mailbox) == State::sealed_inside) return all + " sealed inside";
  if (read_in(*read) == read->at("messages")) return all + " messages read";
  return fmt::format("{} of {} read", read_in(*read), all);
}

// At most so many characters of UTF-8, the last of them an ellipsis where some are left out.
std::string shortened(const std::string& text, std::size_t most) {
  std::size_t count = 0, cut = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (count++ == most - 1) cut = i;
  }
  return count > most ? text.substr(0, cut) + "\u2026" : text;
}

std::string words_on(const json::object& mailbox) {
  const auto* account = mailbox.at("account").if_string();
  const auto what = ": " + found_in(mailbox);
  const auto name =
      account ? std::string(*account) : "mailbox " + json::serialize(mailbox.at("mailbox"));
  return html(shortened(name, most_letters - what.size()) + what);
}

std::string card(std::size_t row, const json::object& mailbox) {
  const auto state = state_of(mailbox);
  return fmt::format(
             "<g class=\"{}\"><rect class=\"card\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"34\" "
             "rx=\"6\"/><text x=\"{}\" y=\"{}\">{}</text><text class=\"level\" x=\"{}\" y=\"{}\" "
             "text-anchor=\"end\">{}</text></g>",
             class_of(state), right, row_top(row), card_width, right + 36, row_top(row) + 22,
             words_on(mailbox), right + card_width - 10, row_top(row) + 22,
             html(mailbox.at("level").as_string())) +
         padlock(right + 11, row_top(row) + 5, state);
}

// To the mailbox; where that is sealed inside, to a bar before it.
std::string line(std::size_t from, std::size_t to, State state) {
  const bool stopped = state == State::sealed_inside;
  const int end = stopped ? right - 8 : right;
  return fmt::format("<path class=\"way{}\" d=\"M{} {}C{} {} {} {} {} {}{}\"/>",
                     stopped ? " inside" : "", left + asset_width, middle(from), wall - 60,
                     middle(from), wall + 20, middle(to), end, middle(to),
                     stopped ? "m0 -9v18" : "");
}

std::set<std::string> assets_of(const json::object& mailbox) {
  std::set<std::string> used;
  if (const auto* read = recovered(mailbox))
    for (const auto& way : read->at("ways").as_array())
      used.merge(json::value_to<std::set<std::string>>(way.at("assets")));
  return used;
}

std::string frame(int height) {
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"What the assets open\">"
      "<text class=\"head\" x=\"{}\" y=\"26\">what the thief has</text>"
      "<text class=\"head\" x=\"{}\" y=\"26\">what lies on the disk</text>"
      "<line class=\"wall\" x1=\"{}\" y1=\"10\" x2=\"{}\" y2=\"{}\"/>",
      width, height, left, right, wall, wall, height - 10);
}

}  // namespace

std::string picture_of(const json::object& report) {
  const auto taken = json::value_to<std::set<std::string>>(report.at("assets"));
  std::string lines, cards;
  std::size_t row = 0;
  for (const auto& each : report.at("mailboxes").as_array()) {
    const auto& mailbox = each.as_object();
    if (mailbox.at("source") != "copy" || row == most_mailboxes) continue;
    for (std::size_t i = 0; i < std::size(assets); ++i)
      if (assets_of(mailbox).contains(std::string(assets[i].asset)))
        lines += line(i, row, state_of(mailbox));
    cards += card(row++, mailbox);
  }
  std::string boxes;
  for (std::size_t i = 0; i < std::size(assets); ++i)
    boxes += asset_box(i, assets[i].text, taken.contains(std::string(assets[i].asset)));
  return frame(row_top(std::max(row, std::size(assets))) + 10) + lines + boxes + cards + "</svg>";
}

}  // namespace server::lab
