-- register.sql: a table for the registers of many boxes, which refuses a fork: influx/REGISTER.md has the format of a line.
-- It may be run again at any time and deletes nothing. After boxenergie.sql it also takes what boxes write there.
--
--     psql -v ON_ERROR_STOP=1 -f register.sql
--     INSERT INTO boxenergie.register (line) VALUES ('0f3c…|57|2026-11-29T20:15:00Z|quarter|…')
--
-- A line that is there already is passed over; another one with its chain and number is an error (unique_violation), and so is
-- one that does not follow the record before it (foreign_key_violation). A chain, and a box, are of the role that wrote them
-- first, as it connected: a line for them by another role is an error (restrict_violation), since a forged one would shut the
-- true one out. So each box needs a role of its own, which needs no more than
--
--     GRANT USAGE ON SCHEMA boxenergie TO dupont; GRANT INSERT (line) ON boxenergie.register TO dupont;
--
-- Who owns the table may write for all, and give a box to another role, also chains of before there were such owners:
--
--     UPDATE boxenergie.register SET writer = 'dupont' WHERE box = 'k7f39-x2m4t'
--
-- All lines, those of each chain in their order, for "boxenergie register verify -":
--
--     SELECT line FROM boxenergie.register WHERE box = 'k7f39-x2m4t'
--         ORDER BY min(n) OVER (PARTITION BY chain), min(t) OVER (PARTITION BY chain), chain, n
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
    writer text,                 -- the role whose chain it is; NULL while only the table's owner wrote there
    PRIMARY KEY (chain, n)
);
ALTER TABLE boxenergie.register ADD COLUMN IF NOT EXISTS writer text;
CREATE INDEX IF NOT EXISTS register_box ON boxenergie.register (box) WHERE kind <> 'quarter';

-- The role that a chain or a box belongs to from now on: the one that has it, or the one that is connected; NULL where that owns
-- the table.
CREATE OR REPLACE FUNCTION boxenergie.register_claim(holder text, what text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_owner boolean := pg_has_role(session_user, current_user, 'USAGE');
BEGIN
    IF holder <> session_user AND NOT is_owner THEN
        RAISE EXCEPTION 'the % belongs to the role %, and % may add nothing to it', what, holder, session_user
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(holder, CASE WHEN NOT is_owner THEN session_user::text END);
END $$;
REVOKE ALL ON FUNCTION boxenergie.register_claim(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION boxenergie.register_add() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    fields text[] := string_to_array(NEW.line, '|');
    known boxenergie.register%ROWTYPE;
    of_chain boxenergie.register%ROWTYPE;
    of_box text;
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
        PERFORM boxenergie.register_claim(known.writer, 'chain ' || NEW.chain);
        RAISE EXCEPTION 'fork: record % of chain % is there already, and it is another one', NEW.n, NEW.chain
            USING ERRCODE = 'unique_violation';
    END IF;
    -- Lines may come in any order: a head tells those that came before it, too, whose they are.
    SELECT * INTO of_chain FROM boxenergie.register WHERE chain = NEW.chain LIMIT 1;
    NEW.writer := boxenergie.register_claim(of_chain.writer, 'chain ' || NEW.chain);
    IF NEW.kind <> 'quarter' THEN
        NEW.box := substring(NEW.content FROM '^format=1 box=([^ ]+) ');
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.box, 0));
        SELECT writer INTO of_box FROM boxenergie.register
            WHERE box = NEW.box AND kind <> 'quarter' AND writer IS NOT NULL LIMIT 1;
        of_box := boxenergie.register_claim(of_box, 'box ' || NEW.box);
        NEW.writer := coalesce(NEW.writer, of_box);
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
    IF of_chain.writer IS NULL AND NEW.writer IS NOT NULL THEN
        UPDATE boxenergie.register SET writer = NEW.writer WHERE chain = NEW.chain;
    END IF;
    IF NEW.box IS NULL THEN
        NEW.box := of_chain.box;
    ELSIF of_chain.box IS NULL THEN
        UPDATE boxenergie.register SET box = NEW.box WHERE chain = NEW.chain AND box IS NULL;
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
