-- What must be remembered of the roots over a restart. A root that has denied a DEP goes on denying
-- it until it unwraps again, whatever else it answers meanwhile.
create table root_denial (
  dep integer not null,
  kid text not null,               -- the root key's version, as in dep_key
  since integer not null,
  reason text not null,            -- what it said last
  primary key (dep, kid)
) without rowid;
-- Versions of DEP keys that no root has opened since then, though none denied it.
create table outage (
  dep integer not null,
  version integer not null,
  since integer not null,
  primary key (dep, version)
) without rowid;
-- Public halves of mailboxes' delivery keys. `proof` is a keyed hash under the directory key, so
-- that nobody puts another one in its place.
create table delivery_key (
  mailbox integer primary key,
  public blob not null,
  proof blob not null
);
