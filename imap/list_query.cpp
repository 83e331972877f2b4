#include "imap/list_query.h"

#include <algorithm>
#include <set>

#include "imap/folder_pattern.h"
#include "imap/special_use.h"

namespace imap {

namespace {

constexpr std::size_t pattern_limit = 1024;  // octets; no name is longer on the wire that matters

// Names separated by spaces between parentheses.
template <class Each>
void read_options(Request& request, Each each) {
  request.expect('(');
  request.try_space();
  while (!request.try_char(')')) {
    each(upper_ascii(request.atom()));
    if (!request.try_space() && request.peek() != ')')
      throw BadSyntax("options are separated by spaces");
  }
}

// RFC 5258 3.1. RECURSIVEMATCH wants a list-select-base-opt (section 6); SPECIAL-USE is none (RFC
// 6154 section 6).
void read_selection(Request& request, ListQuery& query) {
  read_options(request, [&](const std::string& option) {
    if (option == "SUBSCRIBED")
      query.subscribed = true;
    else if (option == "SPECIAL-USE")
      query.special_use = true;
    else if (option == "RECURSIVEMATCH")
      query.recursive = true;
    else if (option != "REMOTE")  // there are no remote folders: all have been listed anyway
      throw BadSyntax("LIST does not know a selection option");
  });
  if (query.recursive && !query.subscribed)
    throw BadSyntax("RECURSIVEMATCH needs SUBSCRIBED beside it");
  query.return_subscribed = query.subscribed;
}

// RFC 5258 3.2. CHILDREN and SPECIAL-USE are in every answer.
void read_return(Request& request, ListQuery& query) {
  read_options(request, [&](const std::string& option) {
    if (option == "SUBSCRIBED") {
      query.return_subscribed = true;
    } else if (option == "STATUS") {
      request.space();
      query.status = read_status_items(request);
    } else if (option == "MYRIGHTS") {
      query.my_rights = true;
    } else if (option == "METADATA") {
      request.space();
      query.entries.names = read_entries(request);
    } else if (option != "CHILDREN" && option != "SPECIAL-USE") {
      throw BadSyntax("LIST does not know a return option");
    }
  });
}

void read_patterns(Request& request, ListQuery& query) {
  if (!request.try_char('(')) {
    query.patterns.push_back(request.list_mailbox());
    return;
  }
  query.extended = true;
  do {
    query.patterns.push_back(request.list_mailbox());
  } while (request.try_space());
  request.expect(')');
}

// ---- answering

std::set<std::string> parents_of(const std::string& name) {
  std::set<std::string> parents;
  for (auto i = name.find(storage::hierarchy_separator); i != std::string::npos;
       i = name.find(storage::hierarchy_separator, i + 1))
    parents.insert(name.substr(0, i));
  return parents;
}

std::set<std::string> parents_of_all(const std::set<std::string>& names) {
  std::set<std::string> parents;
  for (const auto& name : names) parents.merge(parents_of(name));
  return parents;
}

// With each as it would be normalized, as names are (RFC 9051 5.1).
std::vector<std::string> with_normalized(std::vector<std::string> patterns, NameForm names) {
  for (std::size_t n = patterns.size(); n-- > 0;) try {
      const auto utf8 = names == NameForm::utf8 ? patterns[n] : from_modified_utf7(patterns[n]);
      if (auto normal = normalized_name(utf8); normal != utf8)
        patterns.push_back(name_in(names, normal));
    } catch (const BadSyntax&) {  // it matches no name
    }
  return patterns;
}

bool matches_any(const std::vector<std::string>& patterns, NameForm names,
                 const std::string& name) {
  const auto on_wire = name_in(names, name);
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, on_wire); });
}

std::string line_of(std::string_view command, std::string_view attributes, std::string_view name,
                    NameForm names) {
  return std::string(command) + " (" + std::string(attributes) + ") \"/\" " +
         wire_name(name, names);
}

// RFC 3501 6.3.8, 6.3.9: an empty pattern asks what separates the levels.
std::string separator_line(std::string_view command) {
  return line_of(command, "\\Noselect", "", NameForm::utf8);
}

void add(std::string& attributes, std::string_view attribute) {
  if (!attributes.empty() && !attribute.empty()) attributes += ' ';
  attributes += attribute;
}

std::string attributes_of(const std::string& name, const storage::TreeNode* node,
                          const storage::Tree& tree) {
  std::string attributes;
  if (node == nullptr || !node->folder) attributes = "\\Noselect";
  add(attributes, tree.has_children(name) ? "\\HasChildren" : "\\HasNoChildren");
  if (node != nullptr) add(attributes, attribute_of(node->use));
  return attributes;
}

// RFC 5465 5.4 and 5.5.
std::string told_attributes(const std::string& name, const storage::Tree& tree) {
  const auto* node = tree.find(name);
  auto attributes = node == nullptr ? "\\NonExistent" : attributes_of(name, node, tree);
  if (tree.subscribed().contains(name)) add(attributes, "\\Subscribed");
  return attributes;
}

