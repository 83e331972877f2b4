#pragma once
// The way into an open mailbox: all messages pass it on their way into storage, whoever brings them
// (mailbox_open.h), so that none is stored otherwise than the mailbox's protection says.

#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>

namespace storage {

struct NewMessage;

// What a message is made into before it is stored: octets and all that is derived from them. One
// that is protected already comes out as it is. Throws where it cannot be; nothing is stored then.
using Protect = std::function<NewMessage(NewMessage)>;

class Doorway {
 public:
  // Held from before a message is made ready until it is on disk: what is set meanwhile waits.
  class Pass {
   public:
    explicit Pass(Doorway&);
    bool protects() const { return protect_ != nullptr; }
    // As it may be stored; `made` holds it where it is another one.
    const NewMessage& operator()(const NewMessage&, NewMessage& made) const;

   private:
    std::shared_lock<std::shared_mutex> lock_;
    std::shared_ptr<const Protect> protect_;
  };

  // Null: as they are. Returns when nothing is on its way any more that passed before.
  void set(std::shared_ptr<const Protect>);
  bool protects() const;

 private:
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Protect> protect_;
};

}  // namespace storage
