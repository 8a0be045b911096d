-- The columns of some tables and views, in their order. Only tables that have some column are there.
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
WHERE c.oid = ANY (string_to_array($1, ',')::oid[])
ORDER BY n.nspname, c.relname, a.attnum
