-- Made whenever it is missing: files of the same version from before there were durable subscriptions do not have it, and an
-- older Tidings leaves it alone.

-- How far subjects have acknowledged what durable subscriptions brought them.
CREATE TABLE IF NOT EXISTS durable (
  tenant  TEXT    NOT NULL,
  subject TEXT    NOT NULL,
  name    TEXT    NOT NULL, -- chosen by the client
  channel TEXT    NOT NULL, -- its name, for it may not have been used yet
  epoch   TEXT    NOT NULL,
  offset  INTEGER NOT NULL, -- of the newest event acknowledged
  touched INTEGER NOT NULL, -- when somebody came for it last
  PRIMARY KEY (tenant, subject, name, channel)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS durable_by_touched ON durable (touched);
CREATE INDEX IF NOT EXISTS durable_by_channel ON durable (tenant, channel);
