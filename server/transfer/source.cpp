#include "server/transfer/source.h"

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "imap/mime/date.h"
#include "imap/mime/header.h"
#include "server/transfer/input_file.h"
#include "server/transfer/maildir_name.h"
#include "server/transfer/mbox.h"
#include "server/transfer/mbox_status.h"

namespace server::transfer {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t date_header_limit = 256 * 1024;
constexpr std::uint64_t keywords_file_limit = 64 * 1024;

std::string too_big(std::uint64_t limit) {
  return "it is bigger than the server takes (" + std::to_string(limit) + " octets)";
}

std::optional<imap::mime::Sent> date_of_header(std::string_view octets) {
  const imap::mime::Header header(octets.substr(0, date_header_limit));
  const auto* field = header.find("Date");
  return field ? imap::mime::parse_date(field->value) : std::nullopt;
}

// ---- mbox

Mail mail_of(MboxMessage message, UnixTime otherwise) {
  const auto status = take_status(message.octets);
  Mail mail{
      .octets = store_form(std::move(message.octets)), .flags = {}, .date = otherwise, .zone = 0};
  mail.flags = status ? *status : header_flags(mail.octets);
  if (const auto date = message.date ? message.date : date_of_header(mail.octets)) {
    mail.date = date->time;
    mail.zone = date->zone;
  }
  return mail;
}

// Told as skipped: what reading throws. What the visitor throws goes on.
template <class Read>
auto read_or_skip(const fs::path& path, const Visitor& visitor, Read read) -> decltype(read()) try {
  return read();
} catch (const Error& error) {
  visitor.skip(path.string(), error.what(), 0);
  return {};
}

void read_mbox(const fs::path& path, std::uint64_t limit, const Visitor& visitor) {
  const auto file =
      read_or_skip(path, visitor, [&] { return std::make_unique<InputFile>(path, Links::refuse); });
  if (!file) return;
  const auto read = [&](char* into, std::size_t most) { return file->read(into, most); };
  const auto reader = read_or_skip(path, visitor, [&] {
    return std::make_unique<MboxReader>(read, limit + status_fields_limit);
  });
  std::uint64_t done = 0;
  while (reader) {
    auto message = read_or_skip(path, visitor, [&] { return reader->next(); });
    if (!message) return;
    const auto octets = reader->position() - done;
    done = reader->position();
    const auto name = path.string() + " message " + std::to_string(message->number);
    const bool is_too_big = message->too_big;
    auto mail = mail_of(std::move(*message), file->modified());
    if (is_too_big || mail.octets.size() > limit)
      visitor.skip(name, too_big(limit), octets);
    else
      visitor.mail(std::move(mail), octets);
  }
}

// ---- one file a message

enum class Of { maildir_cur, maildir_new, eml };

struct Listed {
  UnixTime time;  // of the name: what sorts first
  std::string name;
  Of of;
  auto operator<=>(const Listed&) const = default;
};

void list(const fs::path& directory, Of of, std::vector<Listed>& found, const Visitor* visitor) {
  std::error_code failed, ignored;
  for (fs::directory_iterator next(directory, failed), end; !failed && next != end;
       next.increment(failed)) {
    const std::string name = next->path().filename();
    if (name.starts_with('.')) continue;
    if (of == Of::eml) {
      if (imap::mime::lower_ascii(next->path().extension().native()) == ".eml" &&
          next->symlink_status(ignored).type() != fs::file_type::directory)
        found.push_back({0, name, of});
    } else {
      found.push_back({maildir_time(name).value_or(0), name, of});
    }
  }
  if (failed && failed != std::errc::no_such_file_or_directory && visitor)
    visitor->skip(directory.string(), "it cannot be read: " + failed.message(), 0);
}

fs::path path_of(const fs::path& place, const Listed& listed) {
  if (listed.of == Of::eml) return place / listed.name;
  return place / (listed.of == Of::maildir_new ? "new" : "cur") / listed.name;
}

std::vector<Listed> files_of(const fs::path& place, Format format, const Visitor* visitor) {
  std::vector<Listed> found;
  if (format == Format::eml) {
    list(place, Of::eml, found, visitor);
  } else {
    list(place / "cur", Of::maildir_cur, found, visitor);
    list(place / "new", Of::maildir_new, found, visitor);
  }
  std::ranges::sort(found);
  return found;
}

MaildirKeywords keywords_of(const fs::path& place) try {
  InputFile file(place / "dovecot-keywords", Links::refuse);
  return parse_maildir_keywords(file.rest(keywords_file_limit).value_or(""));
} catch (const Error&) {
  return {};  // most Maildirs have none
}

// A Maildir's time is that of the file; where files were copied without their times, the name still
// knows. So the earlier of the two.
void set_date(Mail& mail, const Listed& listed, UnixTime modified) {
  mail.date = modified;
  if (listed.of != Of::eml) {
    mail.date = std::min(mail.date, maildir_time(listed.name).value_or(mail.date));
  } else if (const auto sent = date_of_header(mail.octets)) {
    mail.date = sent->time;
    mail.zone = sent->zone;
  }
}

void read_one(const fs::path& path, const Listed& listed, const MaildirKeywords& keywords,
              std::uint64_t limit, const Visitor& visitor) {
  std::optional<Mail> mail;
  std::uint64_t size = 0;
  std::string why = too_big(limit);
  try {
    InputFile file(path, Links::refuse);
    size = file.size();
    if (auto octets = file.rest(limit)) {
      mail = Mail{.octets = store_form(std::move(*octets)), .flags = {}, .date = 0, .zone = 0};
      set_date(*mail, listed, file.modified());
    }
  } catch (const Error& error) {
    why = error.what();
  }
  if (!mail || mail->octets.size() > limit) return visitor.skip(path.string(), why, size);
  if (listed.of == Of::maildir_cur) mail->flags = maildir_flags(listed.name, keywords);
  visitor.mail(std::move(*mail), size);
}

}  // namespace

std::uint64_t size_of(const Places& places, Format format) {
  std::uint64_t size = 0;
  std::error_code failed;
  const auto add = [&](const fs::path& path) {
    const auto octets = fs::file_size(path, failed);
    if (!failed) size += octets;
  };
  for (const auto& [folder, paths] : places)
    for (const auto& place : paths) {
      if (!fs::is_directory(place, failed)) {
        add(place);
        continue;
      }
      for (const auto& listed : files_of(place, format, nullptr)) add(path_of(place, listed));
    }
  return size;
}

void read_place(const fs::path& place, Format format, std::uint64_t limit, const Visitor& visitor) {
  std::error_code ignored;
  if (format == Format::mbox) return read_mbox(place, limit, visitor);
  if (!fs::is_directory(place, ignored))
    return read_one(place, {0, place.filename(), Of::eml}, {}, limit, visitor);
  const auto keywords = format == Format::maildir ? keywords_of(place) : MaildirKeywords();
  for (const auto& listed : files_of(place, format, &visitor))
    read_one(path_of(place, listed), listed, keywords, limit, visitor);
}

}  // namespace server::transfer
