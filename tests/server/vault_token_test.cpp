// Keys in a PKCS #11 token: what it does, and what it means when it does not (reference: key vault
// REST, section 9).

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "server/vault/pkcs11_keys.h"
#include "server/vault/pkcs11_objects.h"
#include "server/vault/software_keys.h"
#include "server/vault/store.h"
#include "tests/support/soft_token.h"

namespace {

using vault::HeldKey;
using vault::KeyId;
using vault::Path;
using vault_test::Call;
using vault_test::stage;

const KeyId one{"root", std::string(32, '1')}, two{"root", std::string(32, '2')};

struct Fixture {
  Fixture() {
    stage() = {};
    auto pattern = (std::filesystem::temp_directory_path() / "token-test-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    token.emplace(root);
    settings = token->settings();
    settings.marker = vault::prepare_token(settings);
    open();
  }
  ~Fixture() {
    keys.reset();
    std::filesystem::remove_all(root);
    stage() = {};
  }
  void open() {
    keys.reset();
    keys = std::make_unique<vault::Pkcs11Keys>(settings);
  }
  void write_pin(const std::string& pin) const { std::ofstream(settings.pin_file) << pin << '\n'; }
  // As long as an opening that failed is not tried again, and a little more.
  static void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(1100)); }

  Path root;
  std::optional<vault_test::SoftToken> token;
  vault::TokenSettings settings;
  std::unique_ptr<vault::Pkcs11Keys> keys;
};

std::optional<Fault> fault_of(const std::function<void()>& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    return error.fault();
  }
}

bool opens(const HeldKey& key, std::size_t size = 32) {
  const Bytes plain(size, 7);
  const auto opened = key->decrypt(key->public_part().wrap(plain));
  return opened && std::ranges::equal(*opened, plain);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_token)

BOOST_FIXTURE_TEST_CASE(what_opens_and_what_does_not_wherever_it_is_decoded, Fixture) {
  const auto kept = keys->make(one, 2048)->kept();
  const auto foreign = keys->make(two, 2048)->public_part().wrap(bytes_of("a DEP key"));
  for (const bool native : {false, true})
    for (const CK_RV word :
         {CKR_ENCRYPTED_DATA_INVALID, CKR_DATA_LEN_RANGE, CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED}) {
      stage().oaep = native;
      stage().not_opened = word;
      open();
      const auto again = keys->open(one, kept);
      for (const std::size_t size : {1, 32, 190}) BOOST_TEST(opens(again, size));
      const auto good = again->public_part().wrap(bytes_of("a DEP key"));
      auto altered = good, longer = good, shorter = good;
      altered[100] ^= 1;
      longer.push_back(0);
      shorter.pop_back();
      const int started = stage().calls[Call::initialize];
      for (const auto& bad :
           {altered, longer, shorter, Bytes{}, Bytes(256), Bytes(256, 255), foreign})
        BOOST_TEST(!again->decrypt(bad).has_value());
      BOOST_TEST(stage().calls[Call::initialize] == started);
      BOOST_TEST(text_of(again->decrypt(good).value()) == "a DEP key");
    }
}

BOOST_FIXTURE_TEST_CASE(a_private_key_never_leaves_the_token, Fixture) {
  const auto made = keys->make(one, 2048);
  const auto foreign = vault::SoftwareKeys().make({}, 2048);
  const auto imported = keys->import(two, foreign->kept());
  BOOST_TEST((imported->public_part().modulus() == foreign->public_part().modulus()));
  BOOST_TEST(opens(imported));
  BOOST_TEST(!made->exported().has_value());
  BOOST_TEST(!imported->exported().has_value());
  BOOST_TEST(made->kept().size() == 4 + 2 + 256 + 2 + 3);
  keys.reset();
  vault::Pin pin(settings.pin_file);
  vault::OpenToken opened(settings, pin);
  vault::Session session(opened);
  for (const auto& id : {one, two}) {
    const auto object = session.find_key(from_hex(id.version)).value();
    CK_BBOOL sensitive = CK_FALSE, extractable = CK_TRUE;
    char label[16] = {}, secret[512];
    CK_ATTRIBUTE asked[] = {{CKA_SENSITIVE, &sensitive, sizeof sensitive},
                            {CKA_EXTRACTABLE, &extractable, sizeof extractable},
                            {CKA_LABEL, label, sizeof label}};
    BOOST_TEST(session->C_GetAttributeValue(session.handle(), object, asked, 3) == CKR_OK);
    BOOST_TEST((sensitive == CK_TRUE && extractable == CK_FALSE));
    BOOST_TEST(std::string(label) == "root");
    CK_ATTRIBUTE exponent{CKA_PRIVATE_EXPONENT, secret, sizeof secret};
    BOOST_TEST(session->C_GetAttributeValue(session.handle(), object, &exponent, 1) ==
               CKR_ATTRIBUTE_SENSITIVE);
  }
  BOOST_TEST(token->objects() == 3);  // no public halves
}

