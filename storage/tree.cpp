#include "storage/tree.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "storage/codec.h"
#include "storage/entry.h"

namespace storage {
namespace {

constexpr std::uint8_t tree_version = 1;
constexpr std::uint8_t version_with_acls = 2;
constexpr std::size_t keyword_length_limit = 255;
constexpr std::string_view inbox = "INBOX";

[[noreturn]] void not_found() { throw Error(Fault::not_found, "there is no such folder"); }
[[noreturn]] void exists() { throw Error(Fault::exists, "there is a folder of that name"); }

// The name, with INBOX in capitals, without the other rules: to look something up.
std::string lookup_name(std::string_view name) {
  try {
    return checked_folder_name(name);
  } catch (const Error&) {
    return std::string(name);
  }
}

std::string parent_of(std::string_view name) {
  const auto at = name.rfind(hierarchy_separator);
  return std::string(name.substr(0, at == std::string_view::npos ? 0 : at));
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (auto& letter : lowered)
    if (letter >= 'A' && letter <= 'Z') letter += 32;
  return lowered;
}

void encode(Encoder& to, const Acl& acl) {
  to.number(static_cast<std::uint8_t>(acl.size()));
  for (const auto& [grantee, rights] : acl) {
    to.number(grantee.account.value);
    to.number(static_cast<std::uint8_t>(grantee.negative ? 1 : 0));
    to.number(rights.bits());
  }
}

Acl decode_acl(Decoder& from) {
  Acl acl;
  for (auto left = from.number<std::uint8_t>(); left > 0; --left) {
    const AccountId account(from.number<std::int64_t>());
    const auto negative = from.number<std::uint8_t>();
    const Grantee grantee{account, negative == 1};
    if (negative > 1 || (!acl.empty() && grantee <= acl.rbegin()->first))
      throw Error(Fault::corrupt, "a stored list of rights is out of order");
    acl.emplace_hint(acl.end(), grantee, Rights::of_bits(from.number<std::uint16_t>()));
  }
  return acl;
}

void check_keyword(std::string_view name) {
  const bool printable = std::all_of(name.begin(), name.end(),
                                     [](char letter) { return letter > ' ' && letter < 0x7f; });
  if (name.empty() || name.size() > keyword_length_limit || !printable)
    throw Error(Fault::invalid, "that is not the name of a keyword");
}

}  // namespace

const TreeNode* Tree::find(std::string_view name) const {
  const auto found = nodes_.find(lookup_name(name));
  return found == nodes_.end() ? nullptr : &found->second;
}

FolderId Tree::folder(std::string_view name) const {
  const auto* node = find(name);
  if (!node) not_found();
  if (!node->folder)
    throw Error(Fault::invalid, "that folder only holds others and cannot be selected");
  return *node->folder;
}

std::optional<std::string> Tree::name_of(FolderId folder) const {
  for (const auto& [name, node] : nodes_)
    if (node.folder == folder) return name;
  return std::nullopt;
}

bool Tree::has_children(std::string_view name) const {
  const auto prefix = lookup_name(name) + hierarchy_separator;
  const auto next = nodes_.lower_bound(prefix);
  return next != nodes_.end() && next->first.starts_with(prefix);
}

std::optional<std::size_t> Tree::keyword(std::string_view name) const {
  const auto lowered = lower(name);
  for (std::size_t bit = 0; bit < keywords_.size(); ++bit)
    if (lower(keywords_[bit]) == lowered) return bit;
  return std::nullopt;
}

void Tree::add_parents(const std::string& name) {
  for (auto parent = parent_of(name); !parent.empty(); parent = parent_of(parent))
    nodes_.try_emplace(parent);
}

void Tree::check_count() const {
  if (nodes_.size() > folder_limit)
    throw Error(Fault::limit, "the mailbox has too many folders",
                "remove folders that are not needed");
}

void Tree::create(std::string name, FolderId folder, SpecialUse use) {
  name = checked_folder_name(name);
  const auto taken = [&](const auto& node) { return node.second.use == use; };
  if (use != SpecialUse::none && std::any_of(nodes_.begin(), nodes_.end(), taken))
    throw Error(Fault::exists, "another folder has that special use");
  auto& node = nodes_[name];
  if (node.folder) exists();
  node = {folder, use, inherited_acl(name)};
  add_parents(name);
  check_count();
}

Acl Tree::inherited_acl(std::string_view name) const {
  for (auto parent = parent_of(name); !parent.empty(); parent = parent_of(parent)) {
    const auto found = nodes_.find(parent);
    if (found != nodes_.end() && found->second.folder) return found->second.acl;
  }
  return {};
}

TreeNode& Tree::node_of(FolderId folder) {
  for (auto& [name, node] : nodes_)
    if (node.folder == folder) return node;
  not_found();
}

void Tree::set_use(FolderId folder, SpecialUse use) {
  auto& chosen = node_of(folder);
  for (auto& [name, node] : nodes_)
    if (node.use == use) node.use = SpecialUse::none;
  chosen.use = use;
}

void Tree::set_rights(FolderId folder, const Grantee& grantee, Rights rights) {
  auto& acl = node_of(folder).acl;
  if (rights.empty()) {
    acl.erase(grantee);
    return;
  }
  if (acl.size() >= acl_limit && !acl.contains(grantee))
    throw Error(Fault::limit, "the folder's list of rights is too long",
                "remove those who do not need it any more");
  acl[grantee] = rights;
}

bool Tree::names_in_acls(AccountId account) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [&](const auto& node) {
    return node.second.acl.contains({account, false});
  });
}

