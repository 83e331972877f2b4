#include "server/transfer/importer.h"

#include <utility>

#include "base/error.h"
#include "crypto/digest.h"
#include "server/transfer/digests.h"
#include "server/transfer/transfer.h"
#include "server/transfer/wire.h"
#include "storage/tree.h"

namespace server::transfer {
namespace {

// Messages on their way to one folder.
class Batch {
 public:
  bool has_room_for(std::size_t size) const {
    return messages_.empty() || (messages_.size() < batch_messages && size_ + size <= batch_bytes);
  }
  void add(std::string wire) {
    size_ += wire.size();
    messages_.push_back(std::move(wire));
  }
  std::vector<std::string> take() {
    size_ = 0;
    return std::exchange(messages_, {});
  }

 private:
  std::vector<std::string> messages_;
  std::size_t size_ = 0;
};

// Of this message, not of the server or the mailbox.
bool is_of_mail(const Error& error) {
  return error.fault() == Fault::invalid || error.fault() == Fault::too_big;
}

class Importer {
 public:
  Importer(Link& link, const Import& what, const Observer& observer)
      : link_(link), what_(what), observer_(observer) {}

  ImportResult run();

 private:
  void folder(const std::string& name, const std::vector<std::filesystem::path>& places);
  void load_digests(const std::string& name);
  void add(Mail, std::uint64_t octets);
  void flush();
  void send(const std::vector<std::string>& messages);
  void send_singly(const std::vector<std::string>& messages);
  void skip(const std::string& what, const std::string& why, std::uint64_t octets);
  Visitor visitor();
  ImportedFolder& current() { return result_.folders.back(); }

  Link& link_;
  const Import& what_;
  const Observer& observer_;
  std::uint64_t message_limit_ = 0;
  Digests digests_;
  Batch batch_;
  ImportResult result_;
};

Visitor Importer::visitor() {
  return {.mail = [this](Mail mail, std::uint64_t octets) { add(std::move(mail), octets); },
          .skip = [this](const std::string& what, const std::string& why,
                         std::uint64_t octets) { skip(what, why, octets); }};
}

void Importer::skip(const std::string& what, const std::string& why, std::uint64_t octets) {
  ++result_.skipped;
  observer_.skipped(what, why);
  observer_.done(0, octets);
}

void Importer::load_digests(const std::string& name) {
  digests_ = {};
  link_.request("GET", transfer_target(what_.account, "digests", name), "",
                [&](std::string_view piece) { digests_.feed(piece); });
  digests_.ready();
}

void Importer::add(Mail mail, std::uint64_t octets) {
  if (digests_.take(crypto::sha256(bytes_of(mail.octets)))) {
    ++current().already_there;
  } else if (what_.mode == Mode::dry_run) {
    ++current().imported;
  } else {
    auto wire = wire_form(mail);
    if (!batch_.has_room_for(wire.size())) flush();
    batch_.add(std::move(wire));
  }
  observer_.done(1, octets);
}

void Importer::flush() {
  const auto messages = batch_.take();
  if (messages.empty()) return;
  try {
    send(messages);
  } catch (const Error& error) {
    if (!is_of_mail(error)) throw;
    send_singly(messages);
  }
}

void Importer::send(const std::vector<std::string>& messages) {
  std::string body;
  for (const auto& message : messages) body += message;
  body += wire_end;
  const auto target = transfer_target(what_.account, "messages", current().name);
  const auto answer = ask(link_, "POST", target, body);
  if (const auto* dropped = answer.if_contains("keywords_dropped"))
    result_.keywords_dropped += dropped->to_number<std::uint64_t>();
  current().imported += messages.size();
}

// One that the server refuses for what it is does not hold up the others.
void Importer::send_singly(const std::vector<std::string>& messages) {
  for (const auto& message : messages) {
    try {
      send({message});
    } catch (const Error& error) {
      if (!is_of_mail(error)) throw;
      skip("a message for the folder " + current().name, error.what(), 0);
    }
  }
}

void Importer::folder(const std::string& name, const std::vector<std::filesystem::path>& places) {
  result_.folders.push_back({.name = name});
  load_digests(name);
  for (const auto& place : places) read_place(place, result_.format, message_limit_, visitor());
  flush();
}

ImportResult Importer::run() {
  const auto limits = ask(link_, "GET", transfer_target(what_.account, "limits", ""), "");
  message_limit_ = limits.at("message_limit").to_number<std::uint64_t>();
  result_.format = what_.format ? *what_.format : detected(what_.path);
  const auto top = what_.folder.empty() ? "" : storage::checked_folder_name(what_.folder);
  const auto places = places_of(what_.path, result_.format, top, visitor());
  observer_.all(size_of(places, result_.format));
  for (const auto& [name, paths] : places) folder(name, paths);
  return std::move(result_);
}

}  // namespace

std::uint64_t ImportResult::imported() const {
  std::uint64_t sum = 0;
  for (const auto& folder : folders) sum += folder.imported;
  return sum;
}

std::uint64_t ImportResult::already_there() const {
  std::uint64_t sum = 0;
  for (const auto& folder : folders) sum += folder.already_there;
  return sum;
}

bool knows_what_is_there(Link& link, const std::string& account) {
  return !ask(link, "GET", transfer_target(account, "limits", ""), "").at("end_to_end").as_bool();
}

ImportResult import_mail(Link& link, const Import& what, const Observer& observer) {
  return Importer(link, what, observer).run();
}

}  // namespace server::transfer
