#pragma once
// Sizes as people write them: "10G", "500M", "64K" or octets; units of 1024.

#include <cstdint>
#include <string_view>

namespace server {

std::uint64_t parsed_size(std::string_view);  // throws invalid; octets

}  // namespace server
