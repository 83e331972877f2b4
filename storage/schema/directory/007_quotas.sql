-- What admins have said of the quotas of single mailboxes (crypto/FORMAT.md section 7); sealed, so
-- that nobody gives himself room who can only write to this file.

create table quota (
  mailbox integer primary key,
  sealed blob not null
);
