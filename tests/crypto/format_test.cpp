#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/crypto/vectors.h"

using namespace crypto_test;

namespace {

// The page without white space, so that octets may be broken into lines.
std::string page() {
  std::ifstream file(SOURCE_DIR "/crypto/FORMAT.md");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

struct Example {
  const char *file, *name, *member;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(format)

BOOST_AUTO_TEST_CASE(the_examples_on_the_page_are_vectors) {
  const auto text = page();
  const Example examples[] = {{"record", "short", "sealed"},
                              {"record", "short", "associated"},
                              {"chunk", "only chunk of a short message", "sealed"},
                              {"chunk", "only chunk of a short message", "nonce"},
                              {"wrap", "mailbox key under a DEP key", "wrapped"},
                              {"root_payload", "DEP 3, version 7 of its key", "payload"},
                              {"arrival", "only chunk of a short message", "sealed"},
                              {"arrival", "only chunk of a short message", "ephemeral"},
                              {"service_key", "availability-3.key", "file"}};
  for (const auto& [file, name, member] : examples) {
    const auto list = vectors(file);
    const auto vector =
        std::ranges::find_if(list, [&](const auto& each) { return text_in(each, "name") == name; });
    BOOST_REQUIRE(vector != list.end());
    BOOST_TEST(text.find(text_in(*vector, member)) != std::string::npos, file << " " << member);
  }
  for (const auto& vector : vectors("place"))
    BOOST_TEST(text.find(text_in(vector, "encoded")) != std::string::npos);
  BOOST_TEST(text.find(text_in(vectors("keyed_hash").at(0), "hash")) != std::string::npos);
  for (const auto* member : {"key", "public", "signature"})
    BOOST_TEST(text.find(text_in(vectors("signature").at(0), member)) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
