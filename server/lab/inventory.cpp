#include "server/lab/inventory.h"

#include <array>

namespace server::lab {

namespace {

namespace json = boost::json;

constexpr std::array by_value = {"subjects", "addresses", "message_ids"};

std::int64_t number(const json::value& value) { return value.to_number<std::int64_t>(); }

}  // namespace

class Inventory::Sum {
 public:
  explicit Sum(Amount amount) : amount_(std::move(amount)) {}

  void add(const Piece& piece) {
    amount_.octets += piece.octets;
    amount_.opaque += piece.opaque ? 1 : 0;
    amount_.fields["attachments"] += piece.attached ? 1 : 0;
    for (std::size_t i = 0; i < by_value.size(); ++i)
      different_[i].insert(piece.values[i].begin(), piece.values[i].end());
  }

  Amount total(const Contents& contents) {
    amount_.fields.insert(contents.held.begin(), contents.held.end());
    amount_.fields["attachments"] += 0;
    amount_.fields["bodies"] = amount_.pieces() - amount_.opaque;
    for (std::size_t i = 0; i < by_value.size(); ++i)
      amount_.fields[by_value[i]] = static_cast<std::int64_t>(different_[i].size());
    return amount_;
  }

 private:
  Amount amount_;
  std::array<std::set<std::int64_t>, by_value.size()> different_;
};

Inventory::Piece Inventory::piece(const json::array& line, std::size_t at) {
  Piece piece{number(line.at(at)), line.at(at + 1).as_bool(), line.at(at + 2).as_bool(), {}};
  for (std::size_t i = 0; i < by_value.size(); ++i)
    piece.values.push_back(json::value_to<Values>(line.at(at + 3 + i)));
  return piece;
}

Inventory::Inventory(const json::array& lines) {
  for (const auto& line : lines) {
    auto& contents =
        mailboxes_[{std::string(line.at("source").as_string()), number(line.at("mailbox"))}];
    contents.held = json::value_to<std::map<std::string, std::int64_t>>(line.at("held"));
    for (const auto& message : line.at("messages").as_array())
      contents.messages[number(message.as_array().at(0))] = piece(message.as_array(), 1);
    for (const auto& each : line.at("waiting").as_array())
      contents.waiting.push_back(piece(each.as_array(), 0));
  }
}

Amount Inventory::amount(std::string_view source, std::int64_t mailbox,
                         const std::set<std::int64_t>& messages, Amount counted) const {
  const auto found = mailboxes_.find({std::string(source), mailbox});
  if (found == mailboxes_.end()) return counted;
  const auto& contents = found->second;
  Sum sum(std::move(counted));
  for (const auto& [id, piece] : contents.messages)
    if (messages.contains(id)) sum.add(piece);
  for (const auto& piece : contents.waiting) sum.add(piece);
  return sum.total(contents);
}

}  // namespace server::lab
