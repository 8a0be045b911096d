-- Which database and which tables these are: what is dropped, emptied at a stroke or made again has other numbers. The tables'
-- names come in one text, with a byte between that stands in no name.
WITH wanted AS (
  SELECT pg_catalog.to_regclass(name)::oid AS oid, nth
  FROM pg_catalog.unnest(pg_catalog.string_to_array($1, E'\x01')) WITH ORDINALITY AS t (name, nth)
)
SELECT pg_catalog.concat_ws(
  ' ',
  (SELECT oid::text FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
  pg_catalog.current_database(),
  (
    SELECT pg_catalog.string_agg(pg_catalog.concat_ws('/', oid, pg_catalog.pg_relation_filenode(oid)), ',' ORDER BY nth)
    FROM wanted
  )
)
