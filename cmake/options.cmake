# Compiler, sanitizers and libraries, for every target.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json program_options unit_test_framework)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(p11kit REQUIRED IMPORTED_TARGET p11-kit-1)
find_path(MIMETIC_INCLUDE mimetic/mimetic.h REQUIRED)
find_library(MIMETIC_LIBRARY mimetic REQUIRED)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
                    -fno-omit-frame-pointer -gline-tables-only)
# So that a compiler cache can keep precompiled headers.
add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
# Boost.Asio in one translation unit (base/asio.cpp) instead of in every file.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                        BOOST_ASIO_DISABLE_BOOST_DATE_TIME)
if(SEALPOST_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
if(SEALPOST_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
# All symbols are bound at start: nothing that is called later saves registers on a stack.
add_link_options(-fuse-ld=lld LINKER:-z,relro LINKER:-z,now)
