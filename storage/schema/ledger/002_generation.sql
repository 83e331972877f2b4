-- How often the ledger was changed, and what its rows are together, sealed (crypto/FORMAT.md section
-- 15): an older file or row that is put back does not go unnoticed.
create table generation (
  id integer primary key check (id = 1),
  sealed blob not null
);
