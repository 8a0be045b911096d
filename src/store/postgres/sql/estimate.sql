-- About how many rows some tables have together: what the server counted when it last looked, by how they have grown since. NULL
-- where it has never looked at one of them. Names are given as `schema.table`, quoted, with a byte between that stands in no name.
WITH wanted AS (
  SELECT to_regclass(name) AS oid FROM unnest(string_to_array($1, E'\x01')) AS name
), leaves AS (
  SELECT w.oid::oid AS oid FROM wanted w JOIN pg_class c ON c.oid = w.oid WHERE c.relkind <> 'p'
  UNION
  SELECT t.relid::oid FROM wanted w JOIN pg_class c ON c.oid = w.oid AND c.relkind = 'p'
  CROSS JOIN LATERAL pg_partition_tree(w.oid) t WHERE t.isleaf
), sized AS (
  SELECT c.reltuples, c.relpages, c.relkind,
         pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages
  FROM leaves l JOIN pg_class c ON c.oid = l.oid
)
SELECT CASE
         WHEN bool_and(relkind = 'r' AND (pages = 0 OR (reltuples >= 0 AND relpages > 0)))
         THEN sum(CASE WHEN pages = 0 THEN 0 ELSE reltuples::numeric / nullif(relpages, 0) * pages END)::bigint
       END
FROM sized
