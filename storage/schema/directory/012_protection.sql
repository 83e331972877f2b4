-- Mailboxes whose mail is encrypted to its owner before it is stored (crypto/FORMAT.md section 7);
-- sealed, so that nobody adds a recipient who can only write to this file.

create table protection (
  mailbox integer primary key,
  sealed blob not null
);