BOOST_FIXTURE_TEST_CASE(signatures_verify_with_and_without_a_mechanism_for_them, Fixture) {
  for (const unsigned bits : {2048, 3072}) {
    const auto key = keys->make({"root", to_hex(vault::random_octets(16))}, bits);
    for (const bool pss : {true, false}) {
      stage().pss = pss;
      for (const auto* name : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) {
        const auto scheme = vault::signature_scheme(name).value();
        const Bytes digest(scheme.digest_size(), 7);
        const auto signature = key->sign(scheme, digest);
        BOOST_TEST(signature.size() == bits / 8);
        BOOST_TEST(key->public_part().verify(scheme, digest, signature), name << ' ' << pss);
      }
    }
  }
}

// What a call gives, how often, and what then becomes of a decryption: done, or this fault; and how
// often the token was opened anew.
struct Row {
  Call call;
  CK_RV code;
  int times;
  std::optional<Fault> fault;
  int openings;
};
constexpr int always = 1000;

BOOST_FIXTURE_TEST_CASE(each_error_means_what_it_says, Fixture) {
  const auto unavailable = Fault::unavailable;
  std::vector<Row> rows{
      {Call::decrypt_init, CKR_OBJECT_HANDLE_INVALID, 1, {}, 0},
      {Call::decrypt_init, CKR_KEY_HANDLE_INVALID, 1, {}, 0},
      {Call::decrypt_init, CKR_KEY_FUNCTION_NOT_PERMITTED, 1, Fault::denied, 0},
      {Call::decrypt_init, CKR_MECHANISM_INVALID, always, unavailable, 0},
      {Call::find, CKR_DEVICE_ERROR, always, {}, 0},  // its handle is known
      {Call::decrypt, CKR_ENCRYPTED_DATA_LEN_RANGE, 1, {}, 0},
      {Call::decrypt, CKR_FUNCTION_NOT_SUPPORTED, 1, unavailable, 0},
  };
  for (const CK_RV code :
       {CKR_DEVICE_ERROR, CKR_DEVICE_REMOVED, CKR_TOKEN_NOT_PRESENT, CKR_SESSION_HANDLE_INVALID,
        CKR_SESSION_CLOSED, CKR_HOST_MEMORY, CKR_USER_NOT_LOGGED_IN, CKR_GENERAL_ERROR,
        CKR_FUNCTION_FAILED, CKR_CRYPTOKI_NOT_INITIALIZED}) {
    rows.push_back({Call::decrypt_init, code, 1, {}, 1});
    rows.push_back({Call::decrypt, code, 1, {}, 1});
    rows.push_back({Call::decrypt_init, code, always, unavailable, 1});
  }
  const auto kept = keys->make(one, 2048)->kept();
  const auto cipher = keys->open(one, kept)->public_part().wrap(bytes_of("a DEP key"));
  for (const auto& row : rows) {
    open();
    const auto again = keys->open(one, kept);
    BOOST_REQUIRE(opens(again));
    const int started = stage().calls[Call::initialize];
    stage().failures[row.call] = {row.code, row.times};
    std::optional<vault::Secret> opened;
    const auto fault = fault_of([&] { opened = again->decrypt(cipher); });
    stage().failures.clear();
    BOOST_TEST((fault == row.fault), "call " << int(row.call) << " code " << row.code);
    const bool nothing = row.code == CKR_ENCRYPTED_DATA_LEN_RANGE;
    BOOST_TEST(opened.has_value() == (!fault && !nothing), "code " << row.code);
    BOOST_TEST(stage().calls[Call::initialize] - started == row.openings, "code " << row.code);
    if (fault == unavailable) wait();
    BOOST_TEST(opens(again), "code " << row.code);
  }
}

