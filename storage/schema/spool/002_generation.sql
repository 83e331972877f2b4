-- How often the queue was changed, and what its rows are together, sealed (crypto/FORMAT.md section
-- 12): a row that was taken out is not put back unnoticed, and no other one is missed.
create table generation (
  id integer primary key check (id = 1),
  sealed blob not null
);
