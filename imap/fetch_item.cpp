#include "imap/fetch_item.h"

#include <algorithm>
#include <charconv>

#include "imap/mime/wire.h"

namespace imap {
namespace {

using Kind = FetchItem::Kind;
using Part = FetchItem::Part;
using Marks = FetchItem::Marks;

std::string upper(std::string_view text) {
  std::string result(text);
  for (auto& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

struct Word {
  std::string_view name;
  Kind kind;
  Part part = Part::all;
  Marks marks = Marks::nothing;
};

constexpr Word words[] = {
    {"FLAGS", Kind::flags},
    {"UID", Kind::uid},
    {"INTERNALDATE", Kind::internal_date},
    {"SAVEDATE", Kind::save_date},
    {"RFC822.SIZE", Kind::size},
    {"ENVELOPE", Kind::envelope},
    {"BODY", Kind::body},
    {"BODYSTRUCTURE", Kind::bodystructure},
    {"MODSEQ", Kind::modseq},
    {"EMAILID", Kind::email_id},
    {"THREADID", Kind::thread_id},
    {"PREVIEW", Kind::preview},
    {"RFC822", Kind::section, Part::all, Marks::seen},
    {"RFC822.HEADER", Kind::section, Part::header, Marks::nothing},
    {"RFC822.TEXT", Kind::section, Part::text, Marks::seen},
};

std::vector<FetchItem> macro(std::string_view name) {
  std::vector<FetchItem> items;
  if (name != "FAST" && name != "ALL" && name != "FULL") return items;
  items.push_back({.kind = Kind::flags, .name = "FLAGS"});
  items.push_back({.kind = Kind::internal_date, .name = "INTERNALDATE"});
  items.push_back({.kind = Kind::size, .name = "RFC822.SIZE"});
  if (name != "FAST") items.push_back({.kind = Kind::envelope, .name = "ENVELOPE"});
  if (name == "FULL") items.push_back({.kind = Kind::body, .name = "BODY"});
  return items;
}

// "1.2.HEADER": the numbers in front. Leaves the rest, "HEADER", in `text`.
std::vector<std::uint32_t> take_path(std::string_view& text) {
  std::vector<std::uint32_t> path;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number == 0) throw BadSyntax("A part number is out of range");
    if (path.size() == part_depth_limit) throw BadSyntax("The part number is too long");
    path.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) break;
    if (text.size() == 1 || text[0] != '.') throw BadSyntax("A part number is malformed");
    text.remove_prefix(1);
  }
  return path;
}

Part part_named(std::string_view name) {
  if (name.empty()) return Part::all;
  if (name == "HEADER") return Part::header;
  if (name == "HEADER.FIELDS") return Part::fields;
  if (name == "HEADER.FIELDS.NOT") return Part::fields_not;
  if (name == "TEXT") return Part::text;
  if (name == "MIME") return Part::mime;
  throw BadSyntax("There is no such section");
}

std::vector<std::string> field_names(Request& request) {
  std::vector<std::string> names;
  request.space();
  request.expect('(');
  do {
    if (names.size() == field_name_limit) throw BadSyntax("Too many header fields are named");
    names.push_back(request.astring());
  } while (request.try_space());
  request.expect(')');
  return names;
}

bool is_plain(char c) {
  return c > ' ' && c < 0x7f && std::string_view("(){%*\"\\").find(c) == std::string_view::npos;
}

void add_astring(std::string& out, std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
    out += text;
  } else {
    mime::add_string(out, text);
  }
}

std::string described(std::string_view what, const FetchItem& item, std::string_view section) {
  auto name = std::string(what) + '[' + std::string(section);
  if (!item.fields.empty()) {
    char before = '(';
    name += ' ';
    for (const auto& field : item.fields) {
      name += before;
      add_astring(name, field);
      before = ' ';
    }
    name += ')';
  }
  name += ']';
  if (item.partial) name += '<' + std::to_string(item.partial->offset) + '>';
  return name;
}

std::optional<Partial> partial(Request& request) {
  if (!request.try_char('<')) return std::nullopt;
  Partial partial;
  partial.offset = request.number64();  // RFC 9051 section 9; RFC 3501 has 32 bits
  request.expect('.');
  partial.length = request.number64();
  if (partial.length == 0) throw BadSyntax("No octets are asked for");
  request.expect('>');
  return partial;
}

// From after "BODY" or "BODY.PEEK".
FetchItem section(Request& request, Marks marks) {
  FetchItem item{.kind = Kind::section, .marks = marks};
  request.expect('[');
  std::string text;
  if (request.peek() != ']') text = upper(request.keyword_text());
  std::string_view rest = text;
  item.path = take_path(rest);
  item.part = part_named(rest);
  if (item.part == Part::mime && item.path.empty()) throw BadSyntax("MIME wants a part number");
  if (item.part == Part::fields || item.part == Part::fields_not) {
    item.fields = field_names(request);
  }
  request.expect(']');
  item.partial = partial(request);
  item.name = described("BODY", item, text);
  return item;
}

