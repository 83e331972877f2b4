#include <algorithm>

#include "imap/sasl/exchanges.h"
#include "policy/account_name.h"

namespace imap::sasl {

namespace {

Step admitted(std::optional<policy::Admission> admission) {
  if (!admission) return wrong();
  return std::move(*admission);
}

// RFC 4616 section 2: [authzid] NUL authcid NUL passwd.
class Plain final : public Exchange {
 public:
  explicit Plain(Verifier& verifier) : verifier_(verifier) {}

 private:
  Step next(const Message& message) override {
    if (std::ranges::count(message, '\0') != 2) return malformed("a PLAIN message has two NULs");
    const std::string_view all = message;
    const auto first = all.find('\0'), second = all.rfind('\0');
    const auto as = all.substr(0, first);
    const auto name = all.substr(first + 1, second - first - 1);
    if (!as.empty() && policy::lower_case(as) != policy::lower_case(name)) return other_identity();
    return admitted(verifier_.password(name, all.substr(second + 1)));
  }

  Verifier& verifier_;
};

// No standard; the prompts are those that clients wait for.
class Login final : public Exchange {
 public:
  explicit Login(Verifier& verifier) : verifier_(verifier) {}

 private:
  Step first() override { return Challenge{"Username:"}; }
  Step next(const Message& message) override {
    if (name_) return admitted(verifier_.password(*name_, message));
    name_ = message;
    return Challenge{"Password:"};
  }

  Verifier& verifier_;
  std::optional<Message> name_;
};

}  // namespace

std::unique_ptr<Exchange> make_plain(const Channel&, Verifier& verifier) {
  return std::make_unique<Plain>(verifier);
}

std::unique_ptr<Exchange> make_login(const Channel&, Verifier& verifier) {
  return std::make_unique<Login>(verifier);
}

}  // namespace imap::sasl
