#include "server/lab/text.h"

#include <ostream>
#include <string>

#include "server/admin/output.h"
#include "server/lab/report.h"

namespace server::lab {

namespace {

namespace json = boost::json;

std::string joined(const json::array& list, std::string_view between) {
  std::string all;
  for (const auto& one : list)
    all += (all.empty() ? "" : std::string(between)) + admin::printable(one.as_string());
  return all;
}

std::string counted(const json::object& counts) {
  std::string all;
  for (const auto& [name, count] : counts)
    all += (all.empty() ? "" : ", ") + std::string(name) + " " + json::serialize(count);
  return all;
}

std::string number(const json::object& of, const char* member) {
  return json::serialize(of.at(member));
}

void print_clear(std::ostream& out, const json::object& clear) {
  out << "\nIn clear, for everybody (ids, counts and padded sizes; no name of a person)\n";
  for (const auto& each : clear.at("deps").as_array()) {
    const auto& dep = each.as_object();
    out << "  DEP " << number(dep, "dep") << ": roots " << joined(dep.at("roots").as_array(), ", ")
        << "\n";
  }
  for (const auto& each : clear.at("mailboxes").as_array()) {
    const auto& mailbox = each.as_object();
    out << "  mailbox " << number(mailbox, "mailbox") << ": " << number(mailbox, "messages")
        << " messages in " << number(mailbox, "folders") << " folders, "
        << number(mailbox, "padded_octets") << " octets with padding\n";
  }
}

void print_directory(std::ostream& out, const json::object& directory) {
  const auto& opened = directory.at("recovered").as_object();
  out << "\nAccounts, aliases, login verifiers, roles and the audit log: "
      << (opened.empty() ? "closed (the directory key was not taken)" : "open, " + counted(opened))
      << "\n";
}

void print_ways(std::ostream& out, const json::array& ways) {
  for (const auto& way : ways)
    out << "    how         " << joined(way.at("steps").as_array(), " -> ") << "\n";
}

void print_lines(std::ostream& out, std::string_view head, const json::array& lines) {
  for (const auto& line : lines)
    out << "    " << head << admin::printable(line.as_string()) << "\n";
}

// "3 messages, 1200 octets; 1 sealed inside and not read; fields: subjects 2, ..."
std::string amount(const json::object& line) {
  std::string all = number(line, "messages") + " messages";
  for (const auto* waiting : {"arrivals", "spooled"})
    if (number(line, waiting) != "0") all += ", " + number(line, waiting) + " " + waiting;
  return all + ", " + number(line, "octets") + " octets; " + number(line, "opaque") +
         " sealed inside and not read; fields: " + counted(line.at("fields").as_object());
}

void print_level(std::ostream& out, const json::object& level) {
  out << "  " << level.at("level").as_string().c_str()
      << (level.at("source") == "backup" ? ", in the backup (what the copy does not have)" : "")
      << ": " << number(level, "opened") << " of " << number(level, "mailboxes")
      << " mailboxes open\n";
  if (number(level, "opened") == "0") return;
  out << "    predicted   " << amount(level.at("predicted").as_object()) << "\n    recovered   "
      << amount(level.at("recovered").as_object()) << "\n";
}

void print_opened(std::ostream& out, const json::object& line) {
  const auto& recovered = line.at("recovered").as_object();
  out << "    predicted   " << amount(line.at("predicted").as_object()) << "\n    recovered   "
      << amount(recovered) << "\n";
  if (const auto* samples = recovered.if_contains("samples"))
    print_lines(out, "subject     ", samples->as_array());
  print_ways(out, recovered.at("ways").as_array());
  print_lines(out, "stopped by  ", line.at("stopped_by").as_array());
}

void print_mailbox(std::ostream& out, const json::object& line) {
  const auto* account = line.at("account").if_string();
  const bool backup = line.at("source") == "backup";
  out << "\n  mailbox " << number(line, "mailbox") << " "
      << (account ? admin::printable(*account) : "(name unknown)") << ", "
      << line.at("level").as_string().c_str() << ", DEP "
      << admin::printable(line.at("dep").as_string())
      << (backup ? ", in the backup (what the copy does not have)" : "") << "\n";
  if (line.at("recovered").is_object() && line.at("predicted").is_object())
    return print_opened(out, line);
  if (line.at("recovered").is_object() || line.at("predicted").is_object())
    out << "    PREDICTION AND READING DIFFER\n";
  out << (state_of(line) == State::missing ? "    not in this copy\n" : "    closed\n");
  print_lines(out, "would open  ", line.at("would_open").as_array());
}

void print_elsewhere(std::ostream& out, const json::object& line) {
  out << "\n" << admin::printable(line.at("text").as_string()) << "\n";
  if (!line.at("mailboxes").as_array().empty())
    out << (line.at("done").as_bool() ? "  Done, and on record there:\n" : "  Predicted only:\n");
  for (const auto& mailbox : line.at("mailboxes").as_array())
    out << "    " << counted(mailbox.as_object()) << "\n";
}

void print_lattice(std::ostream& out, const json::array& lattice) {
  if (lattice.empty()) return;
  out << "\nEvery subset: assets; mailboxes of the copy; messages read; octets; names; predicted "
         "so\n";
  for (const auto& each : lattice) {
    const auto& line = each.as_object();
    const auto assets = joined(line.at("assets").as_array(), "+");
    out << "  " << (assets.empty() ? "nothing" : assets) << "; "
        << line.at("mailboxes").as_array().size() << "; "
        << read_in(line.at("recovered").as_object()) << "; "
        << number(line.at("recovered").as_object(), "octets") << "; "
        << (line.at("directory").as_bool() ? "open" : "closed") << "; "
        << (line.at("equal").as_bool() ? "yes" : "NO") << "\n";
  }
}

}  // namespace

void print_text(std::ostream& out, const json::object& report) {
  const auto assets = joined(report.at("assets").as_array(), ", ");
  out << "A thief has " << report.at("copy").as_string().c_str()
      << (assets.empty() ? " and nothing else" : " and " + assets) << "\n";
  for (const auto& warning : report.at("warnings").as_array())
    out << "warning: " << admin::printable(warning.as_string()) << "\n";
  print_clear(out, report.at("clear").as_object());
  print_directory(out, report.at("directory").as_object());
  out << "\nBy level\n";
  for (const auto& level : report.at("levels").as_array()) print_level(out, level.as_object());
  out << "\nMail (read by the independent reader, not by the server's code)\n";
  for (const auto& line : report.at("mailboxes").as_array())
    if (is_news(line.as_object())) print_mailbox(out, line.as_object());
  for (const auto& line : report.at("elsewhere").as_array()) print_elsewhere(out, line.as_object());
  print_lattice(out, report.at("lattice").as_array());
  for (const auto& text : report.at("passed_over").as_array())
    out << "\nPassed over: " << admin::printable(text.as_string()) << "\n";
  out << "\nPredicted and recovered: "
      << (report.at("equal").as_bool() ? "the same" : "NOT THE SAME") << "\n";
}

}  // namespace server::lab
