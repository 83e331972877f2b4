#include "server/lab/page.h"

#include <fmt/format.h>

#include "server/lab/page_style.h"
#include "server/lab/picture.h"
#include "server/lab/report.h"

namespace server::lab {

namespace {

namespace json = boost::json;

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

// Those that there are any of.
std::string fields_in(const json::object& amount) {
  json::object some;
  for (const auto& [name, count] : amount.at("fields").as_object())
    if (count.to_number<std::int64_t>() > 0)
      some[name == "message_ids" ? "Message-IDs" : name] = count;
  return counted(some);
}

std::string cell(const json::object* amount) {
  if (!amount) return "<td class=\"shut\">nothing</td>";
  const auto read = read_in(*amount), opaque = number(*amount, "opaque");
  const auto waiting = number(*amount, "arrivals") + number(*amount, "spooled");
  return fmt::format(
      "<td class=\"{}\">{} read{}{}<br>{} octets<br><small>{}</small></td>",
      read > 0 ? "open" : "inside", read,
      opaque > 0 ? fmt::format("<br><span class=\"inside\">{} sealed inside</span>", opaque) : "",
      waiting > 0 ? fmt::format("<br>{} of these on the way", waiting) : "",
      number(*amount, "octets"), fields_in(*amount));
}

// " alone"; ", service keys and vault A"
std::string with(const json::array& assets) {
  if (assets.empty()) return " alone";
  std::string all;
  for (std::size_t i = 0; i < assets.size(); ++i)
    all += (i + 1 < assets.size() ? ", " : " and ") + shown_name(assets[i].as_string());
  return all;
}

std::string verdict(const json::object& report) {
  std::int64_t mailboxes = 0, opened = 0, holds = 0, read = 0, opaque = 0;
  for (const auto& each : report.at("mailboxes").as_array()) {
    const auto& mailbox = each.as_object();
    if (mailbox.at("source") != "copy") continue;
    ++mailboxes;
    holds += number(mailbox, "holds");
    opened += state_of(mailbox) == State::read ? 1 : 0;
    const auto* amount = mailbox.at("recovered").if_object();
    if (!amount) continue;
    read += read_in(*amount);
    opaque += number(*amount, "opaque");
  }
  return fmt::format(
      "<p class=\"verdict\">With the disk{}, a thief reads <b class=\"{}\">{} of {} messages</b>, "
      "in {} of {} mailboxes{}.</p>\n",
      with(report.at("assets").as_array()), read > 0 ? "open" : "shut", read, holds, opened,
      mailboxes, opaque > 0 ? fmt::format("; {} more open to ciphertext", opaque) : "");
}

std::string legend() {
  return "<p class=\"legend\"><b class=\"shut\">Green, locked:</b> sealed; nothing the thief has "
         "opens it. <b class=\"inside\">Amber, locked:</b> the store's seal opens, but each letter "
         "in it is ciphertext of its sender or of the level end-to-end; what stands outside of it "
         "is "
         "read: addresses, dates, flags. <b class=\"open\">Red, unlocked:</b> read. A line through "
         "the wall: what opens it.</p>\n";
}

std::string levels(const json::object& report) {
  std::string rows;
  for (const auto& each : report.at("levels").as_array()) {
    const auto& level = each.as_object();
    const bool opened = number(level, "opened") > 0;
    rows += fmt::format("<tr><td>{}{}</td><td>{} of {}</td><td>{}</td>{}{}</tr>\n",
                        text_of(level.at("level")),
                        level.at("source") == "copy" ? "" : "<br><small>in the backup</small>",
                        number(level, "opened"), number(level, "mailboxes"), number(level, "holds"),
                        cell(opened ? &level.at("predicted").as_object() : nullptr),
                        cell(opened ? &level.at("recovered").as_object() : nullptr));
  }
  return "<h2>By level</h2><div class=\"wide\"><table><tr><th>level</th><th>mailboxes that "
         "open</th><th>messages there</th><th>predicted</th><th>recovered</th></tr>\n" +
         rows + "</table></div>\n";
}

std::string ways(const json::array& all) {
  std::string text;
  for (const auto& way : all)
    text += (text.empty() ? "" : "<br>") + joined(way.at("steps").as_array(), " &rarr; ");
  return text;
}

std::string name_of(const json::object& mailbox) {
  const auto* account = mailbox.at("account").if_string();
  return fmt::format(
      "<td>{}{}<br><small>{}, DEP {}</small></td>",
      account ? html(*account) : "mailbox " + text_of(mailbox.at("mailbox")),
      mailbox.at("source") == "copy" ? "" : "<br><small>in the backup, what the copy lacks</small>",
      text_of(mailbox.at("level")), text_of(mailbox.at("dep")));
}

std::string mailbox_row(const json::object& mailbox) {
  const auto* read = mailbox.at("recovered").if_object();
  auto row = "<tr>" + name_of(mailbox);
  if (state_of(mailbox) == State::missing)
    return row + "<td colspan=\"4\">not in this copy</td></tr>\n";
  row += cell(mailbox.at("predicted").if_object()) + cell(read);
  if (!read)
    return row + fmt::format("<td></td><td>would open it:<br>{}</td></tr>\n",
                             listed(mailbox.at("would_open").as_array()));
  const auto* samples = read->if_contains("samples");
  return row + fmt::format("<td>{}{}</td><td>{}</td></tr>\n", ways(read->at("ways").as_array()),
                           samples ? "<br><small>for example:<br>" + listed(samples->as_array()) +
                                         "</small>"
                                   : "",
                           listed(mailbox.at("stopped_by").as_array()));
}

std::string mailboxes(const json::object& report) {
  std::string rows;
  for (const auto& mailbox : report.at("mailboxes").as_array())
    if (is_news(mailbox.as_object())) rows += mailbox_row(mailbox.as_object());
  return "<h2>Mailboxes</h2><p>Predicted from the rules; recovered by a program that shares no "
         "code "
         "with the server.</p><div class=\"wide\"><table><tr><th>mailbox</th><th>predicted</th><th>"
         "recovered</th><th>how</th><th>what would have stopped it</th></tr>\n" +
         rows + "</table></div>\n";
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
  return "<h2>In clear, for everybody</h2><div class=\"wide\"><table>\n" + rows +
         "</table></div>\n";
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
    const auto& recovered = line.at("recovered").as_object();
    const auto read = read_in(recovered);
    rows += fmt::format(
        "<tr><td>{}</td><td>{}</td><td "
        "class=\"{}\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        assets.empty() ? "the disk alone" : joined(assets, ", "),
        line.at("mailboxes").as_array().size(), read > 0 ? "open" : "shut", read,
        number(recovered, "octets"), line.at("directory").as_bool() ? "open" : "closed",
        line.at("equal").as_bool() ? "yes" : "NO");
  }
  return "<h2>Every subset</h2><div class=\"wide\"><table><tr><th>assets</th><th>mailboxes</th><th>"
         "messages read</th><th>octets</th><th>names</th><th>as predicted</th></tr>\n" +
         rows + "</table></div>\n";
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
  return std::string(page_head) + "<h1>What a thief reads</h1>\n" + verdict(report) +
         warnings(report) + picture_of(report) + legend() + levels(report) + mailboxes(report) +
         directory(report) + elsewhere(report) + lattice(report) + in_clear(report) +
         (report.at("equal").as_bool()
              ? "<p class=\"shut\">Predicted and read: the same.</p>"
              : "<p class=\"open\">Predicted and read are NOT the same.</p>") +
         "</body></html>\n";
}

}  // namespace server::lab
