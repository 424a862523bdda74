-- What a PostgreSQL (13 or later) needs for the readings of boxenergie: `boxenergie provision --output NAME` runs it as
-- the administrator, or psql does. It may be run again at any time, brings older tables up to this one, and loses nothing.
CREATE SCHEMA IF NOT EXISTS boxenergie;

-- A value of a reading or a sum a row.
CREATE TABLE IF NOT EXISTS boxenergie.reading (
    site text NOT NULL,          -- the tag "site" of the box
    measurement text NOT NULL,   -- policy and name as in InfluxDB: raw.linky, m15.energy
    source text NOT NULL,        -- the name of the source; empty for what is of the whole house
    part text NOT NULL,          -- what tells the series of a source apart, as key=value,key=value: register=HP, phase=1
    field text NOT NULL,         -- import_wh
    t timestamptz NOT NULL,      -- of a reading when it was read, of a sum when it begins
    value double precision,      -- a number; true is 1, false is 0
    text text,                   -- what is no number
    box text NOT NULL DEFAULT '',   -- the identity of the box; empty for rows of before whose box nobody knows
    tags text NOT NULL DEFAULT '',  -- those that [tags] gives every point, in the same way as a part
    PRIMARY KEY (site, measurement, source, part, field, box, t),
    CHECK (num_nonnulls(value, text) = 1 AND value <> 'NaN')
) PARTITION BY RANGE (t);

-- The boxes that write here: the time zone says where their days begin.
CREATE TABLE IF NOT EXISTS boxenergie.home (
    box text PRIMARY KEY,
    site text NOT NULL,          -- the tag "site" of the box
    zone text                    -- Europe/Paris, Indian/Reunion; NULL for one that this server does not know
);

