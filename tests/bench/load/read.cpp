// Bodies of one user's folder: all in one command, single ones at random, and 64 KB parts of large
// ones.

#include <charconv>
#include <random>
#include <stdexcept>

#include "corpus.h"
#include "imap.h"
#include "work.h"

namespace load {

namespace {

constexpr std::size_t part_size = 65536, parts_looked_for = 200;

struct Reader {
  Imap imap;
  std::size_t messages;
};

std::vector<Reader> readers(const Options& options, std::size_t count) {
  std::vector<Reader> made;
  for (std::size_t n = 0; n < count; ++n) {
    made.push_back({Imap(static_cast<int>(options.number("imap"))), 0});
    made.back().imap.login(options.text("user"), options.text("password"));
    made.back().messages = made.back().imap.select(options.text("folder")).messages;
  }
  return made;
}

// A message long enough for parts, and what the server has put before it.
struct Large {
  std::size_t sequence, number, trace;
};

std::size_t size_in(std::string_view line) {
  constexpr std::string_view item = "RFC822.SIZE ";
  const auto at = line.find(item);
  std::size_t size = 0;
  if (at != line.npos)
    std::from_chars(line.data() + at + item.size(), line.data() + line.size(), size);
  return size;
}

std::vector<Large> large_ones(Reader& reader, const Corpus& corpus) {
  std::vector<Large> found;
  std::vector<std::pair<std::size_t, std::size_t>> sizes;
  std::size_t sequence = 0;
  reader.imap.ask("FETCH 1:* (RFC822.SIZE)", [&](std::string_view line) {
    if (line.find("RFC822.SIZE ") == line.npos) return;
    ++sequence;
    if (size_in(line) > 3 * part_size && sizes.size() < parts_looked_for)
      sizes.emplace_back(sequence, size_in(line));
  });
  for (const auto& [at, size] : sizes)
    reader.imap.ask("FETCH " + std::to_string(at) + " (BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", {},
                    [&, at = at, size = size](std::string_view, std::string_view header) {
                      const auto number = Corpus::number_in(header).value();
                      found.push_back({at, number, size - corpus[number].size()});
                    });
  if (found.empty()) throw std::runtime_error("no large message");
  return found;
}

void fetch_part(Imap& imap, const Corpus& corpus, const Large& large, std::size_t which,
                Outcome& outcome) {
  const auto sent = corpus[large.number];
  const auto from = large.trace + (which * part_size) % (sent.size() - part_size);
  const auto began = Clock::now();
  bool right = false;
  imap.ask("FETCH " + std::to_string(large.sequence) + " (BODY.PEEK[]<" + std::to_string(from) +
               "." + std::to_string(part_size) + ">)",
           {}, [&](std::string_view, std::string_view part) {
             right = part == sent.substr(from - large.trace, part_size);
           });
  outcome.done(began, part_size);
  if (!right) outcome.wrong.push_back("a part of message " + std::to_string(large.number));
}

}  // namespace

void download(const Options& options) {
  const Corpus corpus(options.text("corpus"));
  auto reader = readers(options, 1);
  measured({[&](Outcome& outcome) {
    reader[0].imap.ask("UID FETCH 1:* (BODY.PEEK[])", {},
                       [&](std::string_view line, std::string_view stored) {
                         ++outcome.operations;
                         outcome.octets += stored.size();
                         if (!corpus.same(stored))
                           outcome.wrong.push_back("not what was sent: " + std::string(line));
                       });
    if (outcome.operations != reader[0].messages) outcome.wrong.push_back("not all messages");
  }});
  checked([](Outcome&) {});
}

void random_messages(const Options& options) {
  const Corpus corpus(options.text("corpus"));
  const auto count = options.number("connections"), operations = options.number("operations");
  auto made = readers(options, count);
  std::vector<Worker> workers;
  for (std::size_t n = 0; n < count; ++n)
    workers.push_back([&, n](Outcome& outcome) {
      std::mt19937_64 random(n);
      for (std::size_t i = 0; i < operations / count; ++i) {
        const auto sequence = random() % made[n].messages + 1;
        const auto began = Clock::now();
        std::size_t octets = 0;
        bool right = false;
        made[n].imap.ask("FETCH " + std::to_string(sequence) + " (BODY.PEEK[])", {},
                         [&](std::string_view, std::string_view stored) {
                           octets = stored.size();
                           right = corpus.same(stored).has_value();
                         });
        outcome.done(began, octets);
        if (!right) outcome.wrong.push_back("message at " + std::to_string(sequence));
      }
    });
  measured(workers);
  checked([](Outcome&) {});
}

void parts(const Options& options) {
  const Corpus corpus(options.text("corpus"));
  auto made = readers(options, 1);
  const auto large = large_ones(made[0], corpus);
  const auto operations = options.number("operations");
  measured({[&](Outcome& outcome) {
    for (std::size_t i = 0; i < operations; ++i)
      fetch_part(made[0].imap, corpus, large[i % large.size()], i / large.size(), outcome);
  }});
  checked([](Outcome&) {});
}

}  // namespace load
