-- What opens an account besides its password (crypto/FORMAT.md section 7): app passwords and client
-- certificates, sealed under the directory key. `hash` is of what must not come twice: an account's
-- name for an app password, a certificate's fingerprint.

create table credential (
  id integer primary key,
  account integer not null,
  hash blob not null unique,
  sealed blob not null
);
create index credential_by_account on credential(account);
insert into next_id values ('credential', 1);