bool is_selected(const std::string& name, const ListQuery& query, const storage::Tree& tree) {
  if (query.subscribed && !tree.subscribed().contains(name)) return false;
  const auto* node = tree.find(name);
  return !query.special_use || (node != nullptr && node->use != storage::SpecialUse::none);
}

// A name that the query's selection lets through, or what is under it: `below` (RFC 5258 3.5).
Listed listed_name(const std::string& name, const ListQuery& query, const storage::Tree& tree,
                   bool below) {
  const auto* node = tree.find(name);
  auto attributes = attributes_of(name, node, tree);
  if (query.extended && (node == nullptr || !node->folder)) add(attributes, "\\NonExistent");
  if (query.return_subscribed && tree.subscribed().contains(name)) add(attributes, "\\Subscribed");
  auto line = line_of("LIST", attributes, name, query.names);
  if (below) line += " (\"CHILDINFO\" (\"SUBSCRIBED\"))";
  const bool has_folder = node != nullptr && is_selected(name, query, tree);
  return {std::move(line), name, has_folder ? node->folder : std::nullopt};
}

std::set<std::string> candidates(const ListQuery& query, const storage::Tree& tree) {
  std::set<std::string> names;
  for (const auto& [name, node] : tree.nodes()) names.insert(name);
  if (query.subscribed) names.insert(tree.subscribed().begin(), tree.subscribed().end());
  if (query.recursive) names.merge(parents_of_all(tree.subscribed()));
  return names;
}

}  // namespace

ListQuery read_list(Request& request) {
  ListQuery query;
  request.space();
  if (request.peek() == '(') {
    query.extended = true;
    read_selection(request, query);
    request.space();
  }
  const auto reference = request.list_mailbox();
  request.space();
  read_patterns(request, query);
  if (!request.at_end()) {
    query.extended = true;
    request.space();
    if (upper_ascii(request.atom()) != "RETURN") throw BadSyntax("LIST ends with RETURN (...)");
    request.space();
    read_return(request, query);
  }
  request.end();
  for (auto& pattern : query.patterns) {
    if (!pattern.empty() || query.extended) pattern.insert(0, reference);
    if (pattern.size() > pattern_limit) throw BadSyntax("a pattern is too long");
  }
  return query;
}

std::vector<Listed> listed(const ListQuery& query, const storage::Tree& tree) {
  if (!query.extended && query.patterns.front().empty())
    return {{separator_line("LIST"), "", std::nullopt}};
  const auto patterns = with_normalized(query.patterns, query.names);
  const auto matching = [&](const auto& name) { return matches_any(patterns, query.names, name); };
  const auto names = candidates(query, tree);
  std::set<std::string> selected, above_selected, above_untold;
  for (const auto& name : names) {
    if (!is_selected(name, query, tree)) continue;
    selected.insert(name);
    if (!query.recursive) continue;
    above_selected.merge(parents_of(name));
    if (!matching(name)) above_untold.merge(parents_of(name));
  }
  std::vector<Listed> result;
  for (const auto& name : names)
    // RFC 5258 3.5: what is above alone is told where nothing else tells of a name below.
    if ((selected.contains(name) || above_untold.contains(name)) && matching(name))
      result.push_back(listed_name(name, query, tree, above_selected.contains(name)));
  std::stable_partition(result.begin(), result.end(),
                        [](const Listed& entry) { return entry.name == "INBOX"; });
  return result;
}

std::string list_line(const std::string& name, const std::optional<std::string>& old_name,
                      InReach in_reach, NameForm names, const storage::Tree& tree) {
  const auto* more = in_reach == InReach::no ? " \\NoAccess" : "";
  auto line = line_of("LIST", told_attributes(name, tree) + more, name, names);
  if (old_name) line += " (\"OLDNAME\" (" + wire_name(*old_name, names) + "))";
  return line;
}

std::string folder_line(const std::string& name, const Called& called, NameForm names,
                        const storage::Tree& tree) {
  const auto* node = tree.find(name);
  const auto attributes = node ? attributes_of(name, node, tree) : "\\NonExistent";
  auto line = line_of("LIST", attributes, called.shown, names);
  if (called.given != called.shown)
    line += " (\"OLDNAME\" (" + wire_name(called.given, names) + "))";
  return line;
}

std::vector<std::string> lsub_lines(const std::string& pattern, NameForm names,
                                    const storage::Tree& tree) {
  if (pattern.empty()) return {separator_line("LSUB")};
  const auto patterns = with_normalized({pattern}, names);
  std::vector<std::string> lines;
  std::set<std::string> parents;
  for (const auto& name : tree.subscribed()) {
    if (!matches_any(patterns, names, name)) {
      parents.merge(parents_of(name));
      continue;
    }
    const auto* node = tree.find(name);
    lines.push_back(line_of("LSUB", node ? attributes_of(name, node, tree) : "", name, names));
  }
  // "%" names the levels above what is subscribed further down (RFC 3501 6.3.9).
  for (const auto& name : parents)
    if (!tree.subscribed().contains(name) && matches_any(patterns, names, name))
      lines.push_back(line_of("LSUB", "\\Noselect", name, names));
  return lines;
}

}  // namespace imap
