#include "imap/metadata.h"

#include <algorithm>

#include "imap/mime/header.h"
#include "imap/mime/wire.h"

namespace imap {

namespace {

constexpr std::size_t entries_limit = 1000;  // of a command

bool is_entry_char(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= 0x20 && octet < 0x7f && c != '*' && c != '%';  // RFC 5464 3.2
}

std::size_t components(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(name, '/'));
}

// RFC 5464 3.2. "/private" and "/shared" alone are no entries, but have some below them.
std::string checked_entry(const std::string& raw) {
  const bool is_bad = !raw.starts_with('/') || raw.ends_with('/') ||
                      raw.find("//") != std::string::npos ||
                      !std::ranges::all_of(raw, is_entry_char);
  if (is_bad) throw BadSyntax("that cannot be the name of an entry");
  if (raw.size() > storage::annotation_name_limit)
    throw BadSyntax("the name of an entry is too long");
  auto name = mime::lower_ascii(raw);
  const auto scope = name + '/';
  if (!scope.starts_with(private_entries) && !scope.starts_with(shared_entries))
    throw BadSyntax("entries begin with /private/ or /shared/");
  return name;
}

std::string checked_entry_to_set(const std::string& raw) {
  auto name = checked_entry(raw);
  const auto scope = name.substr(name.find('/', 1) + 1) + '/';
  if (components(name) < (scope.starts_with("vendor/") ? 4 : 2))
    throw BadSyntax("the name of an entry has too few parts");
  return name;
}

void read_option(Request& request, EntryQuery& query) {
  const auto name = upper_ascii(request.atom());
  request.space();
  if (name == "MAXSIZE") {
    query.max_size = request.number();
    return;
  }
  if (name != "DEPTH") throw BadSyntax("GETMETADATA takes MAXSIZE and DEPTH");
  const auto depth = upper_ascii(request.atom());
  if (depth == "0")
    query.depth = EntryQuery::Depth::entry;
  else if (depth == "1")
    query.depth = EntryQuery::Depth::children;
  else if (depth == "INFINITY")
    query.depth = EntryQuery::Depth::all;
  else
    throw BadSyntax("DEPTH is 0, 1 or infinity");
}

// "(MAXSIZE 1024 DEPTH 1)", with the space after it. Entries begin otherwise: "(/shared".
bool read_options(Request& request, EntryQuery& query) {
  const auto start = request.position();
  if (!request.try_char('(')) return false;
  const char first = request.peek();
  const bool is_word = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  if (!is_word) {
    request.rewind(start);
    return false;
  }
  do {
    read_option(request, query);
  } while (request.try_space());
  request.expect(')');
  request.space();
  return true;
}

void add_unless_there(std::vector<std::string>& names, std::string name) {
  if (names.size() == entries_limit) throw BadSyntax("too many entries");
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

// literal8 where NUL wants it (RFC 3516).
void add_value(std::string& list, const std::string& value) {
  if (value.find('\0') == std::string::npos) return mime::add_string(list, value);
  list += "~{" + std::to_string(value.size()) + "}\r\n" + value;
}

void add_entry(std::string& list, std::string_view name, const std::string* value) {
  if (!list.empty()) list += ' ';
  mime::add_astring(list, name);
  list += ' ';
  if (value == nullptr)
    list += "NIL";
  else
    add_value(list, *value);
}

// An empty one is the server.
std::string subject_name(std::string_view folder_name, NameForm names) {
  return folder_name.empty() ? "\"\"" : wire_name(folder_name, names);
}

}  // namespace

bool EntryQuery::matches(std::string_view entry) const {
  return std::ranges::any_of(names, [&](const std::string& name) {
    if (entry == name) return true;
    if (depth == Depth::entry || !entry.starts_with(name) || entry[name.size()] != '/')
      return false;
    return depth == Depth::all || entry.find('/', name.size() + 1) == std::string_view::npos;
  });
}

std::vector<std::string> read_entries(Request& request) {
  std::vector<std::string> names;
  if (!request.try_char('(')) {
    add_unless_there(names, checked_entry(request.astring()));
    return names;
  }
  do {
    add_unless_there(names, checked_entry(request.astring()));
  } while (request.try_space());
  request.expect(')');
  return names;
}

// The options stand before the mailbox by the grammar and after it in the examples; entries may be
// a bare list there (4.4.1). All of it is taken.
GetMetadata read_get_metadata(Request& request) {
  GetMetadata get;
  request.space();
  const bool has_options = read_options(request, get.query);
  get.folder = request.astring();
  request.space();
  if (!has_options) read_options(request, get.query);
  get.query.names = read_entries(request);
  while (!request.at_end()) {
    request.space();
    add_unless_there(get.query.names, checked_entry(request.astring()));
  }
  request.end();
  return get;
}

SetMetadata read_set_metadata(Request& request) {
  SetMetadata set;
  request.space();
  set.folder = request.astring();
  request.space();
  request.expect('(');
  do {
    if (set.changes.size() == entries_limit) throw BadSyntax("too many entries");
    auto name = checked_entry_to_set(request.astring());
    request.space();
    set.changes[std::move(name)] = request.nstring();
  } while (request.try_space());
  request.expect(')');
  request.end();
  return set;
}

EntryAnswer entry_answer(const EntryQuery& query, const storage::Annotations& annotations) {
  EntryAnswer answer;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!query.max_size || value.size() <= *query.max_size)
      return add_entry(answer.list, name, &value);
    answer.longest_left_out = std::max(answer.longest_left_out.value_or(0), value.size());
  };
  if (query.depth == EntryQuery::Depth::entry) {
    for (const auto& name : query.names) {
      const auto found = annotations.find(name);
      if (found == annotations.end())
        add_entry(answer.list, name, nullptr);
      else
        add(name, found->second);
    }
    return answer;
  }
  for (const auto& [name, value] : annotations)
    if (query.matches(name)) add(name, value);
  return answer;
}

std::string metadata_line(std::string_view folder_name, NameForm names, std::string_view list) {
  return "METADATA " + subject_name(folder_name, names) + " (" + std::string(list) + ')';
}

std::string metadata_change_line(std::string_view folder_name, NameForm names,
                                 const std::set<std::string>& entries) {
  auto line = "METADATA " + subject_name(folder_name, names);
  for (const auto& entry : entries) mime::add_astring(line += ' ', entry);
  return line;
}

}  // namespace imap
