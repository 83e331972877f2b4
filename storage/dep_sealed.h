#pragma once
// What is sealed of DEPs in directory.db, under the directory key (crypto/FORMAT.md section 7).
// Every open throws corrupt when it was sealed for another row or altered.

#include <string>

#include "storage/directory.h"

namespace storage {

// Finds a DEP by its name, without regard to case.
Bytes dep_name_hash(const crypto::DirectoryKey&, std::string_view name);

Bytes sealed_dep(const crypto::DirectoryKey&, const Dep&);          // name, description, created
void open_dep(const crypto::DirectoryKey&, ByteView sealed, Dep&);  // of its id

// When a version of a DEP's key was made.
Bytes sealed_making(const crypto::DirectoryKey&, const DepVersion&, UnixTime);
UnixTime opened_making(const crypto::DirectoryKey&, const DepVersion&, ByteView sealed);

Bytes sealed_denial(const crypto::DirectoryKey&, DepId, const RootDenial&);
RootDenial opened_denial(const crypto::DirectoryKey&, DepId, std::string_view kid, ByteView sealed);

// Since when no root has opened a version.
Bytes sealed_outage(const crypto::DirectoryKey&, const DepVersion&, UnixTime);
UnixTime opened_outage(const crypto::DirectoryKey&, const DepVersion&, ByteView sealed);

}  // namespace storage
