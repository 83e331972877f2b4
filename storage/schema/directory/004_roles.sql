-- Who holds which role of an admin (crypto/FORMAT.md section 7); sealed, so that nobody can give
-- himself one who can only write to this file.

create table role_grant (
  id integer primary key,
  sealed blob not null
);
insert into next_id values ('role_grant', 1);
