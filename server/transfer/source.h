#pragma once
// Mail in files: where it is, and one message after the other. Reads in fixed memory, but for the
// names of the files of one folder, which it sorts. What cannot be read is told and passed over.
//
//   mbox     a file, or a tree of files: A.mbox, A/B.mbox, and as Thunderbird has them A.sbd/B
//   maildir  a Maildir, its sub-folders .A.B (Maildir++), and plain trees A/B/{cur,new,tmp}
//   eml      a file, or a tree of files *.eml, directories being folders

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/transfer/mail.h"

namespace server::transfer {

enum class Format { mbox, maildir, eml };
std::optional<Format> format_of(std::string_view name);  // as --format has it
std::string_view name_of(Format);

// Files or directories (maildir: with cur in them; eml: with *.eml) by folder of the mailbox.
using Places = std::map<std::string, std::vector<std::filesystem::path>>;

struct Visitor {
  // A message, and how many octets of files were read for it.
  std::function<void(Mail, std::uint64_t octets)> mail;
  // A file, message or directory that is left out, and why; perhaps with octets passed over.
  std::function<void(const std::string& what, const std::string& why, std::uint64_t octets)> skip;
};

// What the path looks like. Throws not_found, and invalid with a hint when it is nothing of these.
Format detected(const std::filesystem::path&);

// `top`: the folder for what lies at the path itself, and the parent of all else; "" means INBOX,
// and folders of their own names. Throws not_found, denied; names that no folder can have are told
// and left out.
Places places_of(const std::filesystem::path&, Format, const std::string& top, const Visitor&);

// Octets of all files, for a sense of progress.
std::uint64_t size_of(const Places&, Format);

// The messages of one place of places_of(), none with more than `limit` octets in store form.
void read_place(const std::filesystem::path&, Format, std::uint64_t limit, const Visitor&);

}  // namespace server::transfer
