#pragma once
// The independent reader (tests/reader; installed beside the programs in share/sealpost/reader):
// what reads for the lab. It shares no code with the server.

#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace server::lab {

// A program of it, beside this one. Throws not_found.
std::filesystem::path reader_program(const std::string& name);

// What the program prints, as JSON. Throws unavailable with what it says, also when Debian's Python
// or its cryptography is not there.
boost::json::value read_by(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace server::lab
