#include "server/lab/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "server/lab/page.h"

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

int row_top(std::size_t row) { return top + static_cast<int>(row) * row_height; }
int middle(std::size_t row) { return row_top(row) + row_height / 2 - 4; }

std::string padlock(int x, int y, bool open) {
  return fmt::format(
      "<g class=\"{}\" transform=\"translate({} {})\"><path d=\"M3 10V6a5 5 0 0 1 10 0{}\" "
      "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><rect x=\"0\" y=\"10\" "
      "width=\"16\" height=\"12\" rx=\"2\" fill=\"currentColor\"/></g>",
      open ? "open" : "shut", x, y, open ? "" : "v4");
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

std::string words_on(const json::object& mailbox) {
  const auto* account = mailbox.at("account").if_string();
  const auto name = account ? html(*account) : "mailbox " + json::serialize(mailbox.at("mailbox"));
  const auto* read = recovered(mailbox);
  if (!read) return name + ": sealed";
  const auto opaque = read->at("opaque").to_number<std::int64_t>();
  return fmt::format("{}: {} messages read{}", name, read->at("messages").to_number<std::int64_t>(),
                     opaque > 0 ? fmt::format(", {} sealed inside", opaque) : "");
}

std::string card(std::size_t row, const json::object& mailbox) {
  const bool open = recovered(mailbox) != nullptr;
  return fmt::format(
             "<g class=\"{}\"><rect class=\"card\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"34\" "
             "rx=\"6\"/><text x=\"{}\" y=\"{}\">{}</text><text class=\"level\" x=\"{}\" y=\"{}\" "
             "text-anchor=\"end\">{}</text></g>",
             open ? "open" : "shut", right, row_top(row), card_width, right + 36, row_top(row) + 22,
             words_on(mailbox), right + card_width - 10, row_top(row) + 22,
             html(mailbox.at("level").as_string())) +
         padlock(right + 11, row_top(row) + 5, open);
}

std::string line(std::size_t from, std::size_t to) {
  return fmt::format("<path class=\"way\" d=\"M{} {}C{} {} {} {} {} {}\"/>", left + asset_width,
                     middle(from), wall - 60, middle(from), wall + 20, middle(to), right,
                     middle(to));
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
      if (assets_of(mailbox).contains(std::string(assets[i].asset))) lines += line(i, row);
    cards += card(row++, mailbox);
  }
  std::string boxes;
  for (std::size_t i = 0; i < std::size(assets); ++i)
    boxes += asset_box(i, assets[i].text, taken.contains(std::string(assets[i].asset)));
  return frame(row_top(std::max(row, std::size(assets))) + 10) + lines + boxes + cards + "</svg>";
}

}  // namespace server::lab
