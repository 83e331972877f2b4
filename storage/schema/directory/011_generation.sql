-- How often this file was changed, sealed (crypto/FORMAT.md section 7).
create table generation (
  id integer primary key check (id = 1),
  sealed blob not null
);
