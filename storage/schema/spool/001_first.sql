-- The spool: mail on its way to other domains (crypto/FORMAT.md section 12). Clear are ids, whose
-- mailbox it is sealed for, how far it is, and padded sizes; when it is tried next is sealed, too.

create table spooled (
  id integer primary key autoincrement,
  mailbox integer not null,
  state integer not null,          -- 0 not taken over yet, 1 waiting, 2 being handed over, 3 held
  chunks integer not null,
  ephemeral blob not null,         -- of the message
  envelope_ephemeral blob not null,
  envelope blob not null,
  proof blob not null              -- that the server wrote this row
);
create index spooled_by_mailbox on spooled(mailbox);
-- id = spooled << 16 | chunk of the message.
create table spooled_body (
  id integer primary key,
  d blob not null
);
