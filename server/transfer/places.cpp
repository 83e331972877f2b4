// Where mail lies below a path. Directories are sorted by name, symbolic links passed over.

#include <algorithm>
#include <array>

#include "base/error.h"
#include "imap/mime/header.h"
#include "server/transfer/folder_path.h"
#include "server/transfer/input_file.h"
#include "server/transfer/source.h"
#include "storage/tree.h"

namespace server::transfer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t depth_limit = storage::folder_depth_limit;

bool ends_with(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() &&
         imap::mime::same_name(name.substr(name.size() - ending.size()), ending);
}

bool is_real_directory(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() == fs::file_type::directory;
}

bool is_regular(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.symlink_status(ignored).type() == fs::file_type::regular;
}

bool is_maildir(const fs::path& path) { return is_real_directory(path / "cur"); }

bool is_eml(const fs::path& path) { return ends_with(path.filename().native(), ".eml"); }

bool begins_with_from(const fs::path& path) try {
  InputFile file(path, Links::follow);
  std::array<char, 5> first{};
  return file.read(first.data(), first.size()) == first.size() &&
         std::string_view(first.data(), first.size()) == "From ";
} catch (const Error&) {
  return false;
}

std::string joined(const std::string& parent, const std::string& child) {
  return parent.empty() ? child : parent + storage::hierarchy_separator + child;
}

class Scan {
 public:
  Scan(Format format, const Visitor& visitor) : format_(format), visitor_(visitor) {}

  void directory(const fs::path&, const std::string& folder, std::size_t depth);
  void add(const std::string& folder, const fs::path& place);
  Places take() { return std::move(places_); }

 private:
  void child(const fs::directory_entry&, const std::string& folder, std::size_t depth);
  void mbox_file(const fs::path&, const std::string& folder);
  void skip(const fs::path& path, const std::string& why) { visitor_.skip(path.string(), why, 0); }

  Format format_;
  const Visitor& visitor_;
  Places places_;
};

void Scan::add(const std::string& folder, const fs::path& place) {
  try {
    places_[storage::checked_folder_name(folder.empty() ? "INBOX" : folder)].push_back(place);
  } catch (const Error& error) {
    skip(place, error.what());
  }
}

void Scan::mbox_file(const fs::path& path, const std::string& folder) {
  std::string name = path.filename();
  if (name.starts_with('.') || ends_with(name, ".msf")) return;
  std::error_code ignored;
  const bool is_mbox = ends_with(name, ".mbox");
  if (!is_mbox && !begins_with_from(path)) return;
  if (is_mbox) name.resize(name.size() - 5);
  add(joined(folder, level_of_file_name(name)), path);
}

void Scan::child(const fs::directory_entry& entry, const std::string& folder, std::size_t depth) {
  const std::string name = entry.path().filename();
  if (format_ == Format::mbox && is_regular(entry)) return mbox_file(entry.path(), folder);
  if (!is_real_directory(entry.path())) return;
  if (format_ == Format::maildir) {
    if (name == "cur" || name == "new" || name == "tmp") return;
    if (name.starts_with('.') && !is_maildir(entry.path())) return;
    const auto level = name.starts_with('.') ? folder_of_dotted(name) : level_of_file_name(name);
    return directory(entry.path(), joined(folder, level), depth + 1);
  }
  if (name.starts_with('.')) return;
  const bool thunderbird = format_ == Format::mbox && ends_with(name, ".sbd");
  const auto level = thunderbird ? name.substr(0, name.size() - 4) : name;
  directory(entry.path(), joined(folder, level_of_file_name(level)), depth + 1);
}

void Scan::directory(const fs::path& path, const std::string& folder, std::size_t depth) {
  if (depth > depth_limit) return skip(path, "it lies too deep");
  std::error_code failed;
  std::vector<fs::directory_entry> entries;
  bool has_eml = false;
  for (fs::directory_iterator next(path, failed), end; !failed && next != end;
       next.increment(failed)) {
    if (format_ == Format::mbox || is_real_directory(next->path())) entries.push_back(*next);
    has_eml = has_eml || is_eml(next->path());
  }
  if (failed) return skip(path, "it cannot be read: " + failed.message());
  std::ranges::sort(entries);
  if (format_ == Format::maildir && is_maildir(path)) add(folder, path);
  if (format_ == Format::eml && has_eml) add(folder, path);
  for (const auto& entry : entries) child(entry, folder, depth);
}

