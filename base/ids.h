#pragma once
// Numbers that name things, as types that do not convert into each other.

#include <compare>
#include <cstdint>
#include <functional>

template <class Tag, class Number = std::int64_t>
struct Id {
  Number value{};

  constexpr Id() = default;
  constexpr explicit Id(Number number) : value(number) {}
  constexpr auto operator<=>(const Id&) const = default;
};

using AccountId = Id<struct AccountTag>;    // one login; directory.db
using MailboxId = Id<struct MailboxTag>;    // all that one account stores; the unit of encryption
using DatabaseId = Id<struct DatabaseTag>;  // one store.db; holds many mailboxes
using FolderId = Id<struct FolderTag>;      // what IMAP calls a mailbox; unique in its database
using MessageId = Id<struct MessageTag>;  // stored octets, shared by copies; unique in its database
using DepId = Id<struct DepTag>;          // a Data Encryption Policy

using Uid = Id<struct UidTag, std::uint32_t>;        // RFC 3501 2.3.1.1; 0 is none
using ModSeq = Id<struct ModSeqTag, std::uint64_t>;  // RFC 7162 3.1; 0 is none

template <class Tag, class Number>
struct std::hash<Id<Tag, Number>> {
  std::size_t operator()(const Id<Tag, Number>& id) const noexcept {
    return std::hash<Number>()(id.value);
  }
};
