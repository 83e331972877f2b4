-- Purges, asked for and done (crypto/FORMAT.md section 7). `hold` says what of it other changes must
-- leave alone: 1 its mailboxes, and its DEP if it means that; 2 nobody opens them any more; 0 it is
-- over. What is to be done is sealed alone: nobody approves one who can only write to this file.

create table purge (
  id integer primary key,
  dep integer not null,
  mailbox integer not null,        -- it alone; 0: the DEP, with all that is under it
  hold integer not null,
  sealed blob not null,
  certificate blob not null default x''  -- sealed; empty until all is destroyed
);
create index purge_holding on purge(dep) where hold <> 0;
insert into next_id values ('purge', 1);

drop view mailbox_record;
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
  select id, name, description, state, version, created, managed, tenant_wide,
         coalesce((select max(hold) from purge where hold <> 0 and purge.dep = dep.id
                   and purge.mailbox = 0), 0) as hold
  from dep;
