#include "server/lab/page.h"

#include <fmt/format.h>

#include <map>

#include "server/lab/picture.h"
#include "server/lab/report.h"

namespace server::lab {

namespace {

namespace json = boost::json;

constexpr std::string_view head =
    R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>What a thief reads</title><style>
:root{color-scheme:light dark;--back:#fff;--ink:#1b1f24;--faint:#667;--line:#cdd3da;--open:#b3261e;--shut:#1a7f37;--inside:#8a5a00;--card:#f4f6f8}
@media (prefers-color-scheme:dark){:root{--back:#14171a;--ink:#e6e9ec;--faint:#9aa4ae;--line:#3a424a;--open:#ff8a80;--shut:#6fdd8b;--inside:#e8b04a;--card:#1e2327}}
body{background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
svg{width:100%;height:auto;font-size:13px}svg text{fill:var(--ink)}svg .head{fill:var(--faint);font-weight:600}
svg rect{fill:var(--card);stroke:var(--line)}svg .level{fill:var(--faint);font-size:11px}
svg .taken rect{stroke:var(--open);stroke-width:2}svg .not-taken{opacity:.5}svg .not-taken rect{stroke-dasharray:5 4}
svg .way{fill:none;stroke:var(--open);stroke-width:2;opacity:.8}svg .way.inside{stroke:var(--inside)}svg .wall{stroke:var(--ink);stroke-width:6;stroke-dasharray:22 4}
svg g.open{color:var(--open)}svg g.shut{color:var(--shut)}svg g.inside{color:var(--inside)}svg g>rect.card{stroke:currentColor}svg g.open>rect:not(.card),svg g.shut>rect:not(.card),svg g.inside>rect:not(.card){fill:currentColor;stroke:none}
table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
.open{color:var(--open)}.shut{color:var(--shut)}.inside{color:var(--inside)}.faint{color:var(--faint)}.verdict{font-size:1.25rem}
</style></head><body>
)";

std::int64_t number(const json::object& of, const char* member) {
  return of.at(member).to_number<std::int64_t>();
}

std::string text_of(const json::value& value) {
  if (const auto* text = value.if_string()) return html(*text);
  return value.is_null() ? "" : html(json::serialize(value));
}

std::string listed(const json::array& list) {
  std::string all;
  for (const auto& one : list) all += (all.empty() ? "" : "<br>") + text_of(one);
  return all;
}

std::string joined(const json::array& list, std::string_view between) {
  std::string all;
  for (const auto& one : list) all += (all.empty() ? "" : std::string(between)) + text_of(one);
  return all;
}

std::string counted(const json::object& counts) {
  std::string all;
  for (const auto& [name, count] : counts)
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", html(name), json::serialize(count));
  return all;
}

struct Sum {
  std::int64_t mailboxes = 0, opened = 0, sealed = 0, read = 0, opaque = 0;
};

std::map<std::string, Sum> by_level(const json::object& report) {
  std::map<std::string, Sum> sums{{"managed", {}}, {"customer key", {}}, {"end-to-end", {}}};
  std::map<std::int64_t, std::int64_t> sealed;
  for (const auto& one : report.at("clear").at("mailboxes").as_array())
    sealed[number(one.as_object(), "mailbox")] = number(one.as_object(), "messages");
  for (const auto& each : report.at("mailboxes").as_array()) {
    const auto& mailbox = each.as_object();
    if (mailbox.at("source") != "copy") continue;
    auto& sum = sums[std::string(mailbox.at("level").as_string())];
    ++sum.mailboxes;
    sum.sealed += sealed[number(mailbox, "mailbox")];
    const auto* read = mailbox.at("recovered").if_object();
    if (!read) continue;
    sum.opened += state_of(mailbox) == State::read;
    sum.read += read_in(*read);
    sum.opaque += number(*read, "opaque");
  }
  return sums;
}

std::string verdict(const json::object& report) {
  Sum all;
  for (const auto& [level, sum] : by_level(report)) {
    all.mailboxes += sum.mailboxes;
    all.opened += sum.opened;
    all.sealed += sum.sealed;
    all.read += sum.read;
    all.opaque += sum.opaque;
  }
  const auto& assets = report.at("assets").as_array();
  return fmt::format(
      "<p class=\"verdict\">With the disk{} a thief reads <b class=\"{}\">{} of {} messages</b>, "
      "in "
      "{} of {} mailboxes{}.</p>\n",
      assets.empty() ? " alone" : " and " + joined(assets, ", "), all.read > 0 ? "open" : "shut",
      all.read, all.sealed, all.opened, all.mailboxes,
      all.opaque > 0 ? fmt::format("; {} more are sealed inside", all.opaque) : "");
}

std::string levels(const json::object& report) {
  std::string rows;
  for (const auto& [level, sum] : by_level(report))
    rows += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{}</td></tr>\n", level,
        sum.mailboxes, sum.sealed, sum.read > 0 ? "open" : "shut", sum.read, sum.opaque);
  return "<h2>By level</h2><table><tr><th>level</th><th>mailboxes</th><th>messages</th><th>read"
         "</th><th>opened, but sealed inside</th></tr>\n" +
         rows + "</table>\n";
}

std::string ways(const json::array& all) {
  std::string text;
  for (const auto& way : all)
    text += (text.empty() ? "" : "<br>") + joined(way.at("steps").as_array(), " &rarr; ");
  return text;
}

std::string mailbox_row(const json::object& mailbox) {
  const auto* account = mailbox.at("account").if_string();
  const auto name = account ? html(*account) : "mailbox " + text_of(mailbox.at("mailbox"));
  const auto where = mailbox.at("source") == "copy"
                         ? ""
                         : "<br><span class=\"faint\">in the backup, what the copy lacks</span>";
  const auto* predicted = mailbox.at("predicted").if_object();
  const auto* read = mailbox.at("recovered").if_object();
  std::string row =
      fmt::format("<tr><td>{}{}<br><span class=\"faint\">{}, DEP {}</span></td>", name, where,
                  text_of(mailbox.at("level")), text_of(mailbox.at("dep")));
  row +=
      fmt::format("<td>{}</td>", predicted ? std::to_string(number(*predicted, "messages")) : "0");
  if (!read)
    return row +
           (state_of(mailbox) == State::missing
                ? "<td>not in this copy</td><td></td><td></td></tr>\n"
                : fmt::format(
                      "<td class=\"shut\">0</td><td></td><td>would open it:<br>{}</td></tr>\n",
                      listed(mailbox.at("would_open").as_array())));
  const auto opaque = number(*read, "opaque");
  const auto* samples = read->if_contains("samples");
  return row + fmt::format(
                   "<td class=\"{}\">{}{}<br><span class=\"faint\">{} octets; {}</span>{}</td>"
                   "<td>{}</td><td>{}</td></tr>\n",
                   state_of(mailbox) == State::read ? "open" : "inside", read_in(*read),
                   opaque > 0 ? fmt::format("<br>{} sealed inside", opaque) : "",
                   number(*read, "octets"), counted(read->at("fields").as_object()),
                   samples ? "<br>" + listed(samples->as_array()) : "",
                   ways(read->at("ways").as_array()), listed(mailbox.at("stopped_by").as_array()));
}

std::string mailboxes(const json::object& report) {
  std::string rows;
  for (const auto& mailbox : report.at("mailboxes").as_array())
    if (is_news(mailbox.as_object())) rows += mailbox_row(mailbox.as_object());
  return "<h2>Mailboxes</h2><p>Predicted from the rules; read by a program that shares no code "
         "with "
         "the server.</p><table><tr><th>mailbox</th><th>opens, "
         "predicted</th><th>read</th><th>how</th>"
         "<th>what would have stopped it</th></tr>\n" +
         rows + "</table>\n";
}

std::string directory(const json::object& report) {
  const auto& opened = report.at("directory").at("recovered").as_object();
  return fmt::format("<h2>Names, verifiers, roles, audit log</h2><p class=\"{}\">{}</p>\n",
                     opened.empty() ? "shut" : "open",
                     opened.empty() ? "Closed: they want the directory key, of the service keys."
                                    : counted(opened));
}

std::string in_clear(const json::object& report) {
  std::string rows;
  const auto& clear = report.at("clear").as_object();
  for (const auto& one : clear.at("deps").as_array())
    rows += fmt::format("<tr><td>DEP {}</td><td>{}</td></tr>\n", text_of(one.at("dep")),
                        listed(one.at("roots").as_array()));
  for (const auto& each : clear.at("mailboxes").as_array()) {
    const auto& one = each.as_object();
    rows += fmt::format(
        "<tr><td>mailbox {}</td><td>{} messages in {} folders, {} octets with padding</td></tr>\n",
        number(one, "mailbox"), number(one, "messages"), number(one, "folders"),
        number(one, "padded_octets"));
  }
  return "<h2>In clear, for everybody</h2><table>\n" + rows + "</table>\n";
}

std::string elsewhere(const json::object& report) {
  std::string text;
  for (const auto& each : report.at("elsewhere").as_array()) {
    const auto& line = each.as_object();
    text += "<p>" + text_of(line.at("text")) + "</p>";
    if (!line.at("mailboxes").as_array().empty())
      text +=
          fmt::format("<p class=\"faint\">{}</p>\n<ul>",
                      line.at("done").as_bool() ? "Done, and on record there:" : "Predicted only:");
    for (const auto& mailbox : line.at("mailboxes").as_array())
      text += "<li>" + counted(mailbox.as_object()) + "</li>";
    text += line.at("mailboxes").as_array().empty() ? "" : "</ul>\n";
  }
  return text.empty() ? text : "<h2>At the running server</h2>\n" + text;
}

std::string lattice(const json::object& report) {
  const auto& all = report.at("lattice").as_array();
  if (all.empty()) return {};
  std::string rows;
  for (const auto& each : all) {
    const auto& line = each.as_object();
    const auto& assets = line.at("assets").as_array();
    const auto read = read_in(line);
    rows += fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}</td></tr>\n",
        assets.empty() ? "the disk alone" : joined(assets, ", "),
        line.at("mailboxes").as_array().size(), read > 0 ? "open" : "shut", read,
        line.at("directory").as_bool() ? "open" : "closed",
        line.at("equal").as_bool() ? "yes" : "NO");
  }
  return "<h2>Every subset</h2><table><tr><th>assets</th><th>mailboxes</th><th>messages read</th>"
         "<th>names</th><th>as predicted</th></tr>\n" +
         rows + "</table>\n";
}

std::string warnings(const json::object& report) {
  std::string text;
  for (const auto& one : report.at("passed_over").as_array())
    text += "<p class=\"open\">Passed over: " + text_of(one) + "</p>\n";
  for (const auto& one : report.at("warnings").as_array())
    text += "<p class=\"open\">" + text_of(one) + "</p>\n";
  return text;
}

}  // namespace

std::string html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out;
}

std::string page_of(const json::object& report) {
  return std::string(head) + "<h1>What a thief reads</h1>\n" + verdict(report) + warnings(report) +
         picture_of(report) + levels(report) + mailboxes(report) + directory(report) +
         elsewhere(report) + lattice(report) + in_clear(report) +
         (report.at("equal").as_bool()
              ? "<p class=\"shut\">Predicted and read: the same.</p>"
              : "<p class=\"open\">Predicted and read are NOT the same.</p>") +
         "</body></html>\n";
}

}  // namespace server::lab