-- Makes the partitions, a month each, that these times (seconds since 1970) need; the box calls it when one is missing.
CREATE OR REPLACE FUNCTION boxenergie.prepare(times double precision[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
DECLARE
    month timestamp;
    partition text;
    made integer := 0;
BEGIN
    -- Two boxes may ask at once.
    PERFORM pg_advisory_xact_lock(hashtext('boxenergie.prepare'));
    FOR month IN SELECT DISTINCT date_trunc('month', to_timestamp(moment) AT TIME ZONE 'UTC') FROM unnest(times) AS moment
    LOOP
        IF month < '2000-01-01' OR month > now() AT TIME ZONE 'UTC' + interval '2 years' THEN
            RAISE EXCEPTION 'no reading is of %', month USING ERRCODE = 'datetime_field_overflow';
        END IF;
        partition := to_char(month, '"reading_"YYYY"_"MM');
        CONTINUE WHEN to_regclass('boxenergie.' || partition) IS NOT NULL;
        EXECUTE format(
            'CREATE TABLE boxenergie.%I PARTITION OF boxenergie.reading FOR VALUES FROM (%L) TO (%L)',
            partition, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC'
        );
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION boxenergie.prepare(double precision[]) FROM PUBLIC;

-- A sum is written again while its day goes on or when a late reading comes: the newest value counts. A reading is never
-- another one later; the first is kept, and whoever may only insert changes none.
CREATE OR REPLACE FUNCTION boxenergie.take_newer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE boxenergie.reading AS known SET value = NEW.value, text = NEW.text, tags = NEW.tags
    WHERE known.site = NEW.site AND known.measurement = NEW.measurement AND known.source = NEW.source
        AND known.part = NEW.part AND known.field = NEW.field AND known.box = NEW.box AND known.t = NEW.t
        AND (known.value, known.text, known.tags) IS DISTINCT FROM (NEW.value, NEW.text, NEW.tags);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION boxenergie.take_newer() FROM PUBLIC;
DROP TRIGGER IF EXISTS take_newer ON boxenergie.reading;
CREATE TRIGGER take_newer BEFORE INSERT ON boxenergie.reading
    FOR EACH ROW WHEN (NEW.measurement NOT LIKE 'raw.%') EXECUTE FUNCTION boxenergie.take_newer();

-- Tells of a box; each does so when it connects.
CREATE OR REPLACE FUNCTION boxenergie.tell(identity text, name text, its_zone text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    BEGIN
        PERFORM now() AT TIME ZONE its_zone;
    EXCEPTION WHEN invalid_parameter_value THEN
        its_zone := NULL;
    END;
    INSERT INTO boxenergie.home AS known (box, site, zone) VALUES (identity, name, its_zone)
    ON CONFLICT (box) DO UPDATE SET site = name, zone = its_zone
        WHERE (known.site, known.zone) IS DISTINCT FROM (name, its_zone);
END $$;
REVOKE ALL ON FUNCTION boxenergie.tell(text, text, text) FROM PUBLIC;
-- Whoever makes partitions is a box.
DO $$
DECLARE
    writer text;
BEGIN
    FOR writer IN
        SELECT DISTINCT entry.grantee::regrole::text FROM pg_proc, aclexplode(proacl) AS entry
        WHERE pg_proc.oid = 'boxenergie.prepare(double precision[])'::regprocedure AND entry.grantee NOT IN (0, proowner)
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION boxenergie.tell(text, text, text) TO %s', writer);
    END LOOP;
END $$;

-- Gives a box the rows of its site whose box nobody knows, unless another box is of that site; returns how many there were.
-- "provision" does so, and for another one: SELECT boxenergie.adopt('k7f39-x2m4t', 'maison')
CREATE OR REPLACE FUNCTION boxenergie.adopt(identity text, name text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    adopted bigint;
BEGIN
    IF EXISTS (SELECT FROM boxenergie.home WHERE site = name AND box <> identity) THEN
        RETURN 0;
    END IF;
    -- What the box has written again meanwhile counts.
    DELETE FROM boxenergie.reading AS old USING boxenergie.reading AS own
    WHERE old.site = name AND old.box = '' AND own.box = identity AND own.site = old.site
        AND own.measurement = old.measurement AND own.source = old.source AND own.part = old.part
        AND own.field = old.field AND own.t = old.t;
    UPDATE boxenergie.reading SET box = identity WHERE site = name AND box = '';
    GET DIAGNOSTICS adopted = ROW_COUNT;
    RETURN adopted;
END $$;
REVOKE ALL ON FUNCTION boxenergie.adopt(text, text) FROM PUBLIC;

-- Tables of before box and tags had columns: what was in part for want of them goes there.
ALTER TABLE boxenergie.reading
    ADD COLUMN IF NOT EXISTS box text NOT NULL DEFAULT '', ADD COLUMN IF NOT EXISTS tags text NOT NULL DEFAULT '';
DO $$
DECLARE
    old_key text;
    -- The tags of the schema; another one of a sum of the house is of all points.
    parts constant text[] := '{role,register,phase,kind,hour,chain,device}';
    common text[];
    old record;
BEGIN
    SELECT conname INTO old_key FROM pg_constraint
    WHERE conrelid = 'boxenergie.reading'::regclass AND contype = 'p'
        AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = conrelid AND attname = 'box' AND attnum = ANY (conkey));
    IF NOT FOUND THEN
        RETURN;
    END IF;
    EXECUTE format(
        'ALTER TABLE boxenergie.reading DROP CONSTRAINT %I, ADD PRIMARY KEY (site, measurement, source, part, field, box, t)',
        old_key
    );
    SELECT array_agg(DISTINCT split_part(tag[1], '=', 1)) INTO common
    FROM (SELECT DISTINCT part FROM boxenergie.reading WHERE source = '' AND part <> '') AS found,
        regexp_matches(found.part, '((?:[^,\\]|\\.)+)', 'g') AS tag
    WHERE split_part(tag[1], '=', 1) <> ALL (parts);
    common := array_append(common, 'box');
    FOR old IN
        SELECT
            found.part,
            coalesce(string_agg(tag[1], ',' ORDER BY place) FILTER (WHERE name <> ALL (common)), '') AS new_part,
            coalesce(string_agg(tag[1], ',' ORDER BY place) FILTER (WHERE name = ANY (common) AND name <> 'box'), '') AS tags,
            coalesce(max(substr(tag[1], 5)) FILTER (WHERE name = 'box'), '') AS box
        FROM (SELECT DISTINCT part FROM boxenergie.reading WHERE part <> '') AS found,
            regexp_matches(found.part, '((?:[^,\\]|\\.)+)', 'g') WITH ORDINALITY AS tags (tag, place),
            split_part(tag[1], '=', 1) AS name
        GROUP BY found.part
    LOOP
        CONTINUE WHEN old.new_part = old.part;
        INSERT INTO boxenergie.reading (site, measurement, source, part, field, t, value, text, box, tags)
        SELECT site, measurement, source, old.new_part, field, t, value, text, old.box, old.tags
        FROM boxenergie.reading WHERE part = old.part
        ON CONFLICT DO NOTHING;
        DELETE FROM boxenergie.reading WHERE part = old.part;
    END LOOP;
END $$;

-- The energies of each local day of each box, for Grafana:
--   SELECT "time", import_wh FROM boxenergie.energy_per_day WHERE site = 'maison' ORDER BY "time"
CREATE OR REPLACE VIEW boxenergie.energy_per_day AS
SELECT
    reading.site,
    date_trunc('day', t, home.zone) AS "time",
    sum(value) FILTER (WHERE field = 'import_wh') AS import_wh,
    sum(value) FILTER (WHERE field = 'export_wh') AS export_wh,
    sum(value) FILTER (WHERE field = 'production_wh') AS production_wh,
    sum(value) FILTER (WHERE field = 'consumption_wh') AS consumption_wh,
    sum(value) FILTER (WHERE field = 'charge_wh') AS charge_wh,
    sum(value) FILTER (WHERE field = 'discharge_wh') AS discharge_wh,
    reading.box
FROM boxenergie.reading JOIN (
    SELECT box, site, zone FROM boxenergie.home
    UNION ALL
    -- Rows whose box nobody knows are of the only box of their site.
    SELECT '', site, max(zone) FROM boxenergie.home GROUP BY site HAVING count(*) = 1
) AS home ON home.box = reading.box AND (reading.box <> '' OR home.site = reading.site)
WHERE measurement = 'm15.energy' AND source = '' AND part = '' AND home.zone IS NOT NULL
GROUP BY reading.box, 1, 2;

-- This month and the year to come.
SELECT boxenergie.prepare(array_agg(extract(epoch FROM now() + month * interval '1 month')))
FROM generate_series(0, 12) AS month;

-- Whoever writes needs no more than this, and whoever reads:
--   GRANT USAGE ON SCHEMA boxenergie TO box;
--   GRANT INSERT ON boxenergie.reading TO box;
--   GRANT EXECUTE ON FUNCTION boxenergie.prepare(double precision[]), boxenergie.tell(text, text, text) TO box;
--   GRANT USAGE ON SCHEMA boxenergie TO grafana;
--   GRANT SELECT ON boxenergie.reading, boxenergie.energy_per_day TO grafana;
