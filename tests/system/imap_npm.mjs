// An account read and changed by imapflow, with CONDSTORE, QRESYNC and COMPRESS. Prints one line of JSON.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';

const { PORT, USER, PASS, CA } = process.env;

function client() {
  return new ImapFlow({
    host: 'localhost', port: Number(PORT), secure: true, auth: { user: USER, pass: PASS },
    tls: { ca: readFileSync(CA) }, logger: false, qresync: true, emitLogs: false,
  });
}

function must(fact, what) {
  if (!fact) throw new Error(`not so: ${what}`);
}

const digest = (source) => createHash('sha256').update(source).digest('hex');

const first = client();
await first.connect();
must(first.enabled.has('QRESYNC') || first.enabled.has('CONDSTORE'), 'QRESYNC or CONDSTORE is enabled');
must(first._inflate, 'the connection is compressed');

// Every message, byte for byte.
let box = await first.mailboxOpen('Imported');
const count = box.exists;
const digests = {};
for await (const message of first.fetch('1:*', { uid: true, source: true, size: true, envelope: true, bodyStructure: true, flags: true })) {
  must(message.source.length === message.size, `size of ${message.uid}`);
  must(message.bodyStructure && message.envelope, `structure of ${message.uid}`);
  digests[message.uid] = digest(message.source);
}
const modseq = box.highestModseq;
const uidValidity = box.uidValidity;

// Flags, a copy, a move, a deletion, and folders with odd names.
must(await first.messageFlagsAdd('1:10', ['\\Flagged', '$Forwarded'], { uid: true }), 'flags are added');
must(await first.mailboxCreate(['Größe & Maß', '日本']), 'a folder is made');
const path = 'Größe & Maß/日本';
const copied = await first.messageCopy('1:5', path, { uid: true });
must(copied.uidMap.size === 5, 'five copies');
const moved = await first.messageMove('11:12', path, { uid: true });
must(moved.uidMap.size === 2, 'two are moved');
must(await first.messageDelete('13', { uid: true }), 'one is deleted');
const appended = await first.append(path, 'Subject: by imapflow\r\n\r\nhello\r\n', ['\\Seen']);
must(appended.uid === 8, 'the eighth message');
const status = await first.status(path, { messages: true, unseen: true, highestModseq: true });
must(status.messages === 8, 'eight messages');
const found = await first.search({ flagged: true, keyword: '$Forwarded' }, { uid: true });
must(found.length === 10, 'ten are found');
must((await first.list()).some((folder) => folder.path === path), 'the folder is listed');

// Another session, which had been away since, learns of it all in one SELECT.
const second = client();
await second.connect();
const gone = new Set();
second.on('expunge', (event) => event.vanished && gone.add(event.uid));
box = await second.mailboxOpen('Imported', { changedSince: modseq, uidValidity });
const changed = [];
for await (const message of second.fetch('1:*', { uid: true, flags: true }, { changedSince: modseq })) changed.push(message.uid);
must(changed.length === 10, `ten have changed, not ${changed}`);

// IDLE: what one does, the other sees.
const seen = new Promise((done) => second.on('exists', (event) => event.path === 'Imported' && done(event.count)));
second.idle().catch(() => {});
await first.append('Imported', 'Subject: late\r\n\r\nlate\r\n');
let timer;
const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('nothing came in IDLE')), 120000); });
const waiting = await Promise.race([seen, late]);
clearTimeout(timer);
must(waiting === count - 2, `the new message is counted: ${waiting}`);

await second.logout();
await first.logout();
console.log(JSON.stringify({ count, digests, vanished: [...gone] }));
