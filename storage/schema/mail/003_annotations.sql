-- Annotations (crypto/FORMAT.md section 6.6). Clear is which folders have some, and their padded
-- sizes.

create table annotation (
  id integer primary key,
  mailbox integer not null,
  folder integer not null,         -- 0: of the server
  d blob not null
);
create unique index annotation_of on annotation(mailbox, folder);
