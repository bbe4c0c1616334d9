-- Two roles in PostgreSQL: the owner changes tables, the service only works with them.
--
--   psql -d tracker -v owner=tracker_owner -v service=tracker -f roles.sql
--
-- A superuser runs it once both roles exist, and again after every migrate; running it twice changes nothing. Who owns
-- a table can lift its triggers: the service's role owns none, and of the tables whose rows are never changed it may
-- read and add to alone. Those are found by their triggers.
\set ON_ERROR_STOP on
BEGIN;
SELECT set_config('tracker.owner', :'owner', true), set_config('tracker.service', :'service', true);
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM :"service";
ALTER SCHEMA public OWNER TO :"owner";
ALTER DATABASE :"DBNAME" OWNER TO :"owner";
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO :"service";
GRANT USAGE ON SCHEMA public TO :"service";
SET LOCAL client_min_messages = error;  -- not being a member is how it should be
REVOKE :"owner" FROM :"service";
DO $$
DECLARE
    one record;
    owner text := current_setting('tracker.owner');
    service text := current_setting('tracker.service');
BEGIN
    FOR one IN
        SELECT c.oid::regclass AS name FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO %I', one.name, owner);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', one.name, service);
    END LOOP;
    FOR one IN
        SELECT c.oid::regclass AS name FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
    LOOP
        EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %s TO %I', one.name, service);
    END LOOP;
    FOR one IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'tracker%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', one.name, owner);
    END LOOP;
    FOR one IN
        SELECT DISTINCT t.tgrelid::regclass AS name FROM pg_trigger t
         WHERE t.tgname LIKE '%\_no\_upd' AND NOT t.tgisinternal
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON %s FROM %I', one.name, service);
    END LOOP;
END $$;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"service";
COMMIT;
