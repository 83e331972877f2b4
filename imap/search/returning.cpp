#include "imap/search/returning.h"

#include <algorithm>
#include <numeric>

namespace imap::search {
namespace {

std::vector<FetchItem> parse_update(Request& request) {
  const auto before = request.position();
  if (request.try_space() && request.peek() == '(') return parse_fetch_items(request);
  request.rewind(before);
  return {};
}

struct Option {
  std::string_view name;
  bool Returning::*wanted;
};
constexpr Option options[] = {{"CONTEXT", &Returning::context},
                              {"ALL", &Returning::all},
                              {"COUNT", &Returning::count},
                              {"MAX", &Returning::max},
                              {"MIN", &Returning::min},
                              {"SAVE", &Returning::save},
                              {"RELEVANCY", &Returning::relevancy}};

void parse_option(Request& request, Returning& result) {
  const auto name = upper_ascii(request.keyword_text());
  const auto* plain = std::ranges::find(options, std::string_view(name), &Option::name);
  if (plain != std::end(options)) {
    result.*(plain->wanted) = true;
  } else if (name == "PARTIAL" && !result.partial) {
    request.space();
    result.partial = parse_window(request);
  } else if (name == "UPDATE" && !result.update) {
    result.update = parse_update(request);
  } else {
    throw BadSyntax(
        "RETURN takes MIN, MAX, ALL, COUNT, SAVE, RELEVANCY, CONTEXT, one UPDATE and one PARTIAL");
  }
  if (result.all && result.partial) throw BadSyntax("RETURN takes ALL or PARTIAL, not both");
}

std::string partial_text(const Window& window, const std::vector<std::uint32_t>& found) {
  const auto [begin, end] = shown(window, found.size());
  const auto at = [&](std::size_t i) { return found.begin() + static_cast<std::ptrdiff_t>(i); };
  const std::vector<std::uint32_t> part(at(begin), at(end));
  return " PARTIAL (" + text(window) + ' ' + (part.empty() ? "NIL" : compact(part)) + ')';
}

// With PARTIAL of what that shows (RFC 6203 section 6), else of all.
std::string relevancy_text(const Returning& returning, const std::vector<std::uint8_t>& scores) {
  const auto [begin, end] =
      returning.partial ? shown(*returning.partial, scores.size()) : Shown{0, scores.size()};
  std::string list;
  for (auto i = begin; i < end; ++i) list += (i > begin ? " " : "") + std::to_string(scores[i]);
  return " RELEVANCY (" + list + ')';
}

}  // namespace

std::optional<Returning> parse_returning(Request& request) {
  const auto before = request.position();
  if ((request.peek() | 0x20) != 'r' || upper_ascii(request.keyword_text()) != "RETURN") {
    request.rewind(before);
    return std::nullopt;
  }
  Returning result;
  request.space();
  request.expect('(');
  if (request.peek() == ')') result.all = true;
  while (request.peek() != ')') {
    parse_option(request, result);
    if (!request.try_space()) break;
  }
  request.expect(')');
  request.space();
  return result;
}

std::string tag_correlator(std::string_view tag) { return "TAG \"" + std::string(tag) + '"'; }

std::string esearch_line(std::string_view correlator, bool by_uid, const Returning& returning,
                         const Results& results) {
  const auto& found = results.ids;
  std::string line = "ESEARCH (" + std::string(correlator) + ')';
  if (by_uid) line += " UID";
  if (returning.min && !found.empty()) line += " MIN " + std::to_string(found.front());
  if (returning.max && !found.empty()) line += " MAX " + std::to_string(found.back());
  if (returning.count) line += " COUNT " + std::to_string(found.size());
  if (returning.all && !found.empty()) line += " ALL " + compact(found);
  if (returning.partial) line += partial_text(*returning.partial, found);
  if (returning.relevancy) line += relevancy_text(returning, results.scores);
  return line;
}

std::vector<std::size_t> saved(const Returning& returning, std::size_t found) {
  std::vector<std::size_t> indexes(found);
  std::iota(indexes.begin(), indexes.end(), std::size_t{0});
  const bool some = returning.min || returning.max || returning.partial;
  if (!some || returning.all || returning.count) return indexes;
  const auto [begin, end] = returning.partial ? shown(*returning.partial, found) : Shown{};
  std::erase_if(indexes, [&](std::size_t i) {
    const bool kept =
        (i >= begin && i < end) || (returning.min && i == 0) || (returning.max && i + 1 == found);
    return !kept;
  });
  return indexes;
}

}  // namespace imap::search
