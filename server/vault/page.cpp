#include "server/vault/page.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "server/vault/key.h"

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

std::vector<Listed> listed_keys(const Frame& frame, const std::vector<KeySnapshot>& keys) {
  std::vector<Listed> out;
  for (const auto& key : keys)
    out.push_back({lower_case(key->name), key_item(frame, *key, KidForm::without_version)});
  return out;
}

std::vector<Listed> listed_versions(const Frame& frame, const std::vector<KeySnapshot>& versions) {
  std::vector<Listed> out;
  for (const auto& version : versions) {
    auto number = std::to_string(version->number);
    number.insert(0, 10 - number.size(), '0');
    out.push_back({number, key_item(frame, *version, KidForm::with_version)});
  }
  return out;
}

std::vector<Listed> listed_deleted(const Frame& frame, const std::vector<DeletedKey>& keys) {
  std::vector<Listed> out;
  for (const auto& key : keys)
    out.push_back({lower_case(key.latest->name), deleted_item(frame, key)});
  return out;
}

http::Response page_of(std::vector<Listed> all, std::string_view origin, std::string_view path,
                       const http::Target& target) {
  const auto size = page_size(target);
  const auto mark = mark_in(target);
  const auto before = [&](const Listed& each) { return each.mark <= mark; };
  auto next = mark.empty() ? all.begin() : std::ranges::find_if_not(all, before);
  json::array items;
  for (; next != all.end() && items.size() < size; ++next) items.push_back(std::move(next->item));
  json::value link = nullptr;
  if (next != all.end() && next != all.begin())
    link = next_link(origin, path, target, size, std::prev(next)->mark);
  return json_response(json::object{{"value", std::move(items)}, {"nextLink", std::move(link)}});
}

}  // namespace vault
