// RFC 3501 6.4.6.

#include "imap/commands/commands.h"
#include "imap/commands/marking.h"
#include "imap/mime/header.h"
#include "imap/missing.h"

namespace imap::commands {
namespace {

enum class Answer { flags, silence };

struct Storing {
  SequenceSet set;
  storage::FlagMode mode;
  Answer answer;
  storage::FlagNames flags;
};

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

// .SILENT: what came out as the client expects needs no telling; what others changed does, and it
// is told as it is after the STORE, which the client takes as the last word.
void keep_silent(Session& session, const std::vector<Before>& entries, const Storing& storing) {
  auto& view = session.view();
  const auto given = as_bits(storing.flags, *session.mailbox().tree());
  for (const auto& before : entries) {
    const auto& entry = view.entry(before.number);
    if (before.told && entry.flags == applied(storing.mode, before.flags, given)) {
      view.told(entry.uid, entry.modseq);
    }
  }
}

// Every message named is answered, also where nothing has changed (RFC 3501 6.4.6).
void tell_unchanged(Session& session, const std::vector<Before>& entries, bool by_uid) {
  const auto& view = session.view();
  const auto tree = session.mailbox().tree();
  for (const auto& before : entries) {
    const auto& entry = view.entry(before.number);
    if (!before.told || entry.modseq != before.modseq) continue;  // announced just now
    const auto uid = by_uid ? "UID " + std::to_string(entry.uid.value) + ' ' : std::string();
    session.say(std::to_string(before.number) + " FETCH (" + uid + "FLAGS " +
                flags_text(entry.flags, *tree, view.is_recent(entry.uid)) + ')');
  }
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

Reply outcome(const std::vector<Uid>& lost) {
  if (lost.empty()) return ok("STORE completed");
  return no(
      corruption("The stored flags of some messages are damaged, the others were changed", lost));
}

}  // namespace

Task<Reply> store(Session& session, Request& request) {
  const auto storing = parsed(request);
  auto& view = session.view();
  auto numbers = view.numbers(storing.set, request.by_uid());
  if (view.access() == Access::read_only) {
    co_return no("[READ-ONLY] The folder is open read-only: SELECT it to change flags");
  }
  const auto lost = without_lost(view, numbers);
  if (numbers.empty()) co_return outcome(lost);

  const auto before = entries_before(session, numbers);
  const auto uids = uids_of(view, numbers);
  co_await mark(session, uids, storing.mode, storing.flags);

  if (storing.answer == Answer::silence) keep_silent(session, before, storing);
  session.say_raw(view.announce(View::Expunges::hold, request.by_uid(), *session.mailbox().tree()));
  if (storing.answer == Answer::flags) tell_unchanged(session, before, request.by_uid());
  co_return outcome(lost);
}

}  // namespace imap::commands
