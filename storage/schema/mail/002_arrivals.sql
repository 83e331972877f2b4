-- Mail that came while nobody had the mailbox's key (crypto/FORMAT.md section 6.5), in the order of
-- its ids, until it is filed into INBOX.

create table delivery_key (
  mailbox integer primary key,
  epoch integer not null,          -- of the mailbox key that wraps it
  wrapped blob not null            -- the private half
);
create table arrival (
  id integer primary key autoincrement,
  mailbox integer not null,
  state integer not null,          -- 0 being written, 1 whole, 2 set aside: it does not open
  chunks integer not null,
  ephemeral blob not null
);
create index arrival_by_mailbox on arrival(mailbox, state, id);
-- id = arrival << 16 | chunk.
create table arrival_body (
  id integer primary key,
  d blob not null
);
