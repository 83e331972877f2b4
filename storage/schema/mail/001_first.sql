-- A mailbox database. Clear are ids, counts of chunks and the padded sizes of what is sealed;
-- everything a user would know again is sealed (crypto/FORMAT.md section 6).

create table mailbox (
  id integer primary key,
  epoch integer not null,          -- of the mailbox key that seals tree, folders and blocks
  tree blob not null
);
create table folder (
  id integer primary key autoincrement,
  mailbox integer not null,
  state blob not null
);
-- id = folder << 26 | uid >> 6: up to 64 entries of one folder.
create table folder_block (
  id integer primary key,
  d blob not null
);
-- The same ids: summaries of those entries, a cache that may be missing or incomplete.
create table list_block (
  id integer primary key,
  d blob not null
);
create table message (
  id integer primary key autoincrement,
  mailbox integer not null,
  chunks integer not null,
  refs integer not null            -- entries that show it
);
create table message_key (
  message integer primary key,
  epoch integer not null,
  wrapped blob not null
);
create table derived (
  message integer primary key,
  summary blob not null,
  header blob not null,
  body blob not null
);
-- id = message << 16 | chunk: 64 KiB of plaintext each.
create table body (
  id integer primary key,
  d blob not null
);
-- Messages whose chunks were written ahead of their row; what is left of them at start is swept.
create table unfinished (
  message integer primary key,
  chunks integer not null
);
