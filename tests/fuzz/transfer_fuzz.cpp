// Rows of messages, digests, and the names in Maildirs and trees. What must hold: no crash, how a
// row was cut into pieces makes no difference, what was read is read the same again from what is
// written of it, and every folder's level comes back from its file name.

#include <cstdlib>
#include <optional>
#include <vector>

#include "base/error.h"
#include "server/transfer/digests.h"
#include "server/transfer/folder_path.h"
#include "server/transfer/maildir_name.h"
#include "server/transfer/wire.h"

namespace {

using namespace server::transfer;

void check(bool holds) {
  if (!holds) std::abort();
}

std::optional<std::vector<Mail>> read(std::string_view row, std::size_t step) try {
  std::vector<Mail> all;
  WireReader reader(10'000,
                    {.mail = [&](Mail mail) { all.push_back(std::move(mail)); }, .damaged = {}});
  for (; !row.empty(); row.remove_prefix(std::min(step, row.size())))
    reader.feed(row.substr(0, step));
  reader.finish();
  return all;
} catch (const Error&) {
  return {};
}

void rows(std::string_view input) {
  const auto all = read(input, input.size() + 1);
  check(read(input, 7) == all);
  if (!all) return;
  std::string again;
  for (const auto& mail : *all) again += wire_form(mail);
  check(read(again += wire_end, 1 << 20) == all);
}

void names(std::string_view input) {
  const auto keywords = parse_maildir_keywords(input);
  check(keywords.size() <= maildir_keyword_limit);
  check(parse_maildir_keywords(written(keywords)) == keywords);
  maildir_flags(input, keywords);
  maildir_time(input);
  level_of_file_name(input);
  folder_of_dotted(input);
  if (input.empty() || input.find('/') != std::string_view::npos) return;
  try {
    const auto name = file_name_of_level(input);
    check(level_of_file_name(name) == input);
    check(!name.starts_with('.') && name != "cur" && name != "new" && name != "tmp");
  } catch (const Error&) {
    check(input.size() > 80);  // three octets for one
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  rows(input);
  names(input);
  Digests digests;
  digests.feed(input);
  return 0;
}
