-- register.sql: a table for the registers of many boxes, which refuses a fork: influx/REGISTER.md has the format of a line.
-- It may be run again at any time and deletes nothing. After boxenergie.sql it also takes what boxes write there.
--
--     psql -v ON_ERROR_STOP=1 -f register.sql
--     INSERT INTO boxenergie.register (line) VALUES ('0f3c…|57|2026-11-29T20:15:00Z|quarter|…')
--
-- A line that is there already is passed over; another one with its chain and number is an error (unique_violation), and so is
-- one that does not follow the record before it (foreign_key_violation). Who writes needs no more than
--
--     GRANT USAGE ON SCHEMA boxenergie TO writer; GRANT INSERT (line) ON boxenergie.register TO writer;
--
-- All lines, those of each chain in their order, for "boxenergie register verify -":
--
--     SELECT line FROM boxenergie.register WHERE box = 'k7f39-x2m4t' ORDER BY min(t) OVER (PARTITION BY chain), n
BEGIN;
CREATE SCHEMA IF NOT EXISTS boxenergie;

CREATE TABLE IF NOT EXISTS boxenergie.register (
    line text NOT NULL,
    chain text NOT NULL,
    n bigint NOT NULL CHECK (n > 0),
    t timestamptz NOT NULL,
    kind text NOT NULL,
    content text NOT NULL,
    previous bytea NOT NULL,
    digest bytea NOT NULL UNIQUE,
    box text,                    -- of the chain's beginning; NULL while that is not here
    PRIMARY KEY (chain, n)
);

CREATE OR REPLACE FUNCTION boxenergie.register_add() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fields text[] := string_to_array(NEW.line, '|');
    known boxenergie.register%ROWTYPE;
BEGIN
    IF NEW.line !~ ('^[0-9a-f]{16}\|[1-9][0-9]{0,14}\|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\|(begin|year|break|quarter)'
        || '\|[ -{}~]+\|[0-9a-f]{64}\|[0-9a-f]{128}$') THEN
        RAISE EXCEPTION 'no record of a register: %', left(NEW.line, 60) USING ERRCODE = 'invalid_text_representation';
    END IF;
    NEW.chain := fields[1];
    NEW.n := fields[2]::bigint;
    NEW.t := fields[3]::timestamptz;
    NEW.kind := fields[4];
    NEW.content := fields[5];
    NEW.previous := decode(fields[6], 'hex');
    NEW.digest := sha256(convert_to(NEW.line, 'UTF8'));
    -- One after the other: two sessions must not both find the place empty.
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.chain, 0));
    SELECT * INTO known FROM boxenergie.register WHERE chain = NEW.chain AND n = NEW.n;
    IF FOUND THEN
        IF known.line = NEW.line THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'fork: record % of chain % is there already, and it is another one', NEW.n, NEW.chain
            USING ERRCODE = 'unique_violation';
    END IF;
    SELECT * INTO known FROM boxenergie.register WHERE chain = NEW.chain AND n = NEW.n - 1;
    IF FOUND AND known.digest <> NEW.previous THEN
        RAISE EXCEPTION 'record % of chain % does not follow record %', NEW.n, NEW.chain, NEW.n - 1
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    SELECT * INTO known FROM boxenergie.register WHERE chain = NEW.chain AND n = NEW.n + 1;
    IF FOUND AND known.previous <> NEW.digest THEN
        RAISE EXCEPTION 'record % of chain % is not the one that record % follows', NEW.n, NEW.chain, NEW.n + 1
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    -- Lines may come in any order: a head tells those that came before it, too, whose they are.
    NEW.box := substring(NEW.content FROM '^format=1 box=([^ ]+) ');
    IF NEW.box IS NOT NULL THEN
        UPDATE boxenergie.register SET box = NEW.box WHERE chain = NEW.chain AND box IS NULL;
    ELSE
        SELECT box INTO NEW.box FROM boxenergie.register WHERE chain = NEW.chain AND box IS NOT NULL LIMIT 1;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION boxenergie.register_add() FROM PUBLIC;
DROP TRIGGER IF EXISTS register_add ON boxenergie.register;
CREATE TRIGGER register_add BEFORE INSERT ON boxenergie.register
    FOR EACH ROW EXECUTE FUNCTION boxenergie.register_add();

-- What a box writes by [output.NAME] with type = "postgres" goes there, too; a fork is refused there and stays in the box's
-- refused.lp with its reason. Its name lets it come before the trigger that takes newer values.
CREATE OR REPLACE FUNCTION boxenergie.register_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO boxenergie.register (line) VALUES (NEW.text);
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION boxenergie.register_line() FROM PUBLIC;
DO $$
BEGIN
    IF to_regclass('boxenergie.reading') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS register_line ON boxenergie.reading;
        CREATE TRIGGER register_line BEFORE INSERT ON boxenergie.reading
            FOR EACH ROW WHEN (NEW.measurement = 'day.register' AND NEW.field = 'line')
            EXECUTE FUNCTION boxenergie.register_line();
    END IF;
END $$;
COMMIT;
