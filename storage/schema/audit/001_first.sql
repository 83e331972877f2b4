-- The audit log (crypto/FORMAT.md section 10). Rows are only ever added; the triggers keep honest
-- programs from mistakes, the chain of hashes shows what others did.

create table record (
  number integer primary key,      -- 1, 2, 3, ... without a gap
  sealed blob not null,
  hash blob not null               -- of number, the hash before it, and sealed
);
create trigger record_stays before update on record begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger record_is_kept before delete on record begin
  select raise(abort, 'the audit log is append-only');
end;
