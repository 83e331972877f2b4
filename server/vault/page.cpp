#include "server/vault/page.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "server/vault/key_file.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_page = 25;

std::size_t page_size(const http::Target& target) {
  const auto text = target.value("maxresults");
  if (!text) return largest_page;
  std::size_t size = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), size);
  if (failure != std::errc() || end != text->data() + text->size() || size < 1 ||
      size > largest_page)
    throw bad_parameter("maxresults is not 1 to 25.");
  return size;
}

// Where an item stands in its list: keys by name, versions by age.
std::string mark_of(const KeyVersion& key, KidForm form) {
  if (form == KidForm::without_version) return lower_case(key.name);
  auto number = std::to_string(key.number);
  return std::string(10 - number.size(), '0') + number;
}

std::string mark_in(const http::Target& target) {
  const auto token = target.value("$skiptoken");
  if (!token) return {};
  try {
    const auto mark = from_base64url(*token);
    return std::string(text_of(mark));
  } catch (const Error&) {
    throw bad_parameter("$skiptoken is not from this vault.");
  }
}

std::string next_link(std::string_view origin, std::string_view path, const http::Target& target,
                      std::size_t size, const std::string& mark) {
  return std::string(origin) + std::string(path) +
         "?api-version=" + http::percent_encoded(target.value("api-version").value_or("")) +
         "&maxresults=" + std::to_string(size) + "&$skiptoken=" + to_base64url(bytes_of(mark));
}

}  // namespace

http::Response page_of(const std::vector<KeySnapshot>& all, KidForm form, std::string_view origin,
                       std::string_view path, const http::Target& target) {
  const auto size = page_size(target);
  const auto mark = mark_in(target);
  const auto before = [&](const KeySnapshot& key) { return mark_of(*key, form) <= mark; };
  auto next = mark.empty() ? all.begin() : std::ranges::find_if_not(all, before);
  json::array items;
  for (; next != all.end() && items.size() < size; ++next)
    items.push_back(key_item(origin, **next, form));
  json::value link = nullptr;
  if (next != all.end())
    link = next_link(origin, path, target, size, mark_of(**std::prev(next), form));
  return json_response(json::object{{"value", std::move(items)}, {"nextLink", std::move(link)}});
}

}  // namespace vault
