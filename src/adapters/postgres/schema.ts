/*
 * Text is compared by its bytes (collation "C"), whatever the database's language. Records and changes are JSON in columns
 * of type text: jsonb would refuse a NUL character and reorder fields, and nothing here looks into them.
 *
 * An owner and a tag are kept as index text (index-text.ts): short, and without a NUL character. `name` is the folded name
 * that searches compare; tombstones have none.
 *
 * A row of `changes` is a request, or a look (looks.ts), whose `number` is null as long as it is hidden; a hidden look of a
 * ticket is told from that of a write. `changes` has the rows that wait in an index of their own, so that finding the oldest of them costs the same however many
 * are in hand, postponed or waiting. `receiver` is who has a row in hand, by its claim number `claim`; a row whose receiver has
 * let its time in `receivers` run out is free.
 */
const FIRST = `
CREATE TABLE {schema}.records (
  image_id text COLLATE "C" PRIMARY KEY,
  status text COLLATE "C" NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  edition bigint NOT NULL,
  owner text COLLATE "C",
  name text COLLATE "C",
  expires_at text COLLATE "C",
  record text NOT NULL
);
CREATE INDEX records_listed ON {schema}.records (created_at DESC, image_id) WHERE status <> 'removed';
CREATE INDEX records_by_status ON {schema}.records (status, created_at DESC, image_id);
CREATE INDEX records_by_owner ON {schema}.records (owner, created_at DESC, image_id) WHERE owner IS NOT NULL;
CREATE INDEX records_by_owner_and_status ON {schema}.records (owner, status, created_at DESC, image_id)
  WHERE owner IS NOT NULL;
CREATE INDEX records_by_name ON {schema}.records (name, created_at DESC, image_id) WHERE name IS NOT NULL;
CREATE INDEX records_by_name_and_status ON {schema}.records (status, name, created_at DESC, image_id)
  WHERE name IS NOT NULL;
CREATE INDEX records_by_name_and_owner ON {schema}.records (owner, name, created_at DESC, image_id)
  WHERE name IS NOT NULL AND owner IS NOT NULL;
CREATE INDEX records_by_name_owner_and_status ON {schema}.records (owner, status, name, created_at DESC, image_id)
  WHERE name IS NOT NULL AND owner IS NOT NULL;
CREATE INDEX records_by_expiry ON {schema}.records (expires_at) WHERE status = 'removed';

CREATE TABLE {schema}.record_tags (
  image_id text COLLATE "C" NOT NULL,
  tag text COLLATE "C" NOT NULL,
  owner text COLLATE "C",
  status text COLLATE "C" NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  PRIMARY KEY (image_id, tag)
);
CREATE INDEX record_tags_listed ON {schema}.record_tags (tag, created_at DESC, image_id);
CREATE INDEX record_tags_by_status ON {schema}.record_tags (tag, status, created_at DESC, image_id);
CREATE INDEX record_tags_by_owner ON {schema}.record_tags (tag, owner, created_at DESC, image_id)
  WHERE owner IS NOT NULL;
CREATE INDEX record_tags_by_owner_and_status ON {schema}.record_tags (tag, owner, status, created_at DESC, image_id)
  WHERE owner IS NOT NULL;

CREATE SEQUENCE {schema}.change_numbers;

CREATE TABLE {schema}.receivers (
  id text COLLATE "C" PRIMARY KEY,
  alive_until timestamptz NOT NULL
);

CREATE TABLE {schema}.changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  image_id text COLLATE "C" NOT NULL,
  change text NOT NULL,
  kind text COLLATE "C" NOT NULL DEFAULT 'request',
  number bigint,
  came_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz,
  receiver text COLLATE "C",
  claim integer,
  received_at timestamptz,
  attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX changes_waiting ON {schema}.changes (id) WHERE receiver IS NULL AND due_at IS NULL;
CREATE INDEX changes_by_image ON {schema}.changes (image_id, id);
CREATE INDEX changes_due ON {schema}.changes (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX changes_in_hand ON {schema}.changes (receiver, received_at) WHERE receiver IS NOT NULL;

CREATE TABLE {schema}.events (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  published_at timestamptz NOT NULL DEFAULT now(),
  event text NOT NULL
);
`;

/*
 * Claims up to `void_claims` claim nothing: their receiver has given up hearing of them.
 *
 * Events on their way to subscribers. Times are the caller's, in milliseconds since 1970. `key` and `last_answer` are JSON, since
 * they may hold a NUL character.
 */
const SECOND = `
ALTER TABLE {schema}.receivers ADD COLUMN void_claims integer NOT NULL DEFAULT 0;

CREATE TABLE {schema}.webhook_deliveries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscriber text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  key text NOT NULL,
  body text NOT NULL,
  status text COLLATE "C" NOT NULL DEFAULT 'pending',
  due_at bigint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  started_at bigint,
  done_at bigint,
  last_answer text,
  UNIQUE (subscriber, event_id)
);
CREATE INDEX webhook_deliveries_due ON {schema}.webhook_deliveries (subscriber, due_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_failed ON {schema}.webhook_deliveries (id) WHERE status = 'failed';
CREATE INDEX webhook_deliveries_done ON {schema}.webhook_deliveries (done_at) WHERE done_at IS NOT NULL;
`;

/* What was last said of the pipeline as a whole: JSON documents. `at` is text in the one form whose order is that of the times. */
const THIRD = `
CREATE TABLE {schema}.statuses (
  name text COLLATE "C" PRIMARY KEY,
  at text COLLATE "C" NOT NULL,
  document text NOT NULL
);
`;

/* Expired tombstones are found by looking at all records. */
const FOURTH = `
DROP INDEX {schema}.records_by_expiry;
ALTER TABLE {schema}.records DROP COLUMN expires_at;
`;

/** The statements that lead from each version of the schema to the next one. Those that were released are never changed. */
export const MIGRATIONS: readonly string[] = [FIRST, SECOND, THIRD, FOURTH];
