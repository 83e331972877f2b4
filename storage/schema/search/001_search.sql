-- The search index of a mailbox database. Clear are ids, which UIDs of which folder it covers, and
-- padded sizes (crypto/FORMAT.md section 16). All of it can be made again.

create table search_group (
  id integer primary key,          -- random: of one build, and never of another
  mailbox integer not null,
  folder integer not null,
  first integer not null,          -- UID
  uids integer not null,
  epoch integer not null,          -- of the mailbox key that seals it
  d blob not null                  -- which messages, and where their columns are
);
create unique index search_group_of on search_group(folder, first, uids);
create index search_group_by_mailbox on search_group(mailbox);
-- id = group << 12 | number.
create table search_part (
  id integer primary key,
  d blob not null
);
-- Up to which generation of a mailbox its expunged messages are out of the index.
create table search_kept (
  mailbox integer primary key,
  generation integer not null
);
