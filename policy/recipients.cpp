#include "policy/recipients.h"

#include "policy/account_name.h"

namespace policy {

namespace {

constexpr std::string_view postmaster = "postmaster";

Recipient local(storage::Account account, std::string_view detail) {
  return {Locality::local, std::move(account), std::string(detail)};
}

}  // namespace

bool Recipients::is_local_domain(std::string_view domain) const {
  if (domain.ends_with('.')) domain.remove_suffix(1);  // fully qualified, as DNS writes it
  return !domain.empty() && domains_.contains(lower_case(domain));
}

Recipient Recipients::find(std::string_view address) const {
  if (address.size() > address_limit) return {Locality::unknown_user, std::nullopt, {}};
  const auto at = address.rfind('@');
  const auto written = address.substr(0, at);
  if (at == std::string_view::npos) return find_postmaster(written);
  if (!is_local_domain(address.substr(at + 1))) return {Locality::elsewhere, std::nullopt, {}};
  auto domain = lower_case(address.substr(at));  // with its '@'
  if (domain.ends_with('.')) domain.pop_back();
  if (written.empty()) return {Locality::unknown_user, std::nullopt, {}};

  if (auto account = directory_.find_by_address(lower_case(written) + domain))
    return local(std::move(*account), {});
  // RFC 5233 section 4: what follows the first '+' is the recipient's own affair.
  const auto plus = written.find('+');
  if (plus != 0 && plus != std::string_view::npos)
    if (auto account = directory_.find_by_address(lower_case(written.substr(0, plus)) + domain))
      return local(std::move(*account), written.substr(plus + 1));
  return find_postmaster(written);
}

Recipient Recipients::find_postmaster(std::string_view written) const {
  if (lower_case(written) == postmaster) {
    if (auto account = directory_.find_by_address(postmaster))
      return local(std::move(*account), {});
    for (const auto& domain : domains_)
      if (auto account = directory_.find_by_address(std::string(postmaster) + '@' + domain))
        return local(std::move(*account), {});
  }
  return {Locality::unknown_user, std::nullopt, {}};
}

}  // namespace policy
