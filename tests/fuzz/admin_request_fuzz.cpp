// What comes in over the admin socket and on its command line: a JSON body, read member by member,
// and words that no shell has looked at.

#include <sstream>

#include "base/error.h"
#include "server/admin/command_line.h"
#include "server/admin/fields.h"

namespace {

void read_members(std::string_view body) {
  server::admin::Fields fields(body);
  fields.find_text("dep");
  fields.find_flag("enabled");
  fields.texts("mailboxes");
  fields.text("name");
  fields.finish();
}

void read_words(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) words.push_back(line);
  const auto all = server::admin::commands();
  const auto* command = server::admin::find_command(all, words);
  if (!command) return;
  std::istringstream in;
  std::ostringstream out;
  server::admin::parsed(*command, std::span(words).subspan(server::admin::word_count(*command)),
                        {in, out, out}, "/nowhere");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto read : {read_members, read_words}) try {
      read(text);
    } catch (const Error&) {
    }
  return 0;
}
