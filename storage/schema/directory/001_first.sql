-- Accounts, mailboxes, DEPs and their wrapped keys (crypto/FORMAT.md section 7). Names and secrets
-- of people are sealed under the directory key and found by keyed hash.

create table account (
  id integer primary key,
  mailbox integer not null,
  name_hash blob not null unique,
  sealed blob not null
);
create table alias (
  id integer primary key,
  account integer not null,
  hash blob not null unique,
  sealed blob not null
);
create index alias_by_account on alias(account);
create table mailbox (
  id integer primary key,
  account integer not null,
  database integer not null,
  assigned integer,                -- a DEP, or null: the default applies
  dep integer not null,
  dep_version integer not null,
  epoch integer not null,
  wrapped blob not null
);
create table dep (
  id integer primary key,
  name text not null unique collate nocase,
  description text not null,
  state integer not null,
  version integer not null,
  created integer not null,
  managed integer not null
);
create table dep_key (
  dep integer not null,
  version integer not null,
  slot integer not null,           -- 0 root A, 1 root B, 2 availability key
  kid text not null,
  wrapped blob not null,
  primary key (dep, version, slot)
) without rowid;
-- The next id of each kind. Ids are in the authenticated data of keys, so none comes twice.
create table next_id (
  kind text primary key,
  id integer not null
) without rowid;
insert into next_id values ('account', 1), ('alias', 1), ('mailbox', 1), ('dep', 1);