// For detected(): is there such a thing anywhere below?
template <class Is>
bool any_below(const fs::path& path, Is is) {
  std::error_code failed;
  for (fs::recursive_directory_iterator next(path, failed), end; !failed && next != end;
       next.increment(failed)) {
    if (next.depth() > static_cast<int>(depth_limit)) next.disable_recursion_pending();
    if (is(*next)) return true;
  }
  return false;
}

[[noreturn]] void nothing_known(const fs::path& path) {
  throw Error(Fault::invalid, path.string() + " is no mbox, no Maildir and has no .eml files",
              "say what it is with --format mbox, maildir or eml");
}

Format detected_file(const fs::path& path) {
  const InputFile file(path, Links::follow);
  if (file.size() == 0 || begins_with_from(path)) return Format::mbox;
  if (is_eml(path)) return Format::eml;
  nothing_known(path);
}

}  // namespace

std::optional<Format> format_of(std::string_view name) {
  for (const auto format : {Format::mbox, Format::maildir, Format::eml})
    if (name == name_of(format)) return format;
  return {};
}

std::string_view name_of(Format format) {
  switch (format) {
    case Format::mbox:
      return "mbox";
    case Format::maildir:
      return "maildir";
    case Format::eml:
      break;
  }
  return "eml";
}

Format detected(const fs::path& path) {
  std::error_code failed;
  const auto type = fs::status(path, failed).type();
  if (type == fs::file_type::not_found)
    throw Error(Fault::not_found, path.string() + " is not there", "check the path");
  if (type == fs::file_type::regular) return detected_file(path);
  if (type == fs::file_type::none)
    throw Error(Fault::denied, path.string() + " cannot be read: " + failed.message(),
                "run the command as a user who may read it");
  if (type != fs::file_type::directory) nothing_known(path);
  const auto maildir = [](const auto& entry) {
    return entry.path().filename() == "cur" && is_real_directory(entry.path());
  };
  const auto eml = [](const auto& entry) { return is_regular(entry) && is_eml(entry.path()); };
  const auto mbox = [](const auto& entry) {
    return is_regular(entry) && begins_with_from(entry.path());
  };
  if (any_below(path, maildir)) return Format::maildir;
  if (any_below(path, eml)) return Format::eml;
  if (any_below(path, mbox)) return Format::mbox;
  nothing_known(path);
}

Places places_of(const fs::path& path, Format format, const std::string& top,
                 const Visitor& visitor) {
  std::error_code failed;
  const auto type = fs::status(path, failed).type();
  if (type == fs::file_type::not_found)
    throw Error(Fault::not_found, path.string() + " is not there", "check the path");
  Scan scan(format, visitor);
  if (type == fs::file_type::directory) {
    fs::directory_iterator(path, failed);
    if (failed)
      throw Error(Fault::denied, path.string() + " cannot be read: " + failed.message(),
                  "run the command as a user who may read it");
    scan.directory(path, top, 0);
    return scan.take();
  }
  if (format == Format::maildir)
    throw Error(Fault::invalid, path.string() + " is a file; a Maildir is a directory",
                "give the directory, or --format mbox or eml");
  auto folder = top;
  if (folder.empty() && format == Format::mbox) {
    const auto stem = path.stem().string();
    if (!imap::mime::same_name(stem, "mbox")) folder = level_of_file_name(stem);
  }
  const auto file = fs::canonical(path, failed);
  if (failed)
    throw Error(Fault::denied, path.string() + " cannot be read: " + failed.message(),
                "run the command as a user who may read it");
  scan.add(folder, file);
  return scan.take();
}

}  // namespace server::transfer
