-- The schema of a log's file, version 1.
--
-- Safe to look at while the service runs:
--   sqlite3 -readonly FILE 'SELECT * FROM history ORDER BY sequence DESC LIMIT 10'
-- To be changed only while it does not. All times are in ms since the Unix epoch.

PRAGMA application_id = 1414087751; -- the bytes TIDG
PRAGMA user_version = 1;

-- The numbering of the whole log; one row.
CREATE TABLE numbering (
  epoch      TEXT    NOT NULL, -- made with the file. After putting back an older copy of it, give it a new one, or
                               -- clients take the offsets given out a second time for the first:
                               --   UPDATE numbering SET epoch = lower(hex(randomblob(8)))
  generation INTEGER NOT NULL, -- what channels that are new get; another, by chance, whenever a channel has been forgotten
  sequence   INTEGER NOT NULL, -- of the newest event
  forgotten  INTEGER NOT NULL  -- sequence number of the newest event of all channels that have been forgotten; 0 for none
);

-- Channels that have been used and are not forgotten.
CREATE TABLE channel (
  id              INTEGER PRIMARY KEY,
  tenant          TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  generation      INTEGER NOT NULL, -- numbering.epoch, a hyphen and this in base 36 make the channel's epoch
  newest          INTEGER NOT NULL, -- offset of its newest event
  newest_time     INTEGER NOT NULL, -- when it was used last
  oldest          INTEGER NOT NULL, -- offset of its oldest event in the file; newest + 1 when there is none
  gone_sequence   INTEGER NOT NULL, -- sequence number of the newest event that is in the file no longer; 0 for none
  gone_time       INTEGER NOT NULL, -- the latest time of those events
  due             INTEGER,          -- when there may be something to let go of; null for never
  UNIQUE (tenant, name)
);
CREATE INDEX channel_by_due ON channel (due) WHERE due IS NOT NULL;

-- Events. Those that a channel does not retain any longer stay a little longer: they are deleted some at a time. Those of
-- a channel lie side by side, to be read and deleted together.
CREATE TABLE event (
  channel   INTEGER NOT NULL,
  offset    INTEGER NOT NULL, -- its place in the channel, from 1, without holes
  sequence  INTEGER NOT NULL, -- its place among all events, without holes
  timestamp INTEGER NOT NULL,
  type      TEXT    NOT NULL,
  id        TEXT    NOT NULL,
  cause     TEXT,
  payload   TEXT    NOT NULL, -- JSON
  PRIMARY KEY (channel, offset)
) WITHOUT ROWID;
CREATE UNIQUE INDEX event_by_sequence ON event (sequence);

-- What channels retain.
CREATE TABLE state (
  channel   INTEGER PRIMARY KEY,
  data      TEXT    NOT NULL, -- JSON
  offset    INTEGER NOT NULL, -- of the event that changed it last
  timestamp INTEGER NOT NULL  -- of that event
);

-- The place of events whose publishers chose their ids, for five minutes: the same id again gets the first answer.
CREATE TABLE answer (
  channel   INTEGER NOT NULL,
  id        TEXT    NOT NULL,
  offset    INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,
  PRIMARY KEY (channel, id)
) WITHOUT ROWID;
CREATE INDEX answer_by_time ON answer (timestamp);

-- For people.
CREATE VIEW history AS
  SELECT e.sequence, c.tenant, c.name AS channel, e.offset,
         strftime('%Y-%m-%d %H:%M:%f', e.timestamp / 1000.0, 'unixepoch') AS utc, e.type, e.id, e.cause, e.payload
  FROM event e JOIN channel c ON c.id = e.channel;