// From after "BINARY", "BINARY.PEEK" or "BINARY.SIZE" (RFC 3516 section 7).
FetchItem binary(Request& request, Kind kind, Marks marks) {
  FetchItem item{.kind = kind, .marks = marks};
  request.expect('[');
  std::string text;
  if (request.peek() != ']') text = request.keyword_text();
  std::string_view rest = text;
  item.path = take_path(rest);
  if (!rest.empty()) throw BadSyntax("BINARY takes a part number only");
  request.expect(']');
  if (kind == Kind::binary) item.partial = partial(request);
  item.name = described(kind == Kind::binary ? "BINARY" : "BINARY.SIZE", item, text);
  return item;
}

// RFC 8970 section 6: "(LAZY)" after PREVIEW, and not the modifiers of the FETCH. Previews are
// always there, so that it makes no difference.
void pass_over_lazy(Request& request) {
  const auto before = request.position();
  if (request.try_space() && request.try_char('(') && request.peek() != ')') {
    const auto word = upper(request.keyword_text());
    if (word == "LAZY") return request.expect(')');
  }
  request.rewind(before);
}

FetchItem item_named(std::string_view name, Request& request) {
  if (name == "BODY.PEEK") return section(request, Marks::nothing);
  if (name == "BODY" && request.peek() == '[') return section(request, Marks::seen);
  if (name == "BINARY") return binary(request, Kind::binary, Marks::seen);
  if (name == "BINARY.PEEK") return binary(request, Kind::binary, Marks::nothing);
  if (name == "BINARY.SIZE") return binary(request, Kind::binary_size, Marks::nothing);
  for (const auto& word : words) {
    if (word.name != name) continue;
    if (word.kind == Kind::preview) pass_over_lazy(request);
    return {.kind = word.kind, .name = std::string(name), .part = word.part, .marks = word.marks};
  }
  throw BadSyntax("There is no such FETCH item");
}

bool is_same(const FetchItem& a, const FetchItem& b) {
  const auto length = [](const FetchItem& item) { return item.partial ? item.partial->length : 0; };
  return a.name == b.name && a.marks == b.marks && length(a) == length(b);
}

void add_once(std::vector<FetchItem>& items, FetchItem item) {
  const auto same = [&](const FetchItem& other) { return is_same(item, other); };
  if (std::any_of(items.begin(), items.end(), same)) return;
  if (items.size() == fetch_item_limit) throw BadSyntax("Too many items are asked for");
  items.push_back(std::move(item));
}

}  // namespace

std::vector<FetchItem> parse_fetch_items(Request& request) {
  std::vector<FetchItem> items;
  if (request.try_char('(')) {
    do {
      add_once(items, item_named(upper(request.keyword_text()), request));
    } while (request.try_space());
    request.expect(')');
  } else {
    const auto name = upper(request.keyword_text());
    items = macro(name);
    if (items.empty()) items.push_back(item_named(name, request));
  }
  return items;
}

FetchItem section_named(std::string_view text) {
  Request request("url FETCH [" + std::string(text) + ']');
  request.space();
  auto item = section(request, Marks::nothing);
  request.end();
  return item;
}

bool needs_summary(const FetchItem& item) {
  switch (item.kind) {
    case Kind::envelope:
    case Kind::body:
    case Kind::bodystructure:
    case Kind::email_id:
    case Kind::thread_id:
    case Kind::preview:
      return true;
    case Kind::section:
      return item.part != Part::all || !item.path.empty();
    case Kind::binary:
    case Kind::binary_size:
      return !item.path.empty();
    default:
      return false;
  }
}

FetchNeeds needs_of(const std::vector<FetchItem>& items) {
  auto needs = FetchNeeds::entries;
  for (const auto& item : items) {
    const bool is_binary = item.kind == Kind::binary || item.kind == Kind::binary_size;
    if (is_binary || (item.kind == Kind::section && item.part != Part::fields))
      return FetchNeeds::octets;
    if (needs_summary(item)) needs = FetchNeeds::summaries;
  }
  return needs;
}

bool marks_seen(const std::vector<FetchItem>& items) {
  return std::any_of(items.begin(), items.end(),
                     [](const FetchItem& item) { return item.marks == Marks::seen; });
}

bool asks_for(const std::vector<FetchItem>& items, FetchItem::Kind kind) {
  return std::any_of(items.begin(), items.end(),
                     [&](const FetchItem& item) { return item.kind == kind; });
}

}  // namespace imap
