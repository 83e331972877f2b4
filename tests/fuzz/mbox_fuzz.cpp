// mbox files. What must hold: no crash, how the octets were cut into pieces makes no difference, no
// message is over its limit, and what is written of the messages is read the same again.

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "server/transfer/from_line.h"
#include "server/transfer/mail.h"
#include "server/transfer/mbox.h"
#include "server/transfer/mbox_status.h"

namespace {

using namespace server::transfer;

void check(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> read(std::string_view file, std::uint64_t limit, std::size_t step) {
  std::vector<std::string> messages;
  MboxReader reader(
      [&](char* into, std::size_t most) {
        const auto count = file.copy(into, std::min(most, step));
        file.remove_prefix(count);
        return count;
      },
      limit);
  while (auto message = reader.next()) {
    check(message->octets.size() <= limit || message->too_big);
    messages.push_back(std::move(message->octets));
  }
  return messages;
}

void read_and_write(std::string_view file) try {
  const auto messages = read(file, 1 << 20, 1 << 16);
  check(read(file, 1 << 20, 3) == messages);
  check(read(file, 100, 1 << 16).size() == messages.size());
  std::string written;
  for (const auto& message : messages) {
    header_flags(message);
    const auto stored = store_form(message);
    if (stored.find('\n') == std::string::npos || stored.find("\r\n") != std::string::npos)
      check(store_form(file_form(stored)) == stored);
    written += mbox_entry(message, header_flags(message), 1'800'000'000);
  }
  auto expected = messages;
  for (auto& message : expected)
    if (!message.empty() && message.back() != '\n') message += '\n';
  auto again = read(written, 1 << 21, 1 << 16);
  for (auto& message : again) check(take_status(message).has_value());
  check(again == expected);
} catch (const Error&) {
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  read_and_write(input);
  parse_from_line(input);
  const auto whole = "From a Mon Nov 23 21:40:00 2026\n" + std::string(input.substr(0, 50'000));
  read_and_write(whole);
  return 0;
}
