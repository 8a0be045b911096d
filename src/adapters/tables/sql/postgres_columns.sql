-- The columns of all tables and views that are not the system's, in their order. Only tables that have some column are there.
SELECT n.nspname::text, c.relname::text, c.relkind::text,
       has_table_privilege(c.oid, 'SELECT')::int,
       CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
       a.attname::text, t.typname::text,
       (a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%')::int
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\_temp\_%'
  AND has_schema_privilege(n.oid, 'USAGE')
  AND ($1 IS NULL OR n.nspname = $1)
ORDER BY n.nspname, c.relname, a.attnum