FolderId Tree::remove(std::string_view name) {
  const auto found = nodes_.find(lookup_name(name));
  if (found == nodes_.end()) not_found();
  if (found->first == inbox) throw Error(Fault::invalid, "INBOX cannot be removed");
  if (!found->second.folder)
    throw Error(Fault::invalid, "that folder only holds others", "remove those below it first");
  const auto folder = *found->second.folder;
  found->second = {};
  prune(found->first);
  return folder;
}

// A \Noselect name goes with its last child, and so do those above it that only held it.
void Tree::prune(std::string name) {
  for (; !name.empty(); name = parent_of(name)) {
    const auto found = nodes_.find(name);
    if (found == nodes_.end() || found->second.folder || has_children(name)) return;
    nodes_.erase(found);
  }
}

void Tree::check_rename(const std::string& from, const std::string& to) const {
  if (!nodes_.contains(from)) not_found();
  if (from == inbox) throw Error(Fault::invalid, "INBOX is renamed by moving its messages");
  if (nodes_.contains(to)) exists();
  if (to.starts_with(from + hierarchy_separator))
    throw Error(Fault::invalid, "a folder cannot be moved under itself");
}

void Tree::rename(std::string_view name, const std::string& to_name) {
  const auto from = lookup_name(name);
  const auto to = checked_folder_name(to_name);
  check_rename(from, to);
  std::map<std::string, TreeNode> moved;
  for (auto at = nodes_.lower_bound(from); at != nodes_.end() && at->first.starts_with(from);) {
    const auto rest = at->first.substr(from.size());
    if (!rest.empty() && rest[0] != hierarchy_separator) {
      ++at;
      continue;
    }
    moved.emplace(checked_folder_name(to + rest), at->second);
    at = nodes_.erase(at);
  }
  nodes_.merge(moved);
  prune(parent_of(from));
  add_parents(to);
  check_count();
}

void Tree::subscribe(std::string name) {
  name = checked_folder_name(name);
  if (subscribed_.size() >= folder_limit && !subscribed_.contains(name))
    throw Error(Fault::limit, "the mailbox has too many subscriptions");
  subscribed_.insert(std::move(name));
}

void Tree::unsubscribe(std::string_view name) { subscribed_.erase(lookup_name(name)); }

std::size_t Tree::add_keyword(std::string_view name) {
  if (const auto bit = keyword(name)) return *bit;
  check_keyword(name);
  if (keywords_.size() == keyword_limit)
    throw Error(Fault::limit, "the mailbox has " + std::to_string(keyword_limit) +
                                  " keywords in use, which is the most it can have");
  keywords_.emplace_back(name);
  return keywords_.size() - 1;
}

void Tree::replace_keyword(std::size_t bit, std::string_view name) {
  check_keyword(name);
  keywords_.at(bit) = name;
  ++keywords_replaced_;
}

std::uint32_t Tree::next_uid_validity(std::uint32_t not_below) {
  if (last_uid_validity_ == UINT32_MAX)
    throw Error(Fault::limit, "the mailbox has used up its UIDVALIDITY values");
  return last_uid_validity_ = std::max(not_below, last_uid_validity_ + 1);
}

Bytes Tree::encoded() const {
  Encoder to;
  const bool has_acls = std::any_of(nodes_.begin(), nodes_.end(),
                                    [](const auto& node) { return !node.second.acl.empty(); });
  to.number(has_acls ? version_with_acls : tree_version);
  to.number(last_uid_validity_);
  to.number(static_cast<std::uint32_t>(nodes_.size()));
  for (const auto& [name, node] : nodes_) {
    to.text<std::uint16_t>(name);
    to.number(node.folder.value_or(FolderId(0)).value);
    to.number(static_cast<std::uint8_t>(node.use));
    if (has_acls) encode(to, node.acl);
  }
  to.number(static_cast<std::uint32_t>(subscribed_.size()));
  for (const auto& name : subscribed_) to.text<std::uint16_t>(name);
  to.number(static_cast<std::uint8_t>(keywords_.size()));
  for (const auto& name : keywords_) to.text<std::uint8_t>(name);
  return to.take();
}

Tree Tree::decoded(ByteView bytes) {
  Decoder from(bytes);
  const auto version = from.number<std::uint8_t>();
  if (version != tree_version && version != version_with_acls)
    throw Error(Fault::corrupt, "a stored folder tree is of an unknown version");
  Tree tree;
  tree.last_uid_validity_ = from.number<std::uint32_t>();
  for (auto left = from.number<std::uint32_t>(); left > 0; --left) {
    std::string name(from.text<std::uint16_t>());
    const auto folder = from.number<std::int64_t>();
    const auto use = from.number<std::uint8_t>();
    if (use > static_cast<std::uint8_t>(SpecialUse::trash))
      throw Error(Fault::corrupt, "a stored folder has an unknown special use");
    auto& node = tree.nodes_[std::move(name)];
    if (folder != 0) node.folder = FolderId(folder);
    node.use = static_cast<SpecialUse>(use);
    if (version == version_with_acls) node.acl = decode_acl(from);
  }
  for (auto left = from.number<std::uint32_t>(); left > 0; --left)
    tree.subscribed_.emplace(from.text<std::uint16_t>());
  for (auto left = from.number<std::uint8_t>(); left > 0; --left)
    tree.keywords_.emplace_back(from.text<std::uint8_t>());
  from.end();
  return tree;
}

}  // namespace storage
