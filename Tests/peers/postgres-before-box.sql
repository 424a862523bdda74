-- What a PostgreSQL (13 or later) needs for the readings of boxenergie: `boxenergie provision --output NAME` runs it as
-- the administrator, or psql does. It may be run again at any time and deletes nothing.
CREATE SCHEMA IF NOT EXISTS boxenergie;

-- A value of a reading or a sum a row.
CREATE TABLE IF NOT EXISTS boxenergie.reading (
    site text NOT NULL,          -- the tag "site" of the box
    measurement text NOT NULL,   -- policy and name as in InfluxDB: raw.linky, m15.energy
    source text NOT NULL,        -- the name of the source; empty for what is of the whole house
    part text NOT NULL,          -- further tags as key=value,key=value: register=HP, phase=1
    field text NOT NULL,         -- import_wh
    t timestamptz NOT NULL,      -- of a reading when it was read, of a sum when it begins
    value double precision,      -- a number; true is 1, false is 0
    text text,                   -- what is no number
    PRIMARY KEY (site, measurement, source, part, field, t),
    CHECK (num_nonnulls(value, text) = 1 AND value <> 'NaN')
) PARTITION BY RANGE (t);

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
    UPDATE boxenergie.reading AS known SET value = NEW.value, text = NEW.text
    WHERE known.site = NEW.site AND known.measurement = NEW.measurement AND known.source = NEW.source
        AND known.part = NEW.part AND known.field = NEW.field AND known.t = NEW.t
        AND (known.value IS DISTINCT FROM NEW.value OR known.text IS DISTINCT FROM NEW.text);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION boxenergie.take_newer() FROM PUBLIC;
DROP TRIGGER IF EXISTS take_newer ON boxenergie.reading;
CREATE TRIGGER take_newer BEFORE INSERT ON boxenergie.reading
    FOR EACH ROW WHEN (NEW.measurement NOT LIKE 'raw.%') EXECUTE FUNCTION boxenergie.take_newer();

-- The energies of each local day, for Grafana: SELECT "time", import_wh FROM boxenergie.energy_per_day WHERE site = 'maison'
CREATE OR REPLACE VIEW boxenergie.energy_per_day AS
SELECT
    site,
    date_trunc('day', t, 'Europe/Paris') AS "time",
    sum(value) FILTER (WHERE field = 'import_wh') AS import_wh,
    sum(value) FILTER (WHERE field = 'export_wh') AS export_wh,
    sum(value) FILTER (WHERE field = 'production_wh') AS production_wh,
    sum(value) FILTER (WHERE field = 'consumption_wh') AS consumption_wh,
    sum(value) FILTER (WHERE field = 'charge_wh') AS charge_wh,
    sum(value) FILTER (WHERE field = 'discharge_wh') AS discharge_wh
FROM boxenergie.reading
WHERE measurement = 'm15.energy' AND source = '' AND part = ''
GROUP BY 1, 2;

-- This month and the year to come.
SELECT boxenergie.prepare(array_agg(extract(epoch FROM now() + month * interval '1 month')))
FROM generate_series(0, 12) AS month;

-- Whoever writes needs no more than this, and whoever reads:
--   GRANT USAGE ON SCHEMA boxenergie TO box;
--   GRANT INSERT ON boxenergie.reading TO box;
--   GRANT EXECUTE ON FUNCTION boxenergie.prepare(double precision[]) TO box;
--   GRANT USAGE ON SCHEMA boxenergie TO grafana;
--   GRANT SELECT ON boxenergie.reading, boxenergie.energy_per_day TO grafana;
