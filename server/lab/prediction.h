#pragma once
// What must become readable, by the rules of who wraps whom (RULES.md here), from what lies in
// clear, from which keys the assets hold, and from the inventory of what those mailboxes have in
// them. Nothing is opened.

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "server/lab/amount.h"
#include "server/lab/clear.h"
#include "server/lab/holdings.h"
#include "server/lab/inventory.h"

namespace server::lab {

// One way to a mailbox's key: the assets it takes, and each step from the key that an asset holds.
struct Way {
  std::set<std::string> assets;
  std::vector<std::string> steps;
  auto operator<=>(const Way&) const = default;
};

struct Source {
  std::string name;  // "copy" or "backup"
  const Clear* clear = nullptr;
};

struct ReadableMailbox {
  std::string source;
  std::int64_t mailbox = 0;
  std::set<Way> ways;
  Amount amount;  // of a backup, without messages that the copy has, too
};

struct Prediction {
  std::vector<ReadableMailbox> mailboxes;
  std::map<std::string, std::int64_t> directory;  // rows of each table; empty: closed
};

// `assets`: any subset of Assets::names(). `sources`: the copy first.
Prediction predict(std::span<const Source> sources, const std::set<std::string>& assets,
                   const Holdings&, const Inventory&);

}  // namespace server::lab
