-- What the data directory was when the server last wrote to it (crypto/FORMAT.md section 14). No key
-- and no mail: digests, counters and ids.

create table directory (
  id integer primary key check (id = 1),
  version integer not null,        -- user_version of directory.db
  generation integer not null,     -- how often it was changed
  upgrading integer not null       -- 1: it was as it should be, and its schema steps are being done
);
-- A row of directory.db. `digest` is of all its columns, empty for none; `next` what it becomes by a
-- commit that is going on, or null.
create table directory_row (
  name text not null,              -- of its table
  row integer not null,
  mailbox integer not null,        -- whose it is; 0 none's
  dep integer not null,            -- likewise
  digest blob not null,
  next blob,
  primary key (name, row)
) without rowid;
-- How often a mailbox was changed, as far as is known here; 0 is the spool.
create table generation (
  mailbox integer primary key,
  number integer not null
);
