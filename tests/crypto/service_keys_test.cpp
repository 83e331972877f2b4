#include "crypto/service_keys.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "crypto/digest.h"
#include "crypto/keyed_hash.h"
#include "tests/crypto/fixed_keys.h"
#include "tests/crypto/temporary_directory.h"
#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;
namespace fs = std::filesystem;

namespace {

struct Service {
  TemporaryDirectory root;
  ServiceKeys keys{root / "keys", root / "data"};

  fs::path file(const std::string& name) const { return keys.path() / name; }
};

Bytes content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary) << text_of(bytes);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

Bytes vector_file(const std::string& name) {
  for (const auto& vector : vectors("service_key"))
    if (text_in(vector, "name") == name) return bytes_in(vector, "file");
  throw Error(Fault::not_found, "no such vector");
}

Bytes print_of(const DirectoryKey& key) { return KeyedHash::of(key, "test", "print"); }

bool is_invalid(const Error& error) { return error.fault() == Fault::invalid; }
bool is_exists(const Error& error) { return error.fault() == Fault::exists; }

mode_t mode_of(const fs::path& path) {
  struct stat found {};
  stat(path.c_str(), &found);
  return found.st_mode & 0777;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(service_keys)

BOOST_AUTO_TEST_CASE(the_directory_key_is_made_once_and_stays) {
  Service service;
  const auto first = print_of(service.keys.directory_key());
  BOOST_TEST(print_of(service.keys.directory_key()) == first, boost::test_tools::per_element());
  ServiceKeys again(service.keys.path(), service.root / "data");
  BOOST_TEST(print_of(again.directory_key()) == first, boost::test_tools::per_element());
  BOOST_TEST(mode_of(service.file("directory.key")) == 0600U);
  BOOST_TEST(mode_of(service.keys.path()) == 0700U);
  BOOST_TEST(std::distance(fs::directory_iterator(service.keys.path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(of_two_that_make_it_at_once_both_get_the_same) {
  Service service;
  std::vector<Bytes> prints(8);
  std::vector<std::thread> threads;
  for (auto& print : prints)
    threads.emplace_back([&] { print = print_of(service.keys.directory_key()); });
  for (auto& thread : threads) thread.join();
  for (const auto& print : prints) BOOST_TEST(print == prints[0], boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(files_of_the_vectors_are_read) {
  Service service;
  write(service.file("directory.key"), vector_file("directory.key"));
  for (const auto& vector : vectors("keyed_hash"))
    BOOST_TEST(to_hex(KeyedHash::of(service.keys.directory_key(), text_in(vector, "purpose"),
                                    text_in(vector, "value"))) == text_in(vector, "hash"));
}

BOOST_AUTO_TEST_CASE(an_availability_key_unwraps_the_vector) {
  Service service;
  const auto vector = vectors("wrap").at(0);
  // The file of a key with the octets of the vector's parent, made as FORMAT.md says.
  auto file = vector_file("availability-3.key");
  std::ranges::copy(bytes_in(vector, "parent"), file.begin() + 17);
  std::ranges::copy(sha256(ByteView(file).first(49)), file.begin() + 49);
  write(service.file("availability-3.key"), file);

  const auto key = service.keys.find_availability_key(DepId(3), 1);
  BOOST_REQUIRE(key);
  const auto place = place_in(vector.at("place"));
  const auto dep = Aead::unwrap(WrappedKey<DepLevel>{bytes_in(vector, "wrapped")}, *key, place);
  FalseVault vault;
  vault.wrap(some_root, dep, place);
  BOOST_TEST(to_hex(ByteView(vault.asked_to_wrap()).first(32)) == text_in(vector, "key"));
}

BOOST_AUTO_TEST_CASE(availability_keys_are_made_found_and_destroyed) {
  Service service;
  BOOST_TEST(!service.keys.find_availability_key(DepId(7), 1));
  const Place place{Kind::dep_key, {}, 7, 1};
  const auto dep = DepKey::generate();
  const auto wrapped = Aead::wrap(dep, service.keys.make_availability_key(DepId(7), 1), place);
  BOOST_CHECK_EXCEPTION(service.keys.make_availability_key(DepId(7), 1), Error, is_exists);
  BOOST_CHECK_NO_THROW(
      Aead::unwrap(wrapped, *service.keys.find_availability_key(DepId(7), 1), place));
  service.keys.destroy_availability_key(DepId(7), 1);
  BOOST_TEST(!service.keys.find_availability_key(DepId(7), 1));
  BOOST_CHECK_NO_THROW(service.keys.destroy_availability_key(DepId(7), 1));
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_in_a_file_is_noticed) {
  Service service;
  service.keys.directory_key();
  auto bytes = content(service.file("directory.key"));
  BOOST_TEST(bytes.size() == 81U);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] ^= 0x04;
    write(service.file("directory.key"), bytes);
    BOOST_CHECK_EXCEPTION(service.keys.directory_key(), Error, is_corrupt);
    bytes[i] ^= 0x04;
  }
  write(service.file("directory.key"), ByteView(bytes).first(80));
  BOOST_CHECK_EXCEPTION(service.keys.directory_key(), Error, is_corrupt);
  write(service.file("directory.key"), {});
  BOOST_CHECK_EXCEPTION(service.keys.directory_key(), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(a_file_under_another_keys_name_is_refused) {
  Service service;
  service.keys.make_availability_key(DepId(1), 1);
  fs::copy_file(service.file("availability-1.key"), service.file("availability-2.key"));
  fs::copy_file(service.file("availability-1.key"), service.file("directory.key"));
  BOOST_CHECK_EXCEPTION(service.keys.find_availability_key(DepId(2), 1), Error, is_corrupt);
  BOOST_CHECK_EXCEPTION(service.keys.directory_key(), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(a_directory_that_others_may_read_is_refused) {
  for (const auto mode : {0750, 0705, 0701, 0710, 0777}) {
    TemporaryDirectory root;
    fs::create_directory(root / "keys");
    fs::permissions(root / "keys", static_cast<fs::perms>(mode));
    BOOST_CHECK_EXCEPTION(ServiceKeys(root / "keys", root / "data"), Error, is_invalid);
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_others_may_read_is_refused) {
  Service service;
  service.keys.directory_key();
  fs::permissions(service.file("directory.key"), static_cast<fs::perms>(0640));
  BOOST_CHECK_EXCEPTION(service.keys.directory_key(), Error, is_invalid);
}

BOOST_AUTO_TEST_CASE(a_link_in_place_of_a_file_is_refused) {
  Service service;
  service.keys.directory_key();
  fs::rename(service.file("directory.key"), service.root / "elsewhere.key");
  fs::create_symlink(service.root / "elsewhere.key", service.file("directory.key"));
  BOOST_CHECK_THROW(service.keys.directory_key(), Error);
}

BOOST_AUTO_TEST_CASE(inside_the_data_directory_is_refused) {
  TemporaryDirectory root;
  fs::create_directory(root / "data");
  fs::create_directory_symlink(root / "data", root / "link");
  for (const auto* inside : {"data", "data/keys", "data/./a/../keys", "link/keys", "link"})
    BOOST_CHECK_EXCEPTION(ServiceKeys(root / inside, root / "data"), Error, is_invalid);
  BOOST_TEST(!fs::exists(root / "data/keys"));
  BOOST_CHECK_NO_THROW(ServiceKeys(root / "data-keys", root / "data"));
  BOOST_CHECK_NO_THROW(ServiceKeys(root / "deep/er/keys", root / "data"));
}

BOOST_AUTO_TEST_SUITE_END()
