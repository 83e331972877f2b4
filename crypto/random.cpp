#include <openssl/rand.h>
#include <sys/mman.h>

#include <cstring>
#include <limits>

#include "base/error.h"
#include "crypto/locked_memory.h"

namespace crypto {
namespace {

constexpr std::size_t pool_size = 4096;

void fill(std::uint8_t* out, std::size_t size) {
  if (size > std::numeric_limits<int>::max() || RAND_bytes(out, static_cast<int>(size)) != 1)
    throw Error(Fault::unavailable, "the system gives no random octets");
}

// One page a thread. The kernel zeroes it in a forked child, so that `left` is 0 there and parent
// and child never hand out the same octets.
struct Page {
  std::size_t left;
  std::uint8_t bytes[pool_size - sizeof(std::size_t)];
};

class Pool {
 public:
  Pool() {
    void* page =
        mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (madvise(page, sizeof(Page), MADV_WIPEONFORK) == 0) {
      page_ = static_cast<Page*>(page);
      madvise(page, sizeof(Page), MADV_DONTDUMP);
    } else {
      munmap(page, sizeof(Page));
    }
  }
  ~Pool() {
    if (!page_) return;
    wipe(page_, sizeof(Page));
    munmap(page_, sizeof(Page));
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void take(std::span<std::uint8_t> out) {
    if (!page_ || out.size() > sizeof(page_->bytes) / 4) return fill(out.data(), out.size());
    if (page_->left < out.size()) {
      page_->left = 0;
      fill(page_->bytes, sizeof(page_->bytes));
      page_->left = sizeof(page_->bytes);
    }
    page_->left -= out.size();
    std::memcpy(out.data(), page_->bytes + page_->left, out.size());
    wipe(page_->bytes + page_->left, out.size());
  }

 private:
  Page* page_ = nullptr;  // none where the kernel cannot wipe on fork: then no pool
};

}  // namespace

void random_bytes(std::span<std::uint8_t> out) {
  thread_local Pool pool;
  if (!out.empty()) pool.take(out);
}

Bytes random_bytes(std::size_t count) {
  Bytes out(count);
  random_bytes(std::span(out));
  return out;
}

}  // namespace crypto
