#include "server/transfer/folder_path.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "imap/folder_name.h"
#include "imap/request.h"

namespace server::transfer {
namespace {

constexpr std::size_t file_name_limit = 240;  // of 255, with room for ".mbox"
constexpr std::array<std::string_view, 3> maildir_names = {"cur", "new", "tmp"};
constexpr std::array<std::string_view, 3> mbox_endings = {".mbox", ".sbd", ".msf"};

std::optional<unsigned> digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return {};
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto high = at + 2 < text.size() && text[at] == '%' ? digit(text[at + 1]) : std::nullopt;
    const auto low = high ? digit(text[at + 2]) : std::nullopt;
    if (low) {
      out += static_cast<char>(*high * 16 + *low);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string utf7_decoded(std::string_view name) {
  if (name.find('&') == std::string_view::npos) return std::string(name);
  try {
    return imap::from_modified_utf7(name);
  } catch (const imap::BadSyntax&) {
    return std::string(name);
  }
}

bool needs_escape(std::string_view level) {
  if (level.starts_with('.') || std::ranges::find(maildir_names, level) != maildir_names.end())
    return true;
  const auto ends = [&](auto ending) { return level.ends_with(ending); };
  return std::ranges::any_of(mbox_endings, ends) || level_of_file_name(level) != level;
}

// Which octets, where a level needs it.
bool is_escaped(std::string_view level, std::size_t at) {
  const bool maildir_name = std::ranges::find(maildir_names, level) != maildir_names.end();
  return level[at] == '.' || level[at] == '%' || level[at] == '&' || (maildir_name && at == 0);
}

}  // namespace

std::string file_name_of_level(std::string_view level) {
  std::string name;
  const bool escape = needs_escape(level);
  for (std::size_t at = 0; at < level.size(); ++at) {
    if (!escape || !is_escaped(level, at)) {
      name += level[at];
      continue;
    }
    const auto octet = static_cast<unsigned char>(level[at]);
    constexpr std::string_view digits = "0123456789ABCDEF";
    name += '%';
    name += digits[octet >> 4];
    name += digits[octet & 15];
  }
  if (name.size() > file_name_limit)
    throw Error(Fault::invalid, "the folder's name is too long for a file name",
                "rename the folder, or export the others with --folder");
  return name;
}

std::string level_of_file_name(std::string_view name) {
  return percent_decoded(utf7_decoded(name));
}

std::string path_of_folder(std::string_view folder) {
  std::string path;
  while (true) {
    const auto end = std::min(folder.find('/'), folder.size());
    path += file_name_of_level(folder.substr(0, end));
    if (end == folder.size()) return path;
    path += '/';
    folder.remove_prefix(end + 1);
  }
}

std::string folder_of_dotted(std::string_view name) {
  if (name.starts_with('.')) name.remove_prefix(1);
  std::string dotted(name);
  std::ranges::replace(dotted, '.', '/');
  std::string folder;
  std::string_view rest = dotted;
  while (true) {
    const auto end = std::min(rest.find('/'), rest.size());
    folder += level_of_file_name(rest.substr(0, end));
    if (end == rest.size()) return folder;
    folder += '/';
    rest.remove_prefix(end + 1);
  }
}

}  // namespace server::transfer
