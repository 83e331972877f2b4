#include "storage/acl.h"

#include "base/error.h"

namespace storage {
namespace {

struct Letter {
  char letter;
  Right right;
};
// In the order of RFC 4314 2.1.
constexpr Letter letters[] = {
    {'l', Right::lookup},  {'r', Right::read},       {'s', Right::keep_seen},
    {'w', Right::write},   {'i', Right::insert},     {'p', Right::post},
    {'k', Right::create},  {'x', Right::remove},     {'t', Right::delete_messages},
    {'e', Right::expunge}, {'a', Right::administer},
};

// RFC 4314 2.1.1, as the first of the two groups has it.
constexpr Rights create_rights{Right::create, Right::remove};
constexpr Rights delete_rights{Right::delete_messages, Right::expunge};

std::optional<Rights> rights_of_letter(char letter) {
  if (letter == 'c') return create_rights;
  if (letter == 'd') return delete_rights;
  for (const auto& each : letters)
    if (each.letter == letter) return Rights(each.right);
  return std::nullopt;
}

Rights found(const Acl& acl, const Grantee& grantee) {
  const auto at = acl.find(grantee);
  return at == acl.end() ? Rights() : at->second;
}

}  // namespace

Rights Rights::of_bits(std::uint16_t bits) {
  if ((bits & ~all_bits) != 0) throw Error(Fault::corrupt, "a stored right is unknown");
  return Rights(bits);
}

std::optional<Rights> Rights::parsed(std::string_view text) {
  Rights rights;
  for (const char letter : text) {
    const auto some = rights_of_letter(letter);
    if (!some) return std::nullopt;
    rights = rights.with(*some);
  }
  return rights;
}

std::string Rights::text() const {
  std::string text;
  for (const auto& each : letters)
    if (has(each.right)) text += each.letter;
  if (has_any(create_rights)) text += 'c';
  if (has_any(delete_rights)) text += 'd';
  return text;
}

Rights rights_of(const Acl& acl, AccountId account) {
  const auto given = found(acl, {account, false}).with(found(acl, {anyone, false}));
  return given.without(found(acl, {account, true})).without(found(acl, {anyone, true}));
}

}  // namespace storage
