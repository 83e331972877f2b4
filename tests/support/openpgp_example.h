#pragma once
// The encrypted data of RFC 3156 section 4: a session key and encrypted data, in armour.

#include <string>

namespace test_support {

inline const std::string openpgp_example =
    "-----BEGIN PGP MESSAGE-----\r\nVersion: 2.6.2\r\n\r\n"
    "hIwDY32hYGCE8MkBA/wOu7d45aUxF4Q0RKJprD3v5Z9K1YcRJ2fve87lMlDlx4Oj\r\n"
    "eW4GDdBfLbJE7VUpp13N19GL8e/AqbyyjHH4aS0YoTk10QQ9nnRvjY8nZL3MPXSZ\r\n"
    "g9VGQxFeGqzykzmykU6A26MSMexR4ApeeON6xzZWfo+0yOqAq6lb46wsvldZ96YA\r\n"
    "AABH78hyX7YX4uT1tNCWEIIBoqqvCeIMpp7UQ2IzBrXg6GtukS8NxbukLeamqVW3\r\n"
    "1yt21DYOjuLzcMNe/JNsD9vDVCvOOG3OCi8=\r\n=zzaA\r\n"
    "-----END PGP MESSAGE-----\r\n";

}  // namespace test_support
