-- What makes an older row that is put back not open (crypto/FORMAT.md section 6.7).

create table root (
  mailbox integer primary key,
  generation integer not null,     -- counts the commits of the mailbox
  filed integer not null,          -- arrivals up to this one were filed or set aside
  d blob not null
);
-- id: a folder, whose blocks it lists; or a mailbox, negative, whose other records it lists.
create table versions (
  id integer primary key,
  d blob not null
);
-- Messages that perhaps no entry shows any more.
create index released on message(mailbox) where refs = 0;
