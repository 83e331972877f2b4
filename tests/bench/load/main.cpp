// The load of the benchmark: bench_load WORK NAME=VALUE... (measured.py)

#include <csignal>
#include <cstdio>
#include <exception>
#include <map>

#include "work.h"

int main(int count, char** words) {
  const std::map<std::string, void (*)(const load::Options&)> works{
      {"append", load::append}, {"deliver", load::deliver}, {"download", load::download},
      {"hold", load::hold},     {"logins", load::logins},   {"mix", load::mix},
      {"parts", load::parts},   {"push", load::push},       {"random", load::random_messages}};
  const auto work = count > 1 ? works.find(words[1]) : works.end();
  if (work == works.end()) {
    std::fputs("error: no such work\nhint: see main.cpp\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  try {
    work->second(load::Options(count - 2, words + 2));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s: %s\n", words[1], error.what());
    return 1;
  }
}
