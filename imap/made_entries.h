#pragma once
// Entries that no client has written: the server makes them when they are asked for (RFC 5464 4.1,
// "computed"). Clients cannot set them, but for the special use and the settings among them.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "imap/located.h"

namespace imap {

inline constexpr std::string_view special_use_entry = "/private/specialuse";

struct MadeEntry {
  enum class Of { server, folder } of;
  std::string_view name;                     // in lower case
  using Value = std::optional<std::string>;  // nothing: NIL

  // Of the server: `where` is the user's mailbox, without a folder.
  Task<Value> (*value)(Session&, const Located& where);
  // Null: clients cannot set it. `check` throws invalid for what it does not take.
  void (*check)(const Value&) = nullptr;
  Task<> (*set)(Session&, const Value&) = nullptr;
};

std::span<const MadeEntry> made_entries();
// Null: clients write it, if they like. Lives for ever.
const MadeEntry* find_made(MadeEntry::Of, std::string_view name);

// The folder's use as an entry's value, and back; nothing for a value that is none. Throws invalid
// for what no folder here can have.
std::optional<std::string> special_use_value(storage::SpecialUse);
storage::SpecialUse special_use_of_value(const std::optional<std::string>&);

}  // namespace imap
