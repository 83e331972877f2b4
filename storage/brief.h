#pragma once
// What the search index keeps of summaries, for who goes through those of many messages. Opaque to
// storage (imap/mime/brief.h).

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace storage {

enum class Brief : std::uint8_t { date, thread };
inline constexpr std::size_t brief_kinds = 2;
using Briefs = std::array<std::string, brief_kinds>;
using BriefsOf = std::function<Briefs(std::string_view summary)>;  // throws corrupt

}  // namespace storage
