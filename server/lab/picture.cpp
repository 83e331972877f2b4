#include "server/lab/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "server/lab/amount.h"
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
constexpr int row_height = 52, top = 46, left = 20, asset_width = 280, wall = 390, right = 480,
              card_width = 400, width = 900, card_height = 42;
constexpr std::size_t most_mailboxes = 40;
constexpr std::size_t most_letters = 34;  // of a name, beside its level

int row_top(std::size_t row) { return top + static_cast<int>(row) * row_height; }
int middle(std::size_t row) { return row_top(row) + card_height / 2; }

std::string_view class_of(State state) {
  if (state == State::read || state == State::empty) return "open";
  return state == State::sealed_inside ? "inside" : "shut";
}

bool is_unlocked(State state) { return state == State::read || state == State::empty; }

// Open, the bow has swung out.
std::string padlock(int x, int y, State state) {
  return fmt::format(
      "<g transform=\"translate({} {})\"><path class=\"bow\" d=\"{}\"/><rect class=\"lock\" "
      "y=\"10\" width=\"16\" height=\"12\" rx=\"2\"/></g>",
      x, y, is_unlocked(state) ? "M13 10V5a5 5 0 0 1 10 0v3" : "M3 11V6a5 5 0 0 1 10 0v5");
}

enum class Use { not_taken, useless, opens };

std::string asset_box(std::size_t row, std::string_view text, Use use) {
  constexpr std::string_view words[] = {" (not taken)", " (opens nothing)", ""};
  return fmt::format(
      "<g class=\"{}\"><rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
      "rx=\"6\"/><text x=\"{}\" y=\"{}\">{}{}</text></g>",
      use == Use::not_taken ? "not-taken" : "taken", left, row_top(row), asset_width, card_height,
      left + 14, middle(row) + 5, text, words[static_cast<std::size_t>(use)]);
}

const json::object* recovered(const json::object& mailbox) {
  return mailbox.at("recovered").if_object();
}

std::int64_t holds(const json::object& mailbox) {
  return mailbox.at("holds").to_number<std::int64_t>();
}

std::string octets(std::int64_t count) {
  if (count < 10'000) return fmt::format("{} octets", count);
  return count < 10'000'000 ? fmt::format("{} KB", count / 1000)
                            : fmt::format("{} MB", count / 1'000'000);
}

std::string found_in(const json::object& mailbox) {
  const auto state = state_of(mailbox);
  if (state == State::missing) return "not in this copy";
  if (state == State::sealed) return fmt::format("sealed: {} messages", holds(mailbox));
  if (state == State::empty) return "open, no mail in it";
  const auto amount = amount_in(*recovered(mailbox));
  if (state == State::sealed_inside)
    return fmt::format("opens to ciphertext: 0 of {} read", amount.pieces());
  const auto read = amount.pieces() - amount.opaque;
  return read == amount.pieces()
             ? fmt::format("{} messages read, {}", read, octets(amount.octets))
             : fmt::format("{} of {} read, {} ciphertext", read, amount.pieces(), amount.opaque);
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

std::string name_of(const json::object& mailbox) {
  const auto* account = mailbox.at("account").if_string();
  return html(shortened(
      account ? std::string(*account) : "mailbox " + json::serialize(mailbox.at("mailbox")),
      most_letters));
}

std::string card(std::size_t row, const json::object& mailbox) {
  const auto state = state_of(mailbox);
  return fmt::format(
             "<g class=\"{}\"><rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{}\" "
             "height=\"{}\" rx=\"6\"/>{}<text x=\"{}\" y=\"{}\">{}</text>",
             class_of(state), right, row_top(row), card_width, card_height,
             padlock(right + 11, row_top(row) + 9, state), right + 44, row_top(row) + 18,
             name_of(mailbox)) +
         fmt::format(
             "<text class=\"what\" x=\"{}\" y=\"{}\">{}</text><text class=\"level\" "
             "x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text></g>",
             right + 44, row_top(row) + 35, found_in(mailbox), right + card_width - 10,
             row_top(row) + 18, html(mailbox.at("level").as_string()));
}

// Through the wall to the mailbox, with an arrow's tip; where that is sealed inside, to a bar.
std::string line(std::size_t from, std::size_t to, State state) {
  const bool stopped = state == State::sealed_inside;
  const int end = right - 10;
  const auto* kind = stopped ? " inside" : "";
  const auto path = fmt::format("<path class=\"way{}\" d=\"M{} {}C{} {} {} {} {} {}{}\"/>", kind,
                                left + asset_width, middle(from), wall, middle(from), wall,
                                middle(to), end, middle(to), stopped ? "m4 -12v24" : "");
  return stopped ? path
                 : path + fmt::format("<path class=\"tip\" d=\"M{} {}l9 5l-9 5z\"/>", end,
                                      middle(to) - 5);
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
      "<div class=\"wide\"><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"What the assets "
      "open\">"
      "<text class=\"head\" x=\"{}\" y=\"26\">what the thief has</text>"
      "<text class=\"head\" x=\"{}\" y=\"26\">what lies on the disk</text>"
      "<line class=\"wall\" x1=\"{}\" y1=\"10\" x2=\"{}\" y2=\"{}\"/>",
      width, height, left, right, wall, wall, height - 10);
}

std::string left_out(const json::object& report, std::size_t shown) {
  const auto all = static_cast<std::size_t>(std::ranges::count_if(
      report.at("mailboxes").as_array(),
      [](const json::value& mailbox) { return mailbox.at("source") == "copy"; }));
  if (all == shown) return {};
  return fmt::format(
      "<text class=\"head\" x=\"{}\" y=\"{}\">and {} more, in the table below</text>", right,
      row_top(shown) + 20, all - shown);
}

}  // namespace

std::string shown_name(std::string_view asset) {
  const auto* found = std::ranges::find(assets, asset, &Shown::asset);
  return std::string(found == std::end(assets) ? asset : found->text);
}

std::string picture_of(const json::object& report) {
  const auto taken = json::value_to<std::set<std::string>>(report.at("assets"));
  std::string lines, cards;
  std::size_t row = 0;
  std::set<std::string> useful;
  for (const auto& each : report.at("mailboxes").as_array()) {
    const auto& mailbox = each.as_object();
    const auto used = assets_of(mailbox);
    useful.insert(used.begin(), used.end());
    if (mailbox.at("source") != "copy" || row == most_mailboxes) continue;
    for (std::size_t i = 0; i < std::size(assets); ++i)
      if (used.contains(std::string(assets[i].asset))) lines += line(i, row, state_of(mailbox));
    cards += card(row++, mailbox);
  }
  std::string boxes;
  for (std::size_t i = 0; i < std::size(assets); ++i) {
    const std::string name(assets[i].asset);
    boxes += asset_box(i, assets[i].text,
                       !taken.contains(name)   ? Use::not_taken
                       : useful.contains(name) ? Use::opens
                                               : Use::useless);
  }
  return frame(row_top(std::max(row, std::size(assets)) + 1)) + lines + boxes + cards +
         left_out(report, row) + "</svg></div>\n";
}

}  // namespace server::lab
