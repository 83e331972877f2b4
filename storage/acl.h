#pragma once
// Who may do what with a folder, besides its owner (RFC 4314): kept in the tree, sealed like names.
// The owner has all rights always, and is in no list.

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace storage {

// RFC 4314 2.1. The numbers are stored format (crypto/FORMAT.md section 6.1): never reuse one.
enum class Right : std::uint16_t {
  lookup = 1,             // l
  read = 2,               // r
  keep_seen = 4,          // s
  write = 8,              // w
  insert = 16,            // i
  post = 32,              // p
  create = 64,            // k
  remove = 128,           // x
  delete_messages = 256,  // t
  expunge = 512,          // e
  administer = 1024,      // a
};

class Rights {
 public:
  constexpr Rights() = default;
  constexpr Rights(Right right) : bits_(static_cast<std::uint16_t>(right)) {}
  constexpr Rights(std::initializer_list<Right> rights) {
    for (const auto right : rights) bits_ |= static_cast<std::uint16_t>(right);
  }
  static constexpr Rights all() { return Rights(all_bits); }
  // Throws corrupt for bits that mean nothing.
  static Rights of_bits(std::uint16_t);
  // "lrs", with "c" and "d" for what they stand for (2.1.1); nothing where a letter is no right.
  static std::optional<Rights> parsed(std::string_view letters);

  constexpr std::uint16_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has(Right right) const { return (bits_ & static_cast<std::uint16_t>(right)) != 0; }
  constexpr bool has_any(Rights others) const { return (bits_ & others.bits_) != 0; }
  constexpr Rights with(Rights others) const {
    return Rights(static_cast<std::uint16_t>(bits_ | others.bits_));
  }
  constexpr Rights without(Rights others) const {
    return Rights(static_cast<std::uint16_t>(bits_ & ~others.bits_));
  }
  // Its letters, and "c" and "d" where any of what they stand for is there (2.1.1).
  std::string text() const;
  constexpr bool operator==(const Rights&) const = default;

 private:
  static constexpr std::uint16_t all_bits = 2047;
  constexpr explicit Rights(std::uint16_t bits) : bits_(bits) {}
  std::uint16_t bits_ = 0;
};

// Whom an entry is about. Accounts are named by number: a name may come to be another's.
struct Grantee {
  AccountId account;      // 0: anyone
  bool negative = false;  // these rights are taken away: "-ada" (2)
  auto operator<=>(const Grantee&) const = default;
};
inline constexpr AccountId anyone{0};

inline constexpr std::size_t acl_limit = 100;  // entries of a folder

using Acl = std::map<Grantee, Rights>;

// All that is given to the account and to anyone, less what is taken away from either.
Rights rights_of(const Acl&, AccountId);

}  // namespace storage
