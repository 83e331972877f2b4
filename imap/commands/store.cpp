// RFC 3501 6.4.6; UNCHANGEDSINCE: RFC 7162 3.1.3.

#include <algorithm>

#include "imap/commands/commands.h"
#include "imap/commands/marking.h"
#include "imap/located.h"
#include "imap/mime/header.h"
#include "imap/missing.h"

namespace imap::commands {
namespace {

enum class Answer { flags, silence };

struct Storing {
  SequenceSet set;
  std::optional<ModSeq> unchanged_since;
  storage::FlagMode mode;
  Answer answer;
  storage::FlagNames flags;
};

std::optional<ModSeq> modifier_of(Request& request) {
  if (!request.try_char('(')) return std::nullopt;
  if (upper_ascii(request.keyword_text()) != "UNCHANGEDSINCE")
    throw BadSyntax("STORE takes UNCHANGEDSINCE");
  request.space();
  const ModSeq modseq(request.number64());
  request.expect(')');
  request.space();
  return modseq;
}

storage::FlagMode mode_of(Request& request) {
  if (request.try_char('+')) return storage::FlagMode::add;
  if (request.try_char('-')) return storage::FlagMode::remove;
  return storage::FlagMode::replace;
}

Answer answer_of(Request& request) {
  const auto name = mime::lower_ascii(request.keyword_text());
  if (name == "flags") return Answer::flags;
  if (name == "flags.silent") return Answer::silence;
  throw BadSyntax("STORE wants FLAGS, +FLAGS or -FLAGS");
}

Storing parsed(Request& request) {
  Storing result;
  request.space();
  result.set = request.sequence_set();
  request.space();
  result.unchanged_since = modifier_of(request);
  result.mode = mode_of(request);
  result.answer = answer_of(request);
  request.space();
  result.flags = request.flag_list();
  request.end();
  return result;
}

// The flags as bits. Keywords that are not known yet have none.
storage::Flags as_bits(const storage::FlagNames& names, const storage::Tree& tree) {
  storage::Flags bits{.system = names.system};
  for (const auto& name : names.keywords) {
    if (const auto bit = tree.keyword(name)) bits.set_keyword(*bit);
  }
  return bits;
}

storage::Flags applied(storage::FlagMode mode, storage::Flags flags, const storage::Flags& given) {
  if (mode == storage::FlagMode::replace) return given;
  const bool adds = mode == storage::FlagMode::add;
  const auto change = [&](auto value, auto bits) {
    return static_cast<decltype(value)>(adds ? value | bits : value & ~bits);
  };
  flags.system = change(flags.system, given.system);
  for (std::size_t i = 0; i < flags.keywords.size(); ++i) {
    flags.keywords[i] = change(flags.keywords[i], given.keywords[i]);
  }
  return flags;
}

struct Before {
  std::uint32_t number;
  storage::Flags flags;
  ModSeq modseq;
  bool told;  // the client knows these flags
};

std::vector<Before> entries_before(Session& session, const std::vector<std::uint32_t>& numbers) {
  auto& view = session.view();
  view.absorb();
  std::vector<Before> result;
  for (const auto number : numbers) {
    const auto& entry = view.entry(number);
    result.push_back({number, entry.flags, entry.modseq, view.is_told(number)});
  }
  return result;
}

bool is_among(const std::vector<Uid>& modified, const View& view, std::uint32_t number) {
  return std::ranges::binary_search(modified, view.entry(number).uid);
}

// .SILENT: what came out as the client expects needs no telling, but for its new mod-sequence; what
// others changed does, and it is told as it is after the STORE, which the client takes as the last
// word.
void keep_silent(Session& session, const std::vector<Before>& entries, const Storing& storing,
                 const std::vector<Uid>& modified) {
  auto& view = session.view();
  const auto given = as_bits(storing.flags, *session.selected_mailbox().tree());
  for (const auto& before : entries) {
    const auto& entry = view.entry(before.number);
    if (!before.told || is_among(modified, view, before.number)) continue;
    if (entry.flags != applied(storing.mode, before.flags, given)) continue;
    view.told(entry.uid, entry.modseq);
    const bool has_news = storing.unchanged_since || entry.modseq != before.modseq;
    if (has_news && session.enabled("CONDSTORE"))
      session.say_raw(view.modseq_line(before.number, session.form(true)));
  }
}

// Every message named is answered, also where nothing has changed (RFC 3501 6.4.6). .SILENT: only
// those that UNCHANGEDSINCE has spared, which the client sees otherwise than they are.
void tell_unchanged(Session& session, const std::vector<Before>& entries, const Storing& storing,
                    const std::vector<Uid>& modified, bool by_uid) {
  const auto& view = session.view();
  const auto tree = session.selected_mailbox().tree();
  for (const auto& before : entries) {
    const auto& entry = view.entry(before.number);
    if (!before.told || entry.modseq != before.modseq) continue;  // announced just now
    if (storing.answer == Answer::silence && !is_among(modified, view, before.number)) continue;
    session.say_raw(view.flags_line(before.number, session.form(by_uid), *tree));
  }
}

// The part of it that the user may change (RFC 4314 section 4). Throws read_only when there is
// none.
storage::FlagNames permitted_part(const Storing& storing, const storage::KeptFlags& permitted) {
  auto flags = storing.flags;
  flags.system &= permitted.system;
  if (!permitted.keywords) flags.keywords.clear();
  const bool asks_for_none = storing.flags.system == 0 && storing.flags.keywords.empty();
  const bool is_left = flags.system != 0 || !flags.keywords.empty();
  const bool clears =
      storing.mode == storage::FlagMode::replace && (permitted.system != 0 || permitted.keywords);
  if (!asks_for_none && !is_left && !clears)
    throw Error(Fault::read_only, "You have not been given the right to change these flags here");
  return flags;
}

// All that the user may change, but for these.
storage::FlagNames others_of(const storage::FlagNames& flags, const storage::KeptFlags& permitted,
                             const storage::Tree& tree) {
  storage::FlagNames others{.system = static_cast<std::uint8_t>(permitted.system & ~flags.system),
                            .keywords = {}};
  if (!permitted.keywords) return others;
  const auto given = as_bits(flags, tree);
  for (std::size_t bit = 0; bit < tree.keywords().size(); ++bit)
    if (!given.has_keyword(bit)) others.keywords.push_back(tree.keywords()[bit]);
  return others;
}

// Where some flags are not the user's to change, those are left as they are.
Task<std::vector<Uid>> mark_permitted(Session& session, const Storing& storing,
                                      std::vector<Uid> uids) {
  const auto permitted = changeable_flags(selected_rights(session));
  if (is_all(permitted)) {
    auto modified =
        co_await mark(session, uids, storing.mode, storing.flags, storing.unchanged_since);
    co_return modified;
  }
  const auto flags = permitted_part(storing, permitted);
  if (storing.mode != storage::FlagMode::replace) {
    auto modified = co_await mark(session, uids, storing.mode, flags, storing.unchanged_since);
    co_return modified;
  }
  const auto tree = session.selected_mailbox().tree();
  auto modified = co_await mark(session, uids, storage::FlagMode::remove,
                                others_of(flags, permitted, *tree), storing.unchanged_since);
  std::erase_if(uids, [&](Uid uid) { return std::ranges::binary_search(modified, uid); });
  co_await mark(session, uids, storage::FlagMode::add, flags);
  co_return modified;
}

std::vector<Uid> uids_of(const View& view, const std::vector<std::uint32_t>& numbers) {
  std::vector<Uid> uids;
  for (const auto number : numbers) uids.push_back(view.entry(number).uid);
  return uids;
}

// Takes those out whose stored flags are damaged.
std::vector<Uid> without_lost(const View& view, std::vector<std::uint32_t>& numbers) {
  std::vector<Uid> lost;
  std::erase_if(numbers, [&](std::uint32_t number) {
    const auto& entry = view.entry(number);
    if (entry.is_lost()) lost.push_back(entry.uid);
    return entry.is_lost();
  });
  return lost;
}

// "[MODIFIED 7,9]", in numbers or UIDs as the command has them.
std::string modified_code(const View& view, const std::vector<Uid>& modified, bool by_uid) {
  std::vector<std::uint32_t> named;
  for (const auto uid : modified)
    if (const auto number = view.number_of(uid)) named.push_back(by_uid ? uid.value : *number);
  return "[MODIFIED " + compact(named) + "] ";
}

Reply outcome(Session& session, const std::vector<Uid>& lost, const std::vector<Uid>& modified,
              bool by_uid) {
  const auto damage = [&] {
    return corruption("The stored flags of some messages are damaged, the others were changed",
                      lost);
  };
  if (modified.empty()) return lost.empty() ? ok("STORE completed") : no(damage());
  if (!lost.empty()) session.say("NO " + damage());
  const auto text = modified_code(session.view(), modified, by_uid) + "Changed meanwhile";
  return lost.empty() ? ok(text) : no(text);
}

}  // namespace

Task<Reply> store(Session& session, Request& request) {
  const auto storing = parsed(request);
  auto& view = session.view();
  auto numbers = view.numbers(storing.set, request.by_uid());
  if (storing.unchanged_since) session.enable_condstore();
  if (view.access() == Access::read_only) {
    co_return no("[READ-ONLY] The folder is open read-only: SELECT it to change flags");
  }
  const bool by_uid = request.by_uid();
  const auto lost = without_lost(view, numbers);
  if (numbers.empty()) co_return outcome(session, lost, {}, by_uid);

  const auto before = entries_before(session, numbers);
  const auto uids = uids_of(view, numbers);
  const auto modified = co_await mark_permitted(session, storing, uids);

  if (storing.answer == Answer::silence) keep_silent(session, before, storing, modified);
  const auto tree = session.selected_mailbox().tree();
  session.say_raw(view.announce(View::Expunges::hold, session.form(by_uid), *tree));
  tell_unchanged(session, before, storing, modified, by_uid);
  co_return outcome(session, lost, modified, by_uid);
}

}  // namespace imap::commands
