-- Several versions of a DEP's key, one DEP for the whole tenant, and mailboxes whose own key is being
-- changed (crypto/FORMAT.md section 7).

alter table dep add column tenant_wide integer not null default 0;
create unique index one_tenant_wide on dep(tenant_wide) where tenant_wide = 1;

-- When this version was made. The kid of slot 2 is the generation of the availability key, "" the
-- first.
alter table dep_key add column created integer not null default 0;

-- While the mailbox key is being changed: the one before it, and what is done to messages: 0 nothing
-- (then former_wrapped is empty), 1 their keys are wrapped anew, 2 they get new keys.
alter table mailbox add column former_epoch integer not null default 0;
alter table mailbox add column former_wrapped blob not null default x'';
alter table mailbox add column renewal integer not null default 0;

create index mailbox_by_dep on mailbox(dep, dep_version);
create index mailbox_by_assignment on mailbox(assigned);
create index mailbox_in_renewal on mailbox(id) where renewal <> 0;

-- A mailbox, and which version of which DEP it belongs under (policy/RULES.md section 4); null while
-- there is no such DEP.
create view mailbox_record as
  select mailbox.id as id, account, database, assigned, mailbox.dep as dep, dep_version, epoch,
         wrapped, former_epoch, former_wrapped, renewal,
         target.id as target_dep, target.version as target_version
  from mailbox left join dep target
    on target.id = coalesce(assigned, (select id from dep where tenant_wide = 1),
                            (select id from dep where managed = 1));
