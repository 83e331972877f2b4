#pragma once
// The independent reader and the examiner (tests/reader, tests/examiner; installed beside the
// programs in share/sealpost): what reads for the lab. They share no code with the server.

#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace server::lab {

// "reader/lab.py", beside this program. Throws not_found.
std::filesystem::path reader_program(const std::string& name);

// What the program prints, as JSON. Throws unavailable with what it says, also when Debian's Python
// or its cryptography is not there.
boost::json::value read_by(const std::string& program, const std::vector<std::string>& arguments);

}  // namespace server::lab
