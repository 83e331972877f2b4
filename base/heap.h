#pragma once
// A heap that wipes what is given back to it, for all code of the process: SQLite, OpenSSL, zstd,
// ICU and Asio as well as ours. So mail and keys are in memory that somebody still holds, and
// nowhere else. Linked into a program, heap.cpp stands in for free and realloc; the blocks remain
// glibc's. It costs a memset a block. Large blocks go back to the kernel at once.
//
// A build with AddressSanitizer has the sanitizer's heap, which wipes when it is told to:
// ASAN_OPTIONS=max_free_fill_size=2147483647:free_fill_byte=0.

#include <cstddef>

// Octets of all blocks in use. Any thread; takes a moment, so ask now and then.
std::size_t heap_in_use();
