#include "storage/doorway.h"

#include "storage/mailbox.h"

namespace storage {

Doorway::Pass::Pass(Doorway& door) : lock_(door.mutex_), protect_(door.protect_) {}

const NewMessage& Doorway::Pass::operator()(const NewMessage& message, NewMessage& made) const {
  if (!protect_) return message;
  made = (*protect_)(message);
  return made;
}

void Doorway::set(std::shared_ptr<const Protect> protect) {
  {
    const std::shared_lock lock(mutex_);
    if (protect_ == protect) return;
  }
  const std::unique_lock lock(mutex_);
  protect_ = std::move(protect);
}

bool Doorway::protects() const {
  const std::shared_lock lock(mutex_);
  return protect_ != nullptr;
}

}  // namespace storage
