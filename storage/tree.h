#pragma once
// The folders of a mailbox, as a value: one sealed record, so that CREATE, RENAME with children and
// DELETE are each one write. The rules of RFC 3501 6.3.3 to 6.3.9 that are about names live here;
// nothing here touches a database.
//
// Names are UTF-8, NFC, with '/' between levels; "INBOX" in capitals. Modified UTF-7 is the IMAP
// code's business.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "storage/acl.h"

namespace storage {

inline constexpr char hierarchy_separator = '/';
inline constexpr std::size_t folder_name_limit = 1000;  // octets
inline constexpr std::size_t folder_limit = 10'000;     // a mailbox
inline constexpr std::size_t folder_depth_limit = 50;

// RFC 6154. Each use on one folder at most.
enum class SpecialUse : std::uint8_t { none, archive, drafts, junk, sent, trash };

struct TreeNode {
  std::optional<FolderId> folder;  // none: \Noselect, kept for its children
  SpecialUse use = SpecialUse::none;
  Acl acl{};
};

class Tree {
 public:
  // By name; also \Noselect parents. "INBOX" is always there.
  const std::map<std::string, TreeNode>& nodes() const { return nodes_; }
  const std::set<std::string>& subscribed() const {
    return subscribed_;
  }  // names, also of gone ones
  const std::vector<std::string>& keywords() const { return keywords_; }

  const TreeNode* find(std::string_view name) const;  // INBOX in any case; null if not there
  FolderId folder(std::string_view name) const;       // throws not_found; invalid if \Noselect
  std::optional<std::string> name_of(FolderId) const;
  bool has_children(std::string_view name) const;
  std::optional<std::size_t> keyword(std::string_view name) const;        // without case
  std::uint32_t keywords_replaced() const { return keywords_replaced_; }  // since it was decoded
  bool names_in_acls(AccountId) const;  // some folder gives it a right

  // Changes. Throw exists, not_found, invalid (a bad name, INBOX deleted, under itself), limit.
  // Missing parents are made \Noselect. A \Noselect name may be created anew. The ACL is that of
  // the nearest folder above it (RFC 4314 section 4).
  void create(std::string name, FolderId, SpecialUse);
  // What is left of it: with children the name stays, \Noselect. Returns the folder to remove.
  FolderId remove(std::string_view name);
  // Takes it from the folder that has it. Throws not_found.
  void set_use(FolderId, SpecialUse);
  // No rights: the entry goes. Throws not_found, limit.
  void set_rights(FolderId, const Grantee&, Rights);
  // Children go along. INBOX: moves its messages, so not here (Mailbox::rename_folder).
  void rename(std::string_view from, const std::string& to);
  void subscribe(std::string name);
  void unsubscribe(std::string_view name);
  std::size_t add_keyword(std::string_view name);  // its bit; finds an existing one
  // A bit that no message has is another keyword's from here on.
  void replace_keyword(std::size_t bit, std::string_view name);
  std::uint32_t next_uid_validity(std::uint32_t not_below);  // rises for ever

  Bytes encoded() const;          // crypto/FORMAT.md section 6
  static Tree decoded(ByteView);  // throws corrupt

 private:
  Acl inherited_acl(std::string_view name) const;
  TreeNode& node_of(FolderId);
  void add_parents(const std::string& name);
  void prune(std::string name);
  void check_count() const;
  void check_rename(const std::string& from, const std::string& to) const;

  std::map<std::string, TreeNode> nodes_;
  std::set<std::string> subscribed_;
  std::vector<std::string> keywords_;
  std::uint32_t keywords_replaced_ = 0;
  std::uint32_t last_uid_validity_ = 0;
};

// "inbox" -> "INBOX", "inbox/x" -> "INBOX/x"; others unchanged. Throws invalid for empty names or
// levels, control characters, invalid UTF-8, over-long or over-deep names.
std::string checked_folder_name(std::string_view);

}  // namespace storage
