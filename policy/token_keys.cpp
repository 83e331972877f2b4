#include "policy/token_keys.h"

#include <fstream>
#include <iterator>

#include "base/log.h"
#include "crypto/https_client.h"

namespace policy {

namespace {

constexpr std::chrono::seconds longest_fetch{5};
constexpr std::size_t file_limit = 256 * 1024;  // octets

}  // namespace

TokenKeys::TokenKeys(Source source, const Clock& steady)
    : source_(std::move(source)), clock_(steady) {}

std::shared_ptr<const crypto::JwkSet> TokenKeys::now() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

std::shared_ptr<const crypto::JwkSet> TokenKeys::renewed() {
  if (const std::unique_lock asking(asking_, std::try_to_lock); asking.owns_lock()) {
    const auto asked = [&] {
      const std::lock_guard lock(mutex_);
      return asked_;
    }();
    if (!asked || clock_.now() >= *asked + asked_again_after) ask();
  }
  return now();
}

void TokenKeys::refresh() {
  const std::unique_lock asking(asking_, std::try_to_lock);
  if (!asking.owns_lock()) return;
  const auto due = [&] {
    const std::lock_guard lock(mutex_);
    return asked_.value_or(0) + (keys_ ? refreshed_after : asked_again_after);
  }();
  if (clock_.now() >= due) ask();
}

// With asking_ locked.
void TokenKeys::ask() {
  std::shared_ptr<const crypto::JwkSet> fetched;
  try {
    fetched = std::make_shared<crypto::JwkSet>(source_());
  } catch (const Error& error) {
    logging::warning("oauth.keys_not_had", {{"reason", error.what()}, {"kept", now() != nullptr}});
  }
  const std::lock_guard lock(mutex_);
  asked_ = clock_.now();
  if (fetched) keys_ = std::move(fetched);
}

TokenKeys::Source keys_in_file(std::filesystem::path file) {
  return [file = std::move(file)] {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(Fault::not_found, "cannot read the key set " + file.string());
    std::string text(file_limit + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
  };
}

TokenKeys::Source keys_at_url(const crypto::Url& url, std::optional<std::filesystem::path> ca) {
  const auto client = std::make_shared<crypto::HttpsClient>(
      crypto::HttpsSettings{.server = url, .ca = std::move(ca)});
  return [client, path = url.path.empty() ? "/" : url.path] {
    const auto until = std::chrono::steady_clock::now() + longest_fetch;
    const auto answer = client->ask("GET", path, "Accept: application/json\r\n", "", until);
    if (answer.status != 200)
      throw Error(Fault::unavailable,
                  "the provider answers " + std::to_string(answer.status) + " for its keys");
    return std::string(answer.body.begin(), answer.body.end());
  };
}

}  // namespace policy
