-- The ledger of crossings (crypto/FORMAT.md section 15). Ids are keyed hashes: whose a row is and of
-- which time is sealed with what it says.

create table ledger (
  id integer primary key,
  sealed blob not null
);
-- Mailboxes whose owners want a notice each month.
create table notice (
  id integer primary key,
  sealed blob not null
);