BOOST_FIXTURE_TEST_CASE(a_pin_that_was_refused_is_not_tried_again, Fixture) {
  const auto kept = keys->make(one, 2048)->kept();
  const auto tries = [&] { return stage().calls[Call::login]; };
  open();
  write_pin("9999");
  int before = tries();
  auto again = keys->open(one, kept);
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST((fault_of([&] { opens(again); }) == Fault::unavailable));
    BOOST_TEST(!keys->reachable());
    wait();
  }
  BOOST_TEST(tries() == before + 1);
  write_pin("1234");
  BOOST_TEST(opens(again));
  again.reset();
  for (const CK_RV code : {CKR_PIN_LOCKED, CKR_PIN_EXPIRED, CKR_PIN_LEN_RANGE}) {
    open();
    before = tries();
    stage().failures[Call::login] = {code, always};
    const auto locked = keys->open(one, kept);
    for (int i = 0; i < 2; ++i, wait())
      BOOST_TEST((fault_of([&] { opens(locked); }) == Fault::unavailable));
    BOOST_TEST(tries() == before + 1);
    stage().failures.clear();
  }
  for (const CK_FLAGS flag : {CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED}) {
    open();
    before = tries();
    stage().flags = flag;
    BOOST_TEST((fault_of([&] { opens(keys->open(one, kept)); }) == Fault::unavailable));
    BOOST_TEST(tries() == before);
    stage().flags = 0;
  }
}

BOOST_FIXTURE_TEST_CASE(a_pin_file_is_for_its_owner_alone, Fixture) {
  const auto before = stage().calls[Call::login];
  std::filesystem::permissions(settings.pin_file, std::filesystem::perms(0640));
  BOOST_TEST((fault_of([&] { keys->make(one, 2048); }) == Fault::unavailable));
  std::filesystem::permissions(settings.pin_file, std::filesystem::perms(0600));
  write_pin("");
  wait();
  BOOST_TEST((fault_of([&] { keys->make(one, 2048); }) == Fault::unavailable));
  std::filesystem::remove(settings.pin_file);
  wait();
  BOOST_TEST((fault_of([&] { keys->make(one, 2048); }) == Fault::unavailable));
  BOOST_TEST(!keys->reachable());
  BOOST_TEST(stage().calls[Call::login] == before);
}

BOOST_FIXTURE_TEST_CASE(a_token_that_is_away_says_nothing_of_its_keys, Fixture) {
  const auto key = keys->make(one, 2048);
  const auto cipher = key->public_part().wrap(bytes_of("a DEP key"));
  const auto signing = vault::signature_scheme("RS256").value();
  token->take_away();
  BOOST_TEST((fault_of([&] { key->decrypt(cipher); }) == Fault::unavailable));
  BOOST_TEST((fault_of([&] { key->sign(signing, Bytes(32)); }) == Fault::unavailable));
  BOOST_TEST((fault_of([&] { keys->make(two, 2048); }) == Fault::unavailable));
  BOOST_TEST((fault_of([&] { keys->destroy(one); }) == Fault::unavailable));
  BOOST_TEST(!keys->reachable());
  BOOST_TEST(key->public_part().wrap(bytes_of("still")).size() == 256);
  token->bring_back();
  wait();
  BOOST_TEST(keys->reachable());
  BOOST_TEST(text_of(key->decrypt(cipher).value()) == "a DEP key");
  BOOST_TEST(token->objects() == 2);
}

// It must not be taken for a token whose owner has destroyed a key.
BOOST_FIXTURE_TEST_CASE(another_token_of_the_same_label_says_nothing_either, Fixture) {
  const auto key = keys->make(one, 2048);
  const auto kept = key->kept();
  token->take_away();
  std::filesystem::remove(root / "tokens");
  const vault_test::SoftToken empty(root);
  for (const bool known : {true, false}) {
    if (!known) open();
    const auto again = known ? key : keys->open(one, kept);
    BOOST_TEST((fault_of([&] { opens(again); }) == Fault::unavailable));
    BOOST_TEST((fault_of([&] { keys->destroy(one); }) == Fault::unavailable));
    BOOST_TEST((fault_of([&] { keys->make(two, 2048); }) == Fault::unavailable));
  }
  token->bring_back();
  wait();
  BOOST_TEST(opens(key));
}

