-- What people wrote of DEPs, what roots answered, and when it was, leave the clear columns
-- (crypto/FORMAT.md section 7). SQL cannot seal: the former rows wait in *_in_clear for the program,
-- which seals them and drops these tables before it does anything else (storage/directory_sealing).
-- Every table has an integer primary key: by it a row is named elsewhere.

drop view mailbox_record;
drop view dep_record;
drop index one_tenant_wide;
alter table dep rename to dep_in_clear;
alter table dep_key rename to dep_key_in_clear;
alter table root_denial rename to root_denial_in_clear;
alter table outage rename to outage_in_clear;
alter table next_id rename to former_next_id;

create table dep (
  id integer primary key,
  name_hash blob not null unique,
  state integer not null,
  version integer not null,
  managed integer not null,
  tenant_wide integer not null default 0,
  sealed blob not null
);
create unique index one_tenant_wide on dep(tenant_wide) where tenant_wide = 1;
create table dep_key (
  id integer primary key,
  dep integer not null,
  version integer not null,
  slot integer not null,           -- 0 root A, 1 root B, 2 availability key
  kid text not null,
  wrapped blob not null,
  made blob not null,              -- when, sealed
  unique (dep, version, slot)
);
create table root_denial (
  id integer primary key,
  dep integer not null,
  kid text not null,               -- the root key's version, as in dep_key
  sealed blob not null,
  unique (dep, kid)
);
create table outage (
  id integer primary key,
  dep integer not null,
  version integer not null,
  sealed blob not null,
  unique (dep, version)
);
create table next_id (
  row integer primary key,
  kind text not null unique,
  id integer not null
);
insert into next_id(kind, id) select kind, id from former_next_id order by kind;
drop table former_next_id;

create view mailbox_record as
  select mailbox.id as id, account, database, assigned, mailbox.dep as dep, dep_version, epoch,
         wrapped, former_epoch, former_wrapped, renewal,
         target.id as target_dep, target.version as target_version,
         coalesce((select max(hold) from purge where hold <> 0 and
                   (purge.mailbox = mailbox.id or (purge.mailbox = 0 and
                    purge.dep in (mailbox.dep, mailbox.assigned)))), 0) as hold
  from mailbox left join dep target
    on target.id = coalesce(assigned, (select id from dep where tenant_wide = 1),
                            (select id from dep where managed = 1));
create view dep_record as
  select id, sealed, state, version, managed, tenant_wide,
         coalesce((select max(hold) from purge where hold <> 0 and purge.dep = dep.id
                   and purge.mailbox = 0), 0) as hold
  from dep;
