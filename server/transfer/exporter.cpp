#include "server/transfer/exporter.h"

#include <limits>
#include <memory>

#include "base/error.h"
#include "server/transfer/target.h"
#include "server/transfer/wire.h"
#include "storage/tree.h"

namespace server::transfer {
namespace {

struct Listed {
  std::string name;
  std::uint64_t messages = 0, size = 0;
};

std::vector<Listed> folders_of(Link& link, const Export& what) {
  const auto only = what.folder.empty() ? "" : storage::checked_folder_name(what.folder);
  const auto answer = ask(link, "GET", transfer_target(what.account, "overview", ""), "");
  std::vector<Listed> folders;
  for (const auto& value : answer.at("folders").as_array()) {
    const auto& folder = value.as_object();
    Listed listed{.name = std::string(folder.at("name").as_string()),
                  .messages = folder.at("messages").to_number<std::uint64_t>(),
                  .size = folder.at("size").to_number<std::uint64_t>()};
    const bool below = listed.name.starts_with(only + storage::hierarchy_separator);
    if (only.empty() || listed.name == only || below) folders.push_back(std::move(listed));
  }
  if (folders.empty())
    throw Error(Fault::not_found, "there is no such folder",
                "give its name as mail programs show it: INBOX, Work/2027");
  return folders;
}

class Exporter {
 public:
  Exporter(Link& link, const Export& what, const Observer& observer)
      : link_(link), what_(what), observer_(observer) {}

  ExportResult run();

 private:
  void folder(const Listed&);
  void messages(const std::string& name);
  void skip(const std::string& what, const std::string& why, std::uint64_t messages);

  Link& link_;
  const Export& what_;
  const Observer& observer_;
  std::unique_ptr<Target> target_;
  ExportResult result_;
};

void Exporter::skip(const std::string& what, const std::string& why, std::uint64_t messages) {
  result_.skipped += messages;
  observer_.skipped(what, why);
}

void Exporter::messages(const std::string& name) {
  auto& exported = result_.folders.emplace_back(ExportedFolder{name}).exported;
  // The server's own limit may have been higher when the mail came in.
  constexpr auto any_size = std::numeric_limits<std::uint32_t>::max();
  WireReader reader(any_size, {.mail =
                                   [&](Mail mail) {
                                     const auto size = mail.octets.size();
                                     target_->add(std::move(mail));
                                     ++exported;
                                     observer_.done(1, size);
                                   },
                               .damaged =
                                   [&](Uid uid) {
                                     skip(name + " UID " + std::to_string(uid.value),
                                          "it is damaged in the store", 1);
                                   }});
  link_.request("GET", transfer_target(what_.account, "messages", name), "",
                [&](std::string_view piece) { reader.feed(piece); });
  reader.finish();
}

void Exporter::folder(const Listed& listed) {
  try {
    target_->begin(listed.name);
  } catch (const Error& error) {
    if (error.fault() != Fault::invalid) throw;
    return skip(listed.name, error.what(), listed.messages);
  }
  messages(listed.name);
  target_->end();
}

ExportResult Exporter::run() {
  const auto folders = folders_of(link_, what_);
  target_ = make_target(what_.directory, what_.format);
  std::uint64_t size = 0;
  for (const auto& listed : folders) size += listed.size;
  observer_.all(size);
  for (const auto& listed : folders) folder(listed);
  return std::move(result_);
}

}  // namespace

std::uint64_t ExportResult::exported() const {
  std::uint64_t sum = 0;
  for (const auto& folder : folders) sum += folder.exported;
  return sum;
}

ExportResult export_mail(Link& link, const Export& what, const Observer& observer) {
  return Exporter(link, what, observer).run();
}

}  // namespace server::transfer
