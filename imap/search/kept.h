#pragma once
// The results of a search as its client has them, in their order, and the steps by which the client
// follows changes of them (ADDTO and REMOVEFROM, RFC 5267 4.3.3, 4.3.4). Pure.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "imap/search/order.h"

namespace imap::search {

class Kept {
 public:
  // Without criteria they are in mailbox order.
  Kept(std::vector<Sortable> in_order, std::vector<Criterion> criteria);

  std::size_t count() const { return order_.size(); }
  bool holds(Uid) const;
  const std::vector<Uid>& uids() const { return order_; }
  const std::vector<Criterion>& criteria() const { return criteria_; }
  std::uint8_t score(Uid) const;  // of one that it holds, when sorted

  // `uids`: the first stands at `position` before they are removed, after they are added; 0 in
  // mailbox order, where the client finds the place.
  struct Step {
    std::size_t position = 0;
    std::vector<Uid> uids{};
  };
  std::vector<Step> remove(const std::vector<Uid>&);  // of those that it holds
  std::vector<Step> add(std::vector<Sortable>);       // of those that it does not

 private:
  std::vector<Step> remove_sorted(std::vector<Uid>);
  std::vector<Step> add_sorted(std::vector<Sortable>);
  bool before(Uid, Uid) const;

  std::vector<Criterion> criteria_;
  std::vector<Uid> order_;
  std::map<Uid, Sortable> keys_;  // when sorted
};

}  // namespace imap::search
