-- The folders of a mailbox, found without looking at those of all others.
create index folder_by_mailbox on folder(mailbox);
