#pragma once
// The command line of sealvault.

#include <string>
#include <vector>

namespace vault {

// Does a command. Returns the exit code: 0 done, 1 failed, 2 not understood.
int run(const std::vector<std::string>& arguments);

}  // namespace vault
