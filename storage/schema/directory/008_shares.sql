-- In which mailboxes accounts have been given rights (crypto/FORMAT.md section 7). The id comes from a
-- keyed hash, all else is sealed: nobody sees who shares with whom.

create table share (
  id integer primary key,
  sealed blob not null
);
