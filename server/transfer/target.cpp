#include "server/transfer/target.h"

#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "server/transfer/folder_path.h"
#include "server/transfer/maildir_name.h"
#include "server/transfer/mbox.h"
#include "server/transfer/output_file.h"

namespace server::transfer {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, std::string_view text, std::optional<UnixTime> modified) {
  OutputFile file(path);
  file.write(text);
  if (modified) file.set_modified(*modified);
  file.close();
}

class MboxTarget final : public Target {
 public:
  explicit MboxTarget(fs::path directory) : directory_(std::move(directory)) {}

  void begin(const std::string& folder) override {
    const auto path = directory_ / (path_of_folder(folder) + ".mbox");
    make_directories(path.parent_path());
    file_.emplace(path);
  }
  void add(Mail mail) override {
    file_->write(mbox_entry(file_form(std::move(mail.octets)), mail.flags, mail.date));
  }
  void end() override {
    file_->close();
    file_.reset();
  }

 private:
  fs::path directory_;
  std::optional<OutputFile> file_;
};

class MaildirTarget final : public Target {
 public:
  explicit MaildirTarget(fs::path directory) : directory_(std::move(directory)) {}

  void begin(const std::string& folder) override {
    folder_ = directory_ / path_of_folder(folder);
    for (const auto* below : {"cur", "new", "tmp"}) make_directories(folder_ / below);
    keywords_.clear();
  }
  void add(Mail mail) override {
    const auto name = fmt::format("{}.N{:09}.sealpost:2,{}", std::max<UnixTime>(mail.date, 0),
                                  ++number_, maildir_letters(mail.flags, keywords_));
    write_file(folder_ / "cur" / name, file_form(std::move(mail.octets)), mail.date);
  }
  void end() override {
    if (!keywords_.empty()) write_file(folder_ / "dovecot-keywords", written(keywords_), {});
  }

 private:
  fs::path directory_, folder_;
  MaildirKeywords keywords_;
  std::uint64_t number_ = 0;
};

class EmlTarget final : public Target {
 public:
  explicit EmlTarget(fs::path directory) : directory_(std::move(directory)) {}

  void begin(const std::string& folder) override {
    folder_ = directory_ / path_of_folder(folder);
    make_directories(folder_);
    number_ = 0;
  }
  void add(Mail mail) override {
    write_file(folder_ / fmt::format("{:09}.eml", ++number_), mail.octets, mail.date);
  }
  void end() override {}

 private:
  fs::path directory_, folder_;
  std::uint64_t number_ = 0;
};

void check_empty(const fs::path& directory) {
  std::error_code failed;
  const auto type = fs::status(directory, failed).type();
  if (type == fs::file_type::not_found) return;
  if (type != fs::file_type::directory)
    throw Error(Fault::invalid, directory.string() + " is not a directory",
                "export into a new or an empty directory");
  if (fs::is_empty(directory, failed) && !failed) return;
  if (failed)
    throw Error(Fault::denied, directory.string() + " cannot be read: " + failed.message(),
                "run the command as a user who may read it");
  throw Error(Fault::exists, directory.string() + " is not empty",
              "export into a new or an empty directory");
}

}  // namespace

std::unique_ptr<Target> make_target(const fs::path& directory, Format format) {
  check_empty(directory);
  make_directories(directory);
  switch (format) {
    case Format::mbox:
      return std::make_unique<MboxTarget>(directory);
    case Format::maildir:
      return std::make_unique<MaildirTarget>(directory);
    case Format::eml:
      break;
  }
  return std::make_unique<EmlTarget>(directory);
}

}  // namespace server::transfer
