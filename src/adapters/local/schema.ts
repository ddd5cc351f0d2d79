/** The version of the schema below, kept in the database's `user_version`. */
export const SCHEMA_VERSION = 9;

/*
 * A version is kept as its label: it is compared for equality alone, or read. A row of `changes` has the store's
 * sequencer, or the version that a request has fixed.
 *
 * Keys are kept as their paths (blob-path.ts): libsql cuts text off at a NUL character when it is read, and a key
 * may hold one.
 *
 * `blobs` has a row for each content under a path, not for each path: the row of new content is there before the
 * file is, and the row of the old content until the file is gone, so that either file finds its own attributes. Under
 * `originals by hand` and `renditions by hand` it has the hashes of files that no put has stored (known-hashes.ts).
 *
 * `name` is the folded name that searches compare; tombstones have none.
 *
 * `records` keeps its row numbers: a table without them holds whole rows in the inner nodes of its tree, and with rows
 * of a kilobyte a look-up would go through pages that a page of a listing at 100,000 records pays one and a half times.
 */
export const SCHEMA = `
CREATE TABLE blobs (
  store TEXT NOT NULL,
  path TEXT NOT NULL,
  etag TEXT NOT NULL,
  file_identity TEXT NOT NULL,
  stored_at INTEGER NOT NULL,
  attributes TEXT NOT NULL,
  PRIMARY KEY (store, path, etag)
) WITHOUT ROWID;

CREATE TABLE sequencers (
  path TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL,
  type TEXT NOT NULL,
  etag TEXT,
  sequencer TEXT,
  version TEXT,
  force INTEGER NOT NULL DEFAULT 0,
  invalidate INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  consumer TEXT,
  claimed_at INTEGER,
  CHECK ((sequencer IS NULL) <> (version IS NULL))
);
CREATE INDEX changes_by_path ON changes (path, id);
CREATE INDEX changes_by_consumer ON changes (consumer, attempts);

CREATE TABLE records (
  image_id TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  version TEXT NOT NULL,
  edition INTEGER NOT NULL,
  owner TEXT,
  name TEXT,
  record TEXT NOT NULL
);
CREATE INDEX records_listed ON records (created_at DESC, image_id) WHERE status <> 'removed';
CREATE INDEX records_by_status ON records (status, created_at DESC, image_id);
CREATE INDEX records_by_owner ON records (owner, created_at DESC, image_id) WHERE owner IS NOT NULL;
CREATE INDEX records_by_owner_and_status ON records (owner, status, created_at DESC, image_id) WHERE owner IS NOT NULL;
CREATE INDEX records_by_name ON records (name, created_at DESC, image_id) WHERE name IS NOT NULL;
CREATE INDEX records_by_name_and_status ON records (status, name, created_at DESC, image_id) WHERE name IS NOT NULL;
CREATE INDEX records_by_name_and_owner ON records (owner, name, created_at DESC, image_id)
  WHERE name IS NOT NULL AND owner IS NOT NULL;
CREATE INDEX records_by_name_owner_and_status ON records (owner, status, name, created_at DESC, image_id)
  WHERE name IS NOT NULL AND owner IS NOT NULL;

CREATE TABLE record_tags (
  image_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  owner TEXT,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (image_id, tag)
) WITHOUT ROWID;
CREATE INDEX record_tags_listed ON record_tags (tag, created_at DESC, image_id);
CREATE INDEX record_tags_by_status ON record_tags (tag, status, created_at DESC, image_id);
CREATE INDEX record_tags_by_owner ON record_tags (tag, owner, created_at DESC, image_id) WHERE owner IS NOT NULL;
CREATE INDEX record_tags_by_owner_and_status ON record_tags (tag, owner, status, created_at DESC, image_id)
  WHERE owner IS NOT NULL;

CREATE TABLE events (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  published_at INTEGER NOT NULL,
  event TEXT NOT NULL
);

CREATE TABLE webhook_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  subscriber TEXT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  path TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER,
  done_at INTEGER,
  last_answer TEXT,
  UNIQUE (subscriber, event_id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (subscriber, due_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_done ON webhook_deliveries (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE statuses (
  name TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  document TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE by_name_links (
  image_id TEXT PRIMARY KEY,
  shown TEXT NOT NULL
) WITHOUT ROWID;
`;