BOOST_FIXTURE_TEST_CASE(a_key_that_was_destroyed_is_gone_and_the_others_are_not, Fixture) {
  const auto key = keys->make(one, 2048), other = keys->make(two, 2048);
  BOOST_TEST(opens(key));
  keys->destroy(one);
  keys->destroy(one);
  const int started = stage().calls[Call::initialize];
  for (int i = 0; i < 2; ++i) BOOST_TEST((fault_of([&] { opens(key); }) == Fault::not_found));
  BOOST_TEST(opens(other));
  BOOST_TEST(stage().calls[Call::initialize] == started);
  BOOST_TEST(token->objects() == 2);
}

BOOST_FIXTURE_TEST_CASE(what_a_token_does_not_take_is_the_request_s_fault, Fixture) {
  stage().failures[Call::generate] = {CKR_KEY_SIZE_RANGE, 1};
  BOOST_TEST((fault_of([&] { keys->make(one, 4096); }) == Fault::invalid));
  stage().failures[Call::create] = {CKR_TEMPLATE_INCONSISTENT, 1};
  const auto foreign = vault::SoftwareKeys().make({}, 2048);
  BOOST_TEST((fault_of([&] { keys->import(one, foreign->kept()); }) == Fault::invalid));
  BOOST_TEST((fault_of([&] { keys->import(one, Bytes(10)); }) == Fault::corrupt));
  const auto kept = keys->make(one, 2048)->kept();
  for (std::size_t size = 0; size < kept.size(); ++size)
    BOOST_TEST((fault_of([&] { keys->open(one, ByteView(kept).first(size)); }) == Fault::corrupt));
}

// Two attempts were made, and both keys; one is there.
BOOST_FIXTURE_TEST_CASE(a_key_is_made_once, Fixture) {
  BOOST_REQUIRE(keys->reachable());
  stage().failures[Call::read] = {CKR_DEVICE_ERROR, 1};
  const auto key = keys->make(one, 2048);
  BOOST_TEST(opens(key));
  BOOST_TEST(token->objects() == 2);
}

BOOST_FIXTURE_TEST_CASE(threads_share_a_token_also_while_it_is_opened_anew, Fixture) {
  const auto key = keys->make(one, 2048);
  const auto cipher = key->public_part().wrap(bytes_of("a DEP key"));
  std::atomic<int> right = 0;
  const auto decrypts = [&] {
    for (int i = 0; i < 25; ++i) right += text_of(key->decrypt(cipher).value()) == "a DEP key";
  };
  stage().failures[Call::decrypt_init] = {CKR_SESSION_HANDLE_INVALID, 1};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back(decrypts);
  for (auto& thread : threads) thread.join();
  BOOST_TEST(right == 8 * 25);
}

BOOST_FIXTURE_TEST_CASE(a_child_process_opens_it_for_itself, Fixture) {
  const auto key = keys->make(one, 2048);
  BOOST_REQUIRE(opens(key));
  const auto child = ::fork();
  if (child == 0) ::_exit(opens(key) && opens(keys->make(two, 2048)) ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  BOOST_TEST(status == 0);
  BOOST_TEST(opens(key));
  BOOST_TEST(opens(keys->make({"root", std::string(32, '3')}, 2048)));
}

BOOST_FIXTURE_TEST_CASE(what_an_absent_token_left_undone_is_done_when_it_is_back, Fixture) {
  ManualClock clock{1'000'000};
  vault::Store store(root / "keys", vault::MasterKey::create(root / "master.key", std::nullopt),
                     *keys, clock, {7, false});
  store.create("old", 2048, {});
  store.remove("old");
  BOOST_TEST(token->objects() == 2);
  // The token makes a key, and is away before it can say so.
  stage().failures[Call::read] = {CKR_DEVICE_REMOVED, always};
  BOOST_TEST((fault_of([&] { store.create("root", 2048, {}); }) == Fault::unavailable));
  store.purge("old");
  BOOST_TEST(!store.find("root", ""));
  BOOST_TEST(token->objects() > 2);
  store.purge_due();
  BOOST_TEST(token->objects() > 2);
  stage().failures.clear();
  wait();
  store.purge_due();
  BOOST_TEST(token->objects() == 1);
  BOOST_TEST(opens(store.create("root", 2048, {})->held));
}

BOOST_AUTO_TEST_SUITE_END()
