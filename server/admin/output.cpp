#include "server/admin/output.h"

#include <algorithm>
#include <ostream>

namespace server::admin {

namespace json = boost::json;

std::string printable(std::string_view text) {
  std::string safe(text);
  for (auto& c : safe)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = '?';
  return safe;
}

namespace {

std::string text_of(const json::value& value) {
  if (value.is_null()) return "-";
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  if (const auto* text = value.if_string()) return printable(*text);
  std::string all;
  if (const auto* list = value.if_array()) {
    for (const auto& one : *list) all += (all.empty() ? "" : ", ") + text_of(one);
    return all.empty() ? "-" : all;
  }
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object)
      all += (all.empty() ? "" : " ") + std::string(member.key()) + "=" + text_of(member.value());
    return all;
  }
  return json::serialize(value);
}

bool printed_as_json(const Invocation& call, const json::value& answer) {
  if (call.format != Format::json) return false;
  call.streams.out << answer << "\n";
  return true;
}

}  // namespace

void print(const Invocation& call, const json::value& answer) {
  if (printed_as_json(call, answer)) return;
  for (const auto& member : answer.as_object()) {
    call.streams.out << member.key() << ":";
    const auto* list = member.value().if_array();
    if (list && !list->empty() && list->front().is_object()) {
      for (const auto& one : *list) call.streams.out << "\n  " << text_of(one);
      call.streams.out << "\n";
    } else {
      call.streams.out << " " << text_of(member.value()) << "\n";
    }
  }
}

void print_list(const Invocation& call, const json::value& answer, std::string_view list,
                const std::vector<std::string_view>& columns) {
  if (printed_as_json(call, answer)) return;
  std::vector<std::vector<std::string>> rows{{columns.begin(), columns.end()}};
  for (const auto& one : answer.as_object().at(list).as_array()) {
    auto& row = rows.emplace_back();
    for (const auto column : columns) row.push_back(text_of(one.as_object().at(column)));
  }
  std::vector<std::size_t> widths(columns.size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i + 1 < row.size()) row[i].resize(widths[i] + 2, ' ');
      line += row[i];
    }
    call.streams.out << line << "\n";
  }
}

}  // namespace server::admin
