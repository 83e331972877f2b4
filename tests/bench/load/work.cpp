#include "work.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace load {

namespace {

constexpr std::size_t told_at_most = 5;  // of what is wrong

double share(std::vector<double>& latencies, double part) {
  if (latencies.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(latencies.size() - 1));
  std::nth_element(latencies.begin(), latencies.begin() + at, latencies.end());
  return latencies[static_cast<std::size_t>(at)] * 1e3;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c >= 32 && c < 127 ? c : '?';
  }
  return out + '"';
}

void print(Outcome& outcome, double seconds) {
  std::string wrong;
  for (std::size_t n = 0; n < std::min(told_at_most, outcome.wrong.size()); ++n)
    wrong += (n ? "," : "") + quoted(outcome.wrong[n]);
  std::printf(
      "{\"operations\":%zu,\"seconds\":%.9f,\"octets\":%zu,\"p50\":%.6f,\"p99\":%.6f,"
      "\"wrongs\":%zu,\"wrong\":[%s]}\n",
      outcome.operations, seconds, outcome.octets, share(outcome.latencies, 0.5),
      share(outcome.latencies, 0.99), outcome.wrong.size(), wrong.c_str());
  std::fflush(stdout);
}

void guarded(const Worker& work, Outcome& outcome) {
  try {
    work(outcome);
  } catch (const std::exception& error) {
    outcome.wrong.push_back(error.what());
  }
}

}  // namespace

Options::Options(int count, char** words) {
  for (int n = 0; n < count; ++n) {
    const std::string word = words[n];
    const auto at = word.find('=');
    if (at == word.npos) throw std::runtime_error("not NAME=VALUE: " + word);
    values_[word.substr(0, at)] = word.substr(at + 1);
  }
}

const std::string& Options::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::runtime_error("missing: " + name + "=");
  return found->second;
}

std::size_t Options::number(const std::string& name) const { return std::stoull(text(name)); }

std::vector<std::string> Options::list(const std::string& name) const {
  std::istringstream in(text(name));
  std::vector<std::string> words;
  for (std::string word; std::getline(in, word, ',');) words.push_back(word);
  return words;
}

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

void Outcome::add(const Outcome& other) {
  operations += other.operations;
  octets += other.octets;
  latencies.insert(latencies.end(), other.latencies.begin(), other.latencies.end());
  wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
}

void Outcome::done(Clock::time_point began, std::size_t more) {
  ++operations;
  octets += more;
  latencies.push_back(seconds_since(began));
}

void measured(const std::vector<Worker>& workers) {
  std::puts("ready");
  std::fflush(stdout);
  std::string word;
  std::getline(std::cin, word);
  std::vector<Outcome> outcomes(workers.size());
  std::vector<std::jthread> threads;
  const auto began = Clock::now();
  for (std::size_t n = 0; n < workers.size(); ++n)
    threads.emplace_back([&, n] { guarded(workers[n], outcomes[n]); });
  threads.clear();
  const auto took = seconds_since(began);
  Outcome all;
  for (const auto& outcome : outcomes) all.add(outcome);
  print(all, took);
}

void checked(const std::function<void(Outcome&)>& check) {
  Outcome outcome;
  guarded(check, outcome);
  print(outcome, 0);
}

}  // namespace load
