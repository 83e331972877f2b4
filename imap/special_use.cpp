#include "imap/special_use.h"

#include "imap/request.h"

namespace imap {

namespace {

using storage::SpecialUse;
constexpr SpecialUse uses[] = {SpecialUse::archive, SpecialUse::drafts, SpecialUse::junk,
                               SpecialUse::sent, SpecialUse::trash};

}  // namespace

std::string_view attribute_of(SpecialUse use) {
  switch (use) {
    case SpecialUse::none:
      return "";
    case SpecialUse::archive:
      return "\\Archive";
    case SpecialUse::drafts:
      return "\\Drafts";
    case SpecialUse::junk:
      return "\\Junk";
    case SpecialUse::sent:
      return "\\Sent";
    case SpecialUse::trash:
      return "\\Trash";
  }
  return "";
}

SpecialUse special_use(std::string_view attribute) {
  for (const auto use : uses)
    if (upper_ascii(attribute_of(use)) == upper_ascii(attribute)) return use;
  return SpecialUse::none;
}

}  // namespace imap
