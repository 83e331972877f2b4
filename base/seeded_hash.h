#pragma once
// A hash for texts that strangers choose: nobody can tell which of them fall together, for its seed
// is this process's own. Not for keys. Any thread.

#include <cstddef>
#include <string_view>

struct SeededHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const;
};
