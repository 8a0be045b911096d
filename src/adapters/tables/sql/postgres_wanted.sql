-- Which tables and views are looked at: all where there are few; else those with a telling column or name, because a database
-- may have tens of thousands. Names are compared in small letters without underscores. The row without a table counts them all.
WITH every AS MATERIALIZED (
  SELECT c.oid, replace(lower(c.relname), '_', '') AS plain
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\_temp\_%'
    AND has_schema_privilege(n.oid, 'USAGE')
    AND ($1 IS NULL OR n.nspname = $1)
), counted AS MATERIALIZED (
  SELECT count(*) AS tables FROM every
)
SELECT NULL AS oid, tables FROM counted
UNION ALL
SELECT oid::bigint, 0 FROM every
WHERE (SELECT tables FROM counted) <= $5
   OR plain = ANY (string_to_array($2, E'\x01'))
   OR plain LIKE ANY (string_to_array($3, E'\x01'))
UNION ALL
SELECT a.attrelid::bigint, 0 FROM pg_attribute a
WHERE (SELECT tables FROM counted) > $5
  AND a.attnum > 0 AND NOT a.attisdropped
  AND translate(lower(a.attname::text COLLATE "C"), '_', '') = ANY (string_to_array($4, E'\x01'))
  AND a.attrelid IN (SELECT oid FROM every)
